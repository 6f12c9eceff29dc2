import { behaviour } from '../knowledge/behaviours';
import { expandTransport, type GpuMemory, lookupTransport } from '../knowledge/transports';
import type { Engine } from '../model';
import { type Finding, type Page, rule } from './rule';
import { valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { type GpuBuffers, gpuBuffers } from './support/gpu-memory';
import { usesNixl } from './support/nixl-engine';
import { unrecognisedBuffers } from './support/nixl-needs';
import {
  allState,
  entryPlace,
  meantTransports,
  namedEntries,
  nothingIsLeft,
  possibleTransports,
  type TransportList,
  transportList,
} from './support/ucx-transports';
import { applies, atMost } from './support/versions';
import { code, oneOf } from './support/words';

const COPIES: Readonly<Record<GpuMemory, string>> = {
  cuda: 'cuda_copy',
  rocm: 'rocm_copy',
  ze: 'ze_copy',
  gaudi: 'gaudi_gdr',
};

const OWNERS: Readonly<Record<GpuMemory, string>> = {
  cuda: 'CUDA',
  rocm: 'ROCm',
  ze: 'Level Zero',
  gaudi: 'Gaudi',
};

export const ucxTlsNoGpuCopy = rule({
  id: 'ucx-tls-no-gpu-copy',
  title: 'UCX_TLS without the transport that recognises GPU memory',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const list = transportList(engine);
    if (!list || !usesNixl(engine) || allState(list) === 'alone' || allState(list) === 'refused') return;
    if (namedEntries(list).length === 0 || nothingIsLeft(list)) return;
    if (list.negated) {
      const buffers = gpuBuffers(engine);
      if (buffers) yield* reportDenied(engine, list, buffers);
      return;
    }
    const buffers = unrecognisedBuffers(engine, [...possibleTransports(list), ...meantTransports(list)]);
    if (buffers) yield reportMissing(engine, list, buffers);
  },
});

export const page = (): Page => ({
  description: `
Only \`cuda_copy\` tells UCX that a pointer is CUDA memory (\`rocm_copy\` for ROCm, \`ze_copy\` for Level Zero). \`cuda_ipc\`,
\`gdr_copy\` and RDMA transports do not, GPUDirect or not. Without it NIXL registers the KV cache as host memory: from 1.0.0 it
refuses to, before it warned and crashed at the first transfer.

So an allow list needs it (or \`cuda\`, \`rocm\`, \`ze\`), and a deny list must not name it. With \`kv_buffer_device: cpu\` NIXL gets
host memory and nothing is reported. Where the platform is not known this is a warning, unless \`kv_buffer_device\` says that
the buffers are on a GPU; in an environment file whose engine is not in sight it is only noted.`,
  sources: [
    'ucx:docs/source/faq.md@v1.22.0',
    'https://github.com/openucx/ucx/issues/3776',
    'nixl:src/plugins/ucx/ucx_utils.cpp@v1.0.0',
    'nixl#334',
  ],
  examples: [
    {
      title: 'RDMA and shared memory only',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,sm,self
`,
      findings: [{ covers: 'rc,sm,self', severity: 'error', message: 'NIXL refuses to register' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,sm,self,cuda_copy
`,
    },
    {
      title: 'TCP on a host whose platform is not known',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'tcp', severity: 'warning', message: '`cuda_copy` or `rocm_copy`' }],
    },
    {
      title: 'docker run',
      kind: 'bad',
      file: 'run.sh',
      text: `docker run --gpus all --network host -e UCX_TLS=rc,cuda_ipc vllm/vllm-openai:v0.25.1 Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'rc,cuda_ipc', severity: 'error', message: 'lists no `cuda_copy`' }],
      fixed: `docker run --gpus all --network host -e UCX_TLS=rc,cuda_ipc,cuda_copy vllm/vllm-openai:v0.25.1 Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Buffers on the GPU',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp,cuda_ipc
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_buffer_device":"cuda"}'
`,
      findings: [{ covers: 'tcp,cuda_ipc', severity: 'error' }],
    },
    {
      title: 'The copy of another GPU',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: platform=rocm
export UCX_TLS=rc,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'rc,cuda_copy', severity: 'error', message: 'is for other GPUs' }],
      fixed: `# nixl: platform=rocm
export UCX_TLS=rc,cuda_copy,rocm_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Denied in the middle of a list',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,tcp,^cuda_copy
`,
      findings: [{ covers: 'rc,tcp,^cuda_copy', severity: 'error' }],
    },
    {
      title: 'Denied',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: ^cuda
`,
      findings: [{ covers: 'cuda', severity: 'error', message: 'deny list' }],
    },
    {
      title: 'An environment file',
      kind: 'bad',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600
UCX_TLS=tcp
`,
      findings: [{ covers: 'tcp', severity: 'info' }],
    },
    {
      title: 'A device that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp
vllm serve Qwen/Qwen3-32B --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_producer\\",\\"kv_buffer_device\\":\\"$DEVICE\\"}"
`,
    },
    {
      title: 'Before 1.0.0',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: nixl=0.10.1 platform=cuda
export UCX_TLS=rc,tcp
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'rc,tcp', severity: 'error', message: 'the first transfer crashes' }],
    },
    {
      title: 'With it, by its alias, or everything',
      kind: 'good',
      file: 'pd.sh',
      text: `UCX_TLS=rc,tcp,cuda_copy vllm serve A --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
UCX_TLS=tcp,cuda vllm serve B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
UCX_TLS=all vllm serve C --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
UCX_TLS=^cuda_ipc vllm serve D --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Buffers in host memory',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_buffer_device":"cpu"}'
      env:
        - name: UCX_TLS
          value: tcp
`,
    },
    {
      title: 'Transfers that another backend carries',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"backends":["LIBFABRIC"]}}'
      env:
        - name: UCX_TLS
          value: tcp
