import { type Page, rule } from './rule';
import { isQuoted, known, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesUcx } from './support/nixl-engine';
import { namedEntries, transportList, UCX_TLS } from './support/ucx-transports';
import { code } from './support/words';

export const ucxTlsEmpty = rule({
  id: 'ucx-tls-empty',
  title: 'UCX_TLS without an entry',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    if (!usesUcx(engine)) return;
    const list = transportList(engine);
    const found = known(engine, UCX_TLS);
    if (!found || isQuoted(found.text) || !list || namedEntries(list).length > 0) return;
    yield finding(
      valuePlace(found.variable),
      'error',
      `${code(UCX_TLS)} ${found.text === '' ? 'is empty' : `is ${code(found.text)}, a list without entries`}: UCX refuses to start and NIXL cannot create its backend. Remove the variable or write \`all\`.`,
    );
  },
});

export const page = (): Page => ({
  description: `
An empty \`UCX_TLS\` is not the same as none: UCX finds a list without entries and refuses to create its context, and NIXL has
no backend. A lone \`^\` is as empty. To leave the choice to UCX, do not set the variable, or write \`all\`.`,
  sources: ['ucx:src/ucp/core/ucp_context.c@v1.22.0'],
  examples: [
    {
      title: 'Set to nothing',
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
          value: ""
`,
      findings: [{ covers: 'UCX_TLS', severity: 'error', message: 'is empty' }],
    },
    {
      title: 'A lone mark',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=^
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '^', severity: 'error', message: 'a list without entries' }],
    },
    {
      title: 'Not set',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_LOG_LEVEL=info
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A variable that may be empty',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=$TLS
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
