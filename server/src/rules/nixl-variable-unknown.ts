import { rule } from './rule';
import { unknownVariables } from './support/variable-names';

export const nixlVariableUnknown = rule({
  id: 'nixl-variable-unknown',
  title: 'NIXL_ variable that NIXL does not have',
  category: 'environment',
  severity: 'warning',
  description: `
NIXL reads a small set of variables and says nothing about others. Only names close to one of them are reported: scripts and
other programs use the prefix too.`,
  sources: ['nixl:src/utils/common/configuration.cpp@v1.4.0', 'nixl:src/utils/common/nixl_log.cpp@v1.4.0'],
  check: (engine) => unknownVariables(engine, 'nixl'),
  examples: [],
});
