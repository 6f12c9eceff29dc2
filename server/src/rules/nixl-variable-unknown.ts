import { type Page, rule } from './rule';
import { unknownVariables } from './support/variable-names';

export const nixlVariableUnknown = rule({
  id: 'nixl-variable-unknown',
  title: 'NIXL_ variable that NIXL does not have',
  category: 'environment',
  severity: 'warning',
  check: (engine) => unknownVariables(engine, 'nixl'),
});

export const page = (): Page => ({
  description: `
NIXL reads a small set of variables and says nothing about others. Only names close to one of them are reported: scripts and
other programs use the prefix too.`,
  sources: ['nixl:src/utils/common/configuration.cpp@v1.4.0', 'nixl:src/utils/common/nixl_log.cpp@v1.4.0'],
  examples: [
    {
      title: 'A shortened name',
      kind: 'bad',
      file: 'prefill.env',
      text: `NIXL_LOG=DEBUG
`,
      findings: [{ covers: 'NIXL_LOG', severity: 'warning', message: 'Write `NIXL_LOG_LEVEL`' }],
      fixed: `NIXL_LOG_LEVEL=DEBUG
`,
    },
    {
      title: 'A plural in a Dockerfile',
      kind: 'bad',
      file: 'Dockerfile',
      text: `FROM vllm/vllm-openai:v0.25.1
ENV NIXL_PLUGINS_DIR=/opt/nixl/plugins
CMD ["Qwen/Qwen3-32B", "--kv-transfer-config={\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_producer\\"}"]
`,
      findings: [{ covers: 'NIXL_PLUGINS_DIR', severity: 'warning', message: 'NIXL_PLUGIN_DIR' }],
    },
    {
      title: 'Names of scripts, and of other programs',
      kind: 'good',
      file: 'prefill.env',
      text: `NIXL_ROLE=prefill
NIXL_RECEIVER_HOST=10.0.0.5
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