`,
    },
    {
      title: 'An MPI job',
      kind: 'good',
      file: 'job.sh',
      text: `export UCX_TLS=tcp
mpirun ./solver
`,
    },
    {
      title: 'A list that the script puts together',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp,$MORE
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

function* reportDenied(engine: Engine, list: TransportList, buffers: GpuBuffers): Iterable<Finding> {
  const { kinds } = buffers;
  // Where the kind of GPU is open, the entry may be that of another one.
  const severity = kinds.length === 1 ? buffers.severity : atMost(buffers.severity, 'warning');
  const possible = possibleTransports(list);
  for (const entry of namedEntries(list)) {
    const kind = expandTransport(entry.text, list.ucx)?.find(({ gpu }) => gpu && kinds.includes(gpu))?.gpu;
    if (!kind || possible.some(({ gpu }) => gpu === kind)) continue;
    const memory = `${OWNERS[kind]} memory`;
    yield finding(
      entryPlace(list, entry),
      severity,
      `${code(entry.text)} in this deny list takes ${code(COPIES[kind])} away, without which UCX takes ${memory} for host memory: ${consequence(engine, memory)}. Do not deny it.`,
    );
  }
}

function reportMissing(engine: Engine, list: TransportList, { kinds, severity }: GpuBuffers): Finding {
  const kind = kinds.length === 1 ? kinds[0] : undefined;
  const copies = kind ? code(COPIES[kind]) : oneOf([COPIES.cuda, COPIES.rocm]);
  const memory = kind ? `${OWNERS[kind]} memory` : 'GPU memory';
  const foreign = namedEntries(list).find((entry) => lookupTransport(entry.name)?.gpu);
  const place = valuePlace(list.variable);
  const mended = kind && `${list.text.replace(/,+$/, '')},${COPIES[kind]}`;
  return finding(
    place,
    severity,
    `${code('UCX_TLS')} lists no ${copies}${foreign ? ` (${code(foreign.name)} is for other GPUs)` : ''}, without which UCX takes ${memory} for host memory: ${consequence(engine, memory)}. Add ${copies}.`,
    [kind && mended ? fix(`Add ${code(COPIES[kind])}`, false, { place, newText: mended }) : undefined],
  );
}

function consequence(engine: Engine, memory: string): string {
  switch (applies(behaviour('host-memory-refused').range, engine)) {
    case 'yes':
      return 'NIXL refuses to register the KV cache and the engine does not start';
    case 'no':
      return `NIXL warns, and the first transfer crashes on ${memory}`;
    default:
      return 'NIXL refuses to register the KV cache (before 1.0.0 the first transfer crashed)';
  }
}
