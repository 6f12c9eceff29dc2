import { type Page, rule } from './rule';
import { futureVariables } from './support/variable-names';

export const ucxVariableNotYet = rule({
  id: 'ucx-variable-not-yet',
  title: 'UCX_ variable that this UCX does not have yet',
  category: 'ucx',
  severity: 'warning',
  check: (engine) => futureVariables(engine, 'ucx'),
});

export const page = (): Page => ({
  description: `
The variable came with a later release than the one that runs here, which warns about it and ignores it.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0'],
  examples: [
    {
      title: 'An older release',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.20
export UCX_MAX_HCA_PER_GPU=1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'UCX_MAX_HCA_PER_GPU', severity: 'warning', message: 'from UCX 1.21.0 on' }],
    },
    {
      title: 'It is there',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.21
export UCX_MAX_HCA_PER_GPU=1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A release that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_MAX_HCA_PER_GPU=1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A variable that was always there',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.20
export UCX_TLS=all
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
