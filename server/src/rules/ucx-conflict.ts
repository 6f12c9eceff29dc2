import { lookupEnv } from '../knowledge/environment';
import { type Page, rule } from './rule';
import { known, knownVariables, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesUcx } from './support/nixl-engine';
import { code } from './support/words';

const GID_INDEX = 'UCX_IB_GID_INDEX';
const SUBNETS = 'UCX_IB_ROCE_SUBNETS';
const FENCE_MODE = 'UCX_FENCE_MODE';
const PROTO_ENABLE = 'UCX_PROTO_ENABLE';

export const ucxConflict = rule({
  id: 'ucx-conflict',
  title: 'UCX variables that contradict each other',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    if (!usesUcx(engine)) return;
    const gid = known(engine, GID_INDEX);
    if (gid && !/^auto$/i.test(gid.text)) {
      for (const { variable, text } of knownVariables(engine)) {
        const fact = lookupEnv(variable.name);
        if (variable.name !== SUBNETS && !fact?.setBy.includes(SUBNETS)) continue;
        if (text === 'all' || text === '') continue;
        yield finding(
          valuePlace(variable),
          'warning',
          `${code(variable.name)} chooses the GID by subnet, while ${code(GID_INDEX)} fixes it to ${code(gid.text)}: UCX refuses to open a RoCE device with both, and NIXL cannot create its backend. Remove one of them.`,
          [],
          [{ place: valuePlace(gid.variable), message: GID_INDEX }],
        );
      }
    }
    const fence = known(engine, FENCE_MODE);
    const proto = known(engine, PROTO_ENABLE);
    if (fence && proto && /^ep_based$/i.test(fence.text) && /^(?:n|no|0|off)$/i.test(proto.text)) {
      yield finding(
        valuePlace(fence.variable),
        'error',
        `${code(FENCE_MODE)} is ${code(fence.text)}, which needs ${code(PROTO_ENABLE)}, but that is ${code(proto.text)}: UCX refuses its configuration and NIXL cannot create its backend. Change one of them.`,
        [],
        [{ place: valuePlace(proto.variable), message: PROTO_ENABLE }],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Two pairs of settings exclude each other in UCX's code:

- a fixed \`UCX_IB_GID_INDEX\` and a list of RoCE subnets (\`UCX_IB_ROCE_SUBNETS\` and its relatives) to choose the GID by: opening
  a RoCE interface fails, and with it the worker;
- \`UCX_FENCE_MODE=ep_based\` and \`UCX_PROTO_ENABLE=n\`: the context fails.`,
  sources: ['ucx:src/uct/ib/base/ib_iface.c@v1.22.0', 'ucx:src/ucp/core/ucp_context.c@v1.22.0'],
  examples: [
    {
      title: 'A GID by number and by subnet',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_IB_GID_INDEX=3
export UCX_IB_ROCE_SUBNETS=10.1.0.0/16
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '10.1.0.0/16', severity: 'warning', message: 'Remove one of them' }],
    },
    {
      title: 'A fence that needs the new protocols',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_FENCE_MODE=ep_based
export UCX_PROTO_ENABLE=n
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'ep_based', severity: 'error' }],
    },
    {
      title: 'The GID by subnet',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_IB_GID_INDEX=auto
export UCX_IB_ROCE_SUBNETS=10.1.0.0/16
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'An index that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_IB_GID_INDEX=$GID
export UCX_IB_ROCE_SUBNETS=10.1.0.0/16
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
