import { rule } from './rule';
import { removedVariables } from './support/variable-names';

export const ucxVariableRemoved = rule({
  id: 'ucx-variable-removed',
  title: 'UCX_ variable that this UCX no longer has, or ignores',
  category: 'ucx',
  severity: 'warning',
  description: `
The variable existed once and is unknown to the UCX release that runs here, or it is kept for compatibility and ignored. Both
give a warning when the worker is created, and no effect.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0'],
  check: (engine) => removedVariables(engine, 'ucx'),
  examples: [],
});
