import { rule } from './rule';
import { SIDE_CHANNEL_PORT } from './support/environment';
import { refusedValues } from './support/variable-values';

export const vllmValue = rule({
  id: 'vllm-value',
  title: 'Value that vLLM cannot read',
  category: 'environment',
  severity: 'error',
  description: `
Most \`VLLM_*\` variables go through Python's \`int()\`: \`1\` is true, while \`true\`, \`yes\`, an empty text or a number with a
point is an exception when the variable is first read. Variables with a closed set of words refuse others, capitals
included. Some compare with \`true\` or \`1\` only and take everything else for false.`,
  sources: ['vllm:vllm/envs.py@v0.25.1'],
  // The side channel's port has a rule of its own.
  check: (engine) => refusedValues(engine, 'vllm', ({ name }) => name === SIDE_CHANNEL_PORT),
  examples: [],
});
