import { rule } from './rule';
import { refusedValues } from './support/variable-values';

export const nixlValue = rule({
  id: 'nixl-value',
  title: 'Value that NIXL cannot read',
  category: 'environment',
  severity: 'error',
  description: `
NIXL's booleans changed twice: \`true\` counts from 1.0.0 on only, and from then on every other spelling, the empty one
included, stops the agent, where older releases warned and took it for off. Log levels are \`TRACE\`, \`DEBUG\`, \`INFO\`, \`WARN\`,
\`ERROR\` and \`FATAL\` in any case; \`WARNING\` is none of them and leaves the default.`,
  sources: [
    'nixl:src/utils/common/configuration.h@v1.0.0',
    'nixl:src/utils/common/nixl_log.cpp@v1.4.0',
    'nixl:src/core/nixl_agent.cpp@0.9.0',
  ],
  check: (engine) => refusedValues(engine, 'nixl', () => false),
  examples: [],
});
