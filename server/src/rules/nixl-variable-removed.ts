import { type Page, rule } from './rule';
import { removedVariables } from './support/variable-names';

export const nixlVariableRemoved = rule({
  id: 'nixl-variable-removed',
  title: 'NIXL_ variable that this NIXL no longer has',
  category: 'environment',
  severity: 'warning',
  check: (engine) => removedVariables(engine, 'nixl'),
});

export const page = (): Page => ({
  description: `
The variable existed once; the NIXL release that runs here ignores it.`,
  sources: ['nixl:src/plugins/ucx/gpu_xfer_req_h.cpp@0.10.0'],
  examples: [
    {
      title: 'A timeout of the GPU requests',
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
        - name: NIXL_UCX_GPU_XFER_TIMEOUT_MS
          value: "5000"
`,
      findings: [{ covers: 'NIXL_UCX_GPU_XFER_TIMEOUT_MS', severity: 'warning', message: 'gone after NIXL 0.10.x' }],
    },
    {
      title: 'While it exists',
      kind: 'version',
      file: 'prefill.env',
      text: `# nixl: nixl=0.10.1
NIXL_UCX_GPU_XFER_TIMEOUT_MS=5000
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'prefill.env',
      text: `NIXL_UCX_GPU_XFER_TIMEOUT_MS=5000
`,
      findings: [{ covers: 'NIXL_UCX_GPU_XFER_TIMEOUT_MS', severity: 'info', message: 'newer releases ignore it' }],
    },
    {
      title: 'A variable that stayed',
      kind: 'good',
      file: 'prefill.env',
      text: `# nixl: nixl=1.3.0
NIXL_LOG_LEVEL=INFO
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
        - name: 'NIXL_{{ .Values.name }}'
          value: "1"
`,
    },
  ],
});
