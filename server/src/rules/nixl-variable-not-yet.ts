import { rule } from './rule';
import { futureVariables } from './support/variable-names';

export const nixlVariableNotYet = rule({
  id: 'nixl-variable-not-yet',
  title: 'NIXL_ variable that this NIXL does not have yet',
  category: 'environment',
  severity: 'warning',
  description: `
The variable came with a later release than the one that runs here, which ignores it.`,
  sources: ['nixl:src/utils/common/configuration.cpp@v1.4.0'],
  check: (engine) => futureVariables(engine, 'nixl'),
  examples: [],
});
