import { rule } from './rule';
import { futureVariables } from './support/variable-names';

export const vllmVariableNotYet = rule({
  id: 'vllm-variable-not-yet',
  title: 'VLLM_ variable that this vLLM does not have yet',
  category: 'environment',
  severity: 'error',
  description: `
The variable came with a later release than the one that runs here, which ignores it.`,
  sources: ['vllm:vllm/envs.py@v0.25.1'],
  check: (engine) => futureVariables(engine, 'vllm'),
  examples: [],
});
