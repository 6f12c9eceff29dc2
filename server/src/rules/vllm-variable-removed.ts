import { type Page, rule } from './rule';
import { removedVariables } from './support/variable-names';

export const vllmVariableRemoved = rule({
  id: 'vllm-variable-removed',
  title: 'VLLM_ variable that this vLLM no longer has',
  category: 'environment',
  severity: 'error',
  check: (engine) => removedVariables(engine, 'vllm'),
});

export const page = (): Page => ({
  description: `
The variable existed once. The release that runs here ignores it, or (from 0.17.0 on) warns about it and ignores it; with
\`--fail-on-environ-validation\` it stops. Where the setting lives on, the message names its present place.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#41383', 'vllm#33581'],
  examples: [
    {
      title: 'The request timeout became a lease',
      kind: 'bad',
      file: 'prefill.env',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=5600
VLLM_NIXL_ABORT_REQUEST_TIMEOUT=480
`,
      findings: [{ covers: 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT', severity: 'warning', message: 'kv_lease_duration' }],
    },
    {
      title: 'By the image',
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
        - name: VLLM_ATTENTION_BACKEND
          value: FLASH_ATTN
`,
      findings: [{ covers: 'VLLM_ATTENTION_BACKEND', severity: 'warning', message: '--attention-backend' }],
    },
    {
      title: 'While it exists',
      kind: 'version',
      file: 'prefill.env',
      text: `# nixl: vllm=0.21.0
VLLM_NIXL_ABORT_REQUEST_TIMEOUT=480
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'prefill.env',
      text: `VLLM_NIXL_ABORT_REQUEST_TIMEOUT=480
`,
      findings: [{ covers: 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT', severity: 'info', message: 'newer releases ignore it' }],
    },
    {
      title: 'A variable that stayed',
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
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_LOGGING_LEVEL
          value: DEBUG
`,
    },
    {
      title: 'An engine without NIXL',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_ATTENTION_BACKEND=FLASH_ATTN
vllm serve Qwen/Qwen3-32B
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
        - name: '{{ .Values.name }}'
          value: "1"
`,
    },
  ],
});
