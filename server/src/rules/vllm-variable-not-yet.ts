import { type Page, rule } from './rule';
import { futureVariables } from './support/variable-names';

export const vllmVariableNotYet = rule({
  id: 'vllm-variable-not-yet',
  title: 'VLLM_ variable that this vLLM does not have yet',
  category: 'environment',
  severity: 'error',
  check: (engine) => futureVariables(engine, 'vllm'),
});

export const page = (): Page => ({
  description: `
The variable came with a later release than the one that runs here, which ignores it.`,
  sources: ['vllm:vllm/envs.py@v0.25.1'],
  examples: [
    {
      title: 'A mapping that this release does not read',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.19.1
export VLLM_GPU_NIC_PCIE_MAPPING=0000:1b:00.0=0000:1c:00.0
export VLLM_NIC_SELECTION_VARS=UCX_NET_DEVICES:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [
        { covers: 'VLLM_GPU_NIC_PCIE_MAPPING', severity: 'warning', message: 'from vLLM 0.23.0 on' },
        { covers: 'VLLM_NIC_SELECTION_VARS', severity: 'warning' },
      ],
    },
    {
      title: 'It is there',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
export VLLM_GPU_NIC_PCIE_MAPPING=0000:1b:00.0=0000:1c:00.0
export VLLM_NIC_SELECTION_VARS=UCX_NET_DEVICES:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A release that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export VLLM_GPU_NIC_PCIE_MAPPING=0000:1b:00.0=0000:1c:00.0
export VLLM_NIC_SELECTION_VARS=UCX_NET_DEVICES:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A variable that was always there',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.19.1
export VLLM_LOGGING_LEVEL=DEBUG
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
