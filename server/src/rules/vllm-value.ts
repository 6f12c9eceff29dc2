import { type Page, rule } from './rule';
import { SIDE_CHANNEL_PORT } from './support/environment';
import { refusedValues } from './support/variable-values';

export const vllmValue = rule({
  id: 'vllm-value',
  title: 'Value that vLLM cannot read',
  category: 'environment',
  severity: 'error',
  // The side channel's port has a rule of its own.
  check: (engine) => refusedValues(engine, 'vllm', ({ name }) => name === SIDE_CHANNEL_PORT),
});

export const page = (): Page => ({
  description: `
Most \`VLLM_*\` variables go through Python's \`int()\`: \`1\` is true, while \`true\`, \`yes\`, an empty text or a number with a
point is an exception when the variable is first read. Variables with a closed set of words refuse others, capitals
included. Some compare with \`true\` or \`1\` only and take everything else for false.`,
  sources: ['vllm:vllm/envs.py@v0.25.1'],
  examples: [
    {
      title: 'A variable that newer releases do not read',
      kind: 'version',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:latest
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_USE_V1
          value: "true"
`,
      findings: [{ covers: 'true', severity: 'info', message: 'with vLLM up to 0.11.0' }],
    },
    {
      title: 'A word for a number',
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
        - name: VLLM_SERVER_DEV_MODE
          value: "true"
`,
      findings: [{ covers: 'true', severity: 'error', message: 'int()' }],
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
        - name: VLLM_SERVER_DEV_MODE
          value: "1"
`,
    },
    {
      title: 'A word in the wrong case',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_KV_CACHE_LAYOUT=hnd
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'hnd', severity: 'error' }],
      fixed: `# nixl: vllm=0.25.1
export VLLM_KV_CACHE_LAYOUT=HND
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Numbers',
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
        - name: VLLM_SERVER_DEV_MODE
          value: "1"
        - name: VLLM_HTTP_TIMEOUT_KEEP_ALIVE
          value: "120"
`,
    },
    {
      title: 'A value that Helm fills in',
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
        - name: VLLM_SERVER_DEV_MODE
          value: '{{ .Values.dev }}'
`,
    },
  ],
});
