import { rule } from './rule';
import { isNeverOpened } from './support/ucx-transports';
import { refusedValues } from './support/variable-values';

export const ucxValue = rule({
  id: 'ucx-value',
  title: 'Value that UCX cannot read',
  category: 'ucx',
  severity: 'error',
  description: `
UCX reads each type in its own way: booleans are \`y\` and \`n\` (\`true\` is not one), sizes are whole numbers with a suffix
(\`1.5m\` is not), words are exact. What a wrong value does depends on where the variable lives:

| scope | examples | effect |
| --- | --- | --- |
| global, memory hooks | \`UCX_MEMTYPE_CACHE\`, \`UCX_LOG_LEVEL\` | dropped without any message |
| context | \`UCX_RNDV_THRESH\`, \`UCX_PROTO_ENABLE\` | the context fails, and NIXL with it |
| memory domain | \`UCX_IB_GID_INDEX\`, \`UCX_CUDA_COPY_*\` | an error in the log, and the domain's transports vanish |
| interface | \`UCX_RC_TIMEOUT\`, \`UCX_TCP_*\` | the worker fails, and NIXL with it |`,
  sources: [
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'ucx:src/ucs/config/global_opts.c@v1.22.0',
    'ucx:src/ucp/core/ucp_context.c@v1.22.0',
  ],
  check: (engine) => refusedValues(engine, 'ucx', (fact) => isNeverOpened(fact, engine)),
  examples: [],
});
