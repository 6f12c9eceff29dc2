import { rule } from './rule';
import { unknownVariables } from './support/variable-names';

export const vllmVariableUnknown = rule({
  id: 'vllm-variable-unknown',
  title: 'VLLM_ variable that vLLM does not have',
  category: 'environment',
  severity: 'error',
  description: `
\`VLLM_*\` names are read one by one: a misspelt one is ignored. From 0.17.0 on vLLM lists unknown names in a warning at
start, and with \`--fail-on-environ-validation\` it stops.

Only names close to a known one are reported: \`VLLM_IMAGE\` or \`VLLM_MODEL\` are the author's own, and so is a name that the
same file reads. Names of plugins (Ascend, Gaudi …) are left alone.`,
  sources: ['vllm:vllm/envs.py@v0.25.1', 'vllm#33581'],
  check: (engine) => unknownVariables(engine, 'vllm'),
  examples: [],
});
