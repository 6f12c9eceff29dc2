import { type Page, rule } from './rule';
import { valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { allState, entryPlace, namedEntries, transportList } from './support/ucx-transports';
import { code } from './support/words';

export const ucxTlsAll = rule({
  id: 'ucx-tls-all',
  title: '`all` beside other entries of UCX_TLS',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const list = transportList(engine);
    if (!list) return;
    const state = allState(list);
    const whole = { place: valuePlace(list.variable), newText: 'all' };
    if (state === 'refused') {
      yield finding(
        valuePlace(list.variable),
        'error',
        `UCX refuses ${code(list.text)}: \`all\` must stand alone. NIXL cannot create its UCX backend; write \`all\`, or the transports without it.`,
        [fix('Write `all`', false, whole)],
      );
    } else if (state === 'ignored') {
      const entry = namedEntries(list).find(({ text }) => text === 'all')!;
      yield finding(
        entryPlace(list, entry),
        'warning',
        `UCX ignores \`all\` behind other entries of ${code('UCX_TLS')}: only those are ${list.negated ? 'denied' : 'in use'}. Write \`all\` alone, or leave it out.`,
      );
    } else if (state === 'alone' && list.negated) {
      yield finding(
        valuePlace(list.variable),
        'warning',
        `UCX takes ${code(list.text)} for \`all\`: nothing is denied. Write \`all\`, or name what is to be denied.`,
        [fix('Write `all`', true, whole)],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
\`all\` is a keyword when it stands alone. In front of other entries UCX refuses the whole value and NIXL cannot create its
backend; behind others it is ignored without a word, and only those are in use. \`^all\` means \`all\`.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0', 'ucx:src/ucp/core/ucp_context.c@v1.22.0'],
  examples: [
    {
      title: 'In front',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=all,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'all,cuda_copy', severity: 'error', message: 'must stand alone' }],
      fixed: `export UCX_TLS=all
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Behind',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,cuda_copy,all
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'all', severity: 'warning', message: 'ignores' }],
    },
    {
      title: 'Denied',
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
          value: ^all
`,
      findings: [{ covers: '^all', severity: 'warning', message: 'nothing is denied' }],
      fixed: `apiVersion: v1
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
          value: all
`,
    },
    {
      title: 'Alone',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS=all
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A list that the script puts together',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=all,$MORE
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
