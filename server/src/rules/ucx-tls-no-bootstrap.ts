import { lookupTransport } from '../knowledge/transports';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import {
  allState,
  bringsBootstrap,
  entryPlace,
  meantTransports,
  namedEntries,
  possibleTransports,
  transportList,
} from './support/ucx-transports';
import { code } from './support/words';

export const ucxTlsNoBootstrap = rule({
  id: 'ucx-tls-no-bootstrap',
  title: 'RC by its plain name without a transport to set it up',
  category: 'ucx',
  severity: 'warning',
  *check(engine) {
    const list = transportList(engine);
    if (!list || !usesNixl(engine) || list.negated || allState(list) !== 'absent' || bringsBootstrap(list)) return;
    const lanes = [...possibleTransports(list), ...meantTransports(list)].filter(({ baseLane }) => baseLane);
    if (lanes.length === 0 || !lanes.every(({ needsBootstrap }) => needsBootstrap)) return;
    const entry = namedEntries(list).find(({ name }) => lookupTransport(name)?.needsBootstrap);
    if (!entry) return;
    yield finding(
      entryPlace(list, entry),
      'warning',
      `${code(entry.name)} brings no transport to set its connections up with, and ${code('UCX_TLS')} lists none: the connection to the peer fails. Write ${code('rc')} instead, or add ${code('ud')}.`,
    );
  },
});

export const page = (): Page => ({
  description: `
RC connects in pairs and needs another transport to exchange addresses first. The aliases \`rc\`, \`rc_x\` and \`rc_v\` bring UD
along for that; the plain names \`rc_mlx5\` and \`rc_verbs\` do not. Listed without \`ud\`, \`tcp\`, \`dc\` or \`srd\` they have nothing to
start from, and the connection to the peer fails.`,
  sources: ['ucx:docs/source/faq.md@v1.22.0', 'https://github.com/openucx/ucx/pull/11307'],
  examples: [
    {
      title: 'RC alone',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc_mlx5,cuda_copy,cuda_ipc
`,
      findings: [{ covers: 'rc_mlx5', severity: 'warning', message: 'Write `rc` instead' }],
    },
    {
      title: 'With UD, or TCP',
      kind: 'good',
      file: 'pd.sh',
      text: `UCX_TLS=rc_mlx5,ud_mlx5,cuda_copy vllm serve A --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
UCX_TLS=rc_verbs,tcp,cuda_copy vllm serve B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
UCX_TLS=rc_mlx5,ud:aux,cuda_copy vllm serve C --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'By its alias',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc_x,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A list that the script puts together',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc_mlx5,$MORE
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
