import { rule } from './rule';
import { futureVariables } from './support/variable-names';

export const ucxVariableNotYet = rule({
  id: 'ucx-variable-not-yet',
  title: 'UCX_ variable that this UCX does not have yet',
  category: 'ucx',
  severity: 'warning',
  description: `
The variable came with a later release than the one that runs here, which warns about it and ignores it.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0'],
  check: (engine) => futureVariables(engine, 'ucx'),
  examples: [],
});
