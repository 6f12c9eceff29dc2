import { type Page, rule } from './rule';
import { removedVariables } from './support/variable-names';

export const ucxVariableRemoved = rule({
  id: 'ucx-variable-removed',
  title: 'UCX_ variable that this UCX no longer has, or ignores',
  category: 'ucx',
  severity: 'warning',
  check: (engine) => removedVariables(engine, 'ucx'),
});

export const page = (): Page => ({
  description: `
The variable existed once and is unknown to the UCX release that runs here, or it is kept for compatibility and ignored. Both
give a warning when the worker is created, and no effect.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0'],
  examples: [
    {
      title: 'Kept for compatibility',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TCP_MAX_BCOPY=8k
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'UCX_TCP_MAX_BCOPY', severity: 'warning', message: 'is obsolete' }],
    },
    {
      title: 'In 1.20 only',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_IB_GDA_MAX_SYS_LATENCY=1us
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'UCX_IB_GDA_MAX_SYS_LATENCY', severity: 'warning', message: 'gone after UCX 1.20.x' }],
    },
    {
      title: 'While it exists',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.20
export UCX_IB_GDA_MAX_SYS_LATENCY=1us
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A variable that stayed',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TCP_TX_SEG_SIZE=8k
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A name that Helm makes',
      kind: 'open',
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
        - name: 'UCX_{{ .Values.name }}'
          value: "1"
`,
    },
  ],
});
