import { type Page, rule } from './rule';
import { futureVariables } from './support/variable-names';

export const nixlVariableNotYet = rule({
  id: 'nixl-variable-not-yet',
  title: 'NIXL_ variable that this NIXL does not have yet',
  category: 'environment',
  severity: 'warning',
  check: (engine) => futureVariables(engine, 'nixl'),
});

export const page = (): Page => ({
  description: `
The variable came with a later release than the one that runs here, which ignores it.`,
  sources: ['nixl:src/utils/common/configuration.cpp@v1.4.0'],
  examples: [
    {
      title: 'An older release',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: nixl=1.1.0
export NIXL_CONFIG_FILE=/etc/nixl.cfg
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'NIXL_CONFIG_FILE', severity: 'warning', message: 'from NIXL 1.2.0 on' }],
    },
    {
      title: 'It is there',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: nixl=1.2.0
export NIXL_CONFIG_FILE=/etc/nixl.cfg
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A release that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export NIXL_CONFIG_FILE=/etc/nixl.cfg
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A variable that was always there',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: nixl=1.1.0
export NIXL_LOG_LEVEL=INFO
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
