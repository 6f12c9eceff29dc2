import { type Engine, knownText } from '../model';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { isAsWritten, placed } from './support/pods';
import { namedEntries, transportList } from './support/ucx-transports';
import { code } from './support/words';

export const hostIpc = rule({
  id: 'host-ipc',
  title: 'hostIPC for cuda_ipc between pods',
  category: 'pods',
  severity: 'info',
  *check(engine) {
    const place = placed(engine);
    if (!place || !usesNixl(engine) || !isAsWritten(place)) return;
    const { hostIPC, hostPID } = place.pod;
    if (hostIPC.on !== true || !hostIPC.place || hostPID.on !== false || !wantsCudaIpc(engine)) return;
    yield finding(
      hostIPC.place,
      'info',
      `${code('hostIPC')} alone does not let ${code('cuda_ipc')} reach another pod: CUDA's memory handles need one PID namespace and both GPUs in sight, so that KV blocks go over the network. Add ${code('hostPID: true')} to both pods, or remove this if it is for nothing else.`,
    );
  },
});

export const page = (): Page => ({
  description: `
Two pods on one node do not share NVLink by \`hostIPC: true\`: \`cuda_ipc\` passes handles of GPU memory, which another process can
open in the same PID namespace only (\`hostPID: true\` in both pods), with the other's GPU visible. Without that, KV blocks go over
the network, as between nodes. Multi-node NVLink uses other handles, which need neither.

\`hostIPC\` also gives the container the node's \`/dev/shm\`, which may be what it is for: this is information.`,
  sources: ['vllm#52607', 'vllm#55906', 'ucx:src/uct/cuda/cuda_ipc/cuda_ipc_cache.c@v1.22.0'],
  examples: [
    {
      title: 'The IPC namespace alone',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostIPC: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "cuda_ipc,cuda_copy,tcp" }
`,
      findings: [{ covers: 'true', severity: 'info', message: '`hostPID: true`' }],
    },
    {
      title: 'With the PID namespace, or without cuda_ipc',
      kind: 'good',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostIPC: true
  hostPID: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "cuda_ipc,cuda_copy,tcp" }
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  hostIPC: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - { name: UCX_TLS, value: "cuda_copy,tcp" }
`,
    },
    {
      title: 'Multi-node NVLink',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostIPC: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "cuda_ipc,cuda_copy,tcp" }
        - { name: UCX_CUDA_IPC_ENABLE_MNNVL, value: "y" }
`,
    },
    {
      title: 'A patch',
      kind: 'open',
      file: 'patch.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      hostIPC: true
      containers:
        - name: vllm
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
          env:
            - { name: UCX_TLS, value: "cuda_ipc,cuda_copy,tcp" }
`,
    },
  ],
});

/** True when the list names the transport, and its handles are not those of multi-node NVLink. */
function wantsCudaIpc(engine: Engine): boolean {
  const list = transportList(engine);
  if (!list || list.negated) return false;
  const fabric = engine.environment.get('UCX_CUDA_IPC_ENABLE_MNNVL');
  if (fabric && !/^(?:n|no|0|off)$/i.test(knownText(fabric.value) ?? '')) return false;
  return namedEntries(list).some(({ name }) => name === 'cuda_ipc' || name === 'cuda');
}
