import { lookupEnv } from '../knowledge/environment';
import { rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel, usesUcx } from './support/nixl-engine';
import { code } from './support/words';

export const ncclVariable = rule({
  id: 'nccl-variable',
  title: 'NCCL variable in an engine that uses NCCL for nothing',
  category: 'environment',
  severity: 'info',
  description: `
NIXL moves KV blocks through UCX, which reads none of NCCL's variables: \`NCCL_IB_HCA\` does not choose its NIC, nor
\`NCCL_IB_GID_INDEX\` its GID. Between the ranks of one engine NCCL does use them, so this is only noted for an engine with a
single rank, where the UCX variable is not set.`,
  sources: [
    'https://github.com/LMCache/LMCache/pull/1516',
    'https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/env.html',
  ],
  *check(engine) {
    if (opensSideChannel(engine) !== 'yes' || !usesUcx(engine)) return;
    const { tensor, pipeline, data } = engine.parallel;
    if (tensor !== 1 || pipeline !== 1 || data !== 1) return;
    for (const variable of engine.environment.effective()) {
      if (!variable.name.startsWith('NCCL_IB_') && variable.name !== 'NCCL_SOCKET_IFNAME') continue;
      const twin = lookupEnv(variable.name)?.ucxTwin;
      if (!twin || engine.environment.get(twin)) continue;
      yield finding(
        variable.nameText.place(),
        'info',
        `${code(variable.name)} has no effect on NIXL, and this engine has one rank, so that NCCL carries nothing either. For KV transfers set ${code(twin)}.`,
      );
    }
  },
  examples: [],
});
