import { type Page, rule } from './rule';
import { unknownVariables } from './support/variable-names';

export const vllmVariableUnknown = rule({
  id: 'vllm-variable-unknown',
  title: 'VLLM_ variable that vLLM does not have',
  category: 'environment',
  severity: 'error',
  check: (engine) => unknownVariables(engine, 'vllm'),
});

export const page = (): Page => ({
  description: `
\`VLLM_*\` names are read one by one: a misspelt one is ignored. From 0.17.0 on vLLM lists unknown names in a warning at
start, and with \`--fail-on-environ-validation\` it stops.

Only names close to a known one are reported: \`VLLM_IMAGE\` or \`VLLM_MODEL\` are the author's own, and so is a name that the
same file reads. Names of plugins (Ascend, Gaudi …) are left alone.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#33581'],
  examples: [
    {
      title: 'A plural',
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORTS
          value: "5600"
`,
      findings: [
        { covers: 'VLLM_NIXL_SIDE_CHANNEL_PORTS', severity: 'warning', message: 'Write `VLLM_NIXL_SIDE_CHANNEL_PORT`' },
      ],
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
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
    },
    {
      title: 'A part of the name is missing',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export VLLM_NIXL_HOST=10.0.0.5
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'VLLM_NIXL_HOST', severity: 'warning', message: 'VLLM_NIXL_SIDE_CHANNEL_HOST' }],
    },
    {
      title: 'With the check of all names',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_FOO=1
vllm serve Qwen/Qwen3-32B --fail-on-environ-validation --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'VLLM_FOO', severity: 'error', message: 'makes vLLM stop' }],
    },
    {
      title: "An author's own names",
      kind: 'good',
      file: 'prefill.sh',
      text: `export VLLM_IMAGE=vllm/vllm-openai:v0.25.1
export VLLM_WORKER_PROC=1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A name that the script reads',
      kind: 'good',
      file: 'prefill.sh',
      text: `export VLLM_PORTS=8100
export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
vllm serve Qwen/Qwen3-32B --port \${VLLM_PORTS} --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'An engine that has nothing to do with NIXL',
      kind: 'good',
      file: 'serve.sh',
      text: `export VLLM_LOGING_LEVEL=1
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
        - name: '{{ .Values.prefix }}_NIXL_PORT'
          value: "5600"
`,
    },
    {
      title: 'Names are checked from 0.17.0 on',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.16.0
export VLLM_FOO=1
vllm serve Qwen/Qwen3-32B --fail-on-environ-validation --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
