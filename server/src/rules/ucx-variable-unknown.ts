import { rule } from './rule';
import { unknownVariables } from './support/variable-names';

export const ucxVariableUnknown = rule({
  id: 'ucx-variable-unknown',
  title: 'UCX_ variable that UCX does not have',
  category: 'ucx',
  severity: 'warning',
  description: `
UCX knows more than a thousand variables. One that it does not know is listed in a single warning when the worker is created, and has
no effect.

Judged by the table of names, not by that warning: UCX also lists correct names whose component is not loaded on a host.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0'],
  check: (engine) => unknownVariables(engine, 'ucx'),
  examples: [],
});
