import { behaviour } from '../knowledge/behaviours';
import { type Page, rule } from './rule';
import { valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { lacksLane } from './support/nixl-needs';
import {
  allState,
  meantTransports,
  namedEntries,
  nothingIsLeft,
  possibleTransports,
  transportList,
} from './support/ucx-transports';
import { applies, severityIn } from './support/versions';
import { code } from './support/words';

export const ucxTlsNoLane = rule({
  id: 'ucx-tls-no-lane',
  title: 'UCX_TLS without a transport that can carry a NIXL endpoint',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const list = transportList(engine);
    if (!list || !usesNixl(engine) || allState(list) === 'alone' || allState(list) === 'refused') return;
    if (namedEntries(list).length === 0 || nothingIsLeft(list)) return;
    if (!lacksLane(engine, [...possibleTransports(list), ...meantTransports(list)])) return;
    const { range } = behaviour('nixl-peer-error-handling');
    const separate = engine.network.kind === 'pod' || engine.network.kind === 'container';
    const sure = applies(range, engine) === 'yes';
    // Older releases may do with shared memory, where both engines share it.
    const severity = separate && !sure ? 'warning' : severityIn(range, engine, 'error');
    if (!severity) return;
    const outcome =
      separate && !sure
        ? 'nothing reaches an engine in another pod or container, and every transfer fails'
        : 'UCX cannot create the endpoint with peer error handling that NIXL asks for, and every transfer fails';
    yield finding(
      valuePlace(list.variable),
      severity,
      list.negated
        ? `${code('UCX_TLS')} denies every transport that can connect to a peer: ${outcome}. Leave \`tcp\` or an RDMA transport in.`
        : `${code('UCX_TLS')} lists no transport that can connect to a peer: ${outcome}. Add \`tcp\` or an RDMA transport such as \`rc\`.`,
    );
  },
});

export const page = (): Page => ({
  description: `
From 0.4.1 on NIXL creates its endpoints with peer error handling. UCX then needs one transport that has active messages and
detects the failure of its peer: \`tcp\`, \`rc\`, \`dc\`, \`ud\`, \`srd\`. Shared memory detects none (unless
\`UCX_MM_ERROR_HANDLING=y\`), and \`self\`, \`cma\`, \`cuda_ipc\` and the copies carry no messages. Without one the connection to the
peer fails, on one node too: there \`tcp\` is enough.

Older releases could use shared memory between engines that share it; for them, or where the release is not known, this is a
warning.`,
  sources: [
    'ucx:src/ucp/wireup/select.c@v1.22.0',
    'ucx:src/uct/sm/mm/base/mm_iface.c@v1.22.0',
    'nixl#1846',
    'nixl:src/plugins/ucx/ucx_backend.cpp@0.4.1',
  ],
  examples: [
    {
      title: 'A deny list of all that connects',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22 nixl=1.4.1
export UCX_TLS=^ib,tcp
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '^ib,tcp', severity: 'error', message: 'denies every transport' }],
    },
    {
      title: 'The same before ib meant srd, too',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.19 nixl=0.7.1
export UCX_TLS=^ib,tcp
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Shared memory only',
      kind: 'bad',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
export UCX_TLS=sm,self,cuda_copy,cuda_ipc
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'sm,self,cuda_copy,cuda_ipc', severity: 'error', message: 'Add `tcp`' }],
    },
    {
      title: 'In a pod',
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
          value: cuda_copy,cuda_ipc
`,
      findings: [{ covers: 'cuda_copy,cuda_ipc', severity: 'error' }],
    },
    {
      title: 'For setting connections up only',
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
          value: tcp:aux,cuda_copy
`,
      findings: [{ covers: 'tcp:aux,cuda_copy', severity: 'error' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'pd.sh',
      text: `export UCX_TLS=sm,self,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'sm,self,cuda_copy', severity: 'info' }],
    },
    {
      title: 'With TCP',
      kind: 'good',
      file: 'pd.sh',
      text: `export UCX_TLS=sm,self,tcp,cuda_copy,cuda_ipc
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Shared memory that detects failures',
      kind: 'good',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
export UCX_TLS=sm,cuda_copy
export UCX_MM_ERROR_HANDLING=y
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A list that the script puts together',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=sm,$MORE
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
