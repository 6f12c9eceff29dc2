import { rule } from './rule';
import { removedVariables } from './support/variable-names';

export const vllmVariableRemoved = rule({
  id: 'vllm-variable-removed',
  title: 'VLLM_ variable that this vLLM no longer has',
  category: 'environment',
  severity: 'error',
  description: `
The variable existed once. The release that runs here ignores it, or (from 0.17.0 on) warns about it and ignores it; with
\`--fail-on-environ-validation\` it stops. Where the setting lives on, the message names its present place.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#41383', 'vllm#33581'],
  check: (engine) => removedVariables(engine, 'vllm'),
  examples: [],
});
