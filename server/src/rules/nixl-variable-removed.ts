import { rule } from './rule';
import { removedVariables } from './support/variable-names';

export const nixlVariableRemoved = rule({
  id: 'nixl-variable-removed',
  title: 'NIXL_ variable that this NIXL no longer has',
  category: 'environment',
  severity: 'warning',
  description: `
The variable existed once; the NIXL release that runs here ignores it.`,
  sources: ['nixl:src/plugins/ucx/gpu_xfer_req_h.cpp@0.10.0'],
  check: (engine) => removedVariables(engine, 'nixl'),
  examples: [],
});
