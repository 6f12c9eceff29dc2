import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { entryPlace, meantEntry, namedEntries, transportList } from './support/ucx-transports';
import { code } from './support/words';

export const ucxTlsNegation = rule({
  id: 'ucx-tls-negation',
  title: '`^` that is not the first character of UCX_TLS',
  category: 'ucx',
  severity: 'warning',
  *check(engine) {
    const list = transportList(engine);
    if (!list) return;
    for (const entry of namedEntries(list)) {
      if (!entry.text.startsWith('^')) continue;
      const place = entryPlace(list, entry);
      const name = entry.text.replace(/^\^+/, '');
      if (name === '') continue;
      const meant = code(meantEntry(entry, list.ucx) ?? name);
      if (list.negated) {
        yield finding(
          place,
          'warning',
          `Only the first \`^\` of ${code('UCX_TLS')} denies, and it denies the whole list: ${code(entry.text)} is an unknown name, and ${meant} stays in use. Write it without \`^\`.`,
          [fix(`Write ${code(name)}`, false, { place, newText: name })],
        );
      } else {
        yield finding(
          place,
          'warning',
          `\`^\` denies only as the first character of ${code('UCX_TLS')}, and then the whole list: ${code(entry.text)} is an unknown name that UCX warns about, nothing is denied. Remove it, as only what is listed is in use anyway.`,
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
\`^\` denies the whole list, and only as its very first character. Anywhere else it is part of a name: \`rc,tcp,^cuda_ipc\`
allows \`rc\`, \`tcp\` and a transport called \`^cuda_ipc\`, which does not exist (and so shuts out \`cuda_copy\` and everything
else that is not listed); \`^a,^b\` denies \`a\` and leaves \`b\` in use. A form of the first is printed in vLLM's own guide.

Write an allow list of what is wanted, or a deny list with one \`^\` in front: \`^a,b\`.`,
  sources: ['ucx:src/ucs/config/parser.c@v1.22.0', 'ucx:src/ucp/core/ucp_context.c@v1.22.0'],
  examples: [
    {
      title: "From vLLM's guide",
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,ud,sm,^cuda_ipc
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '^cuda_ipc', severity: 'warning', message: 'nothing is denied' }],
    },
    {
      title: 'Every entry with its own',
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
          value: ^cuda_ipc,^sm
`,
      findings: [{ covers: '^sm', severity: 'warning', message: 'stays in use' }],
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
          value: ^cuda_ipc,sm
`,
    },
    {
      title: 'In front of the list',
      kind: 'good',
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
          value: ^cuda_ipc,sm
`,
    },
    {
      title: 'A list that the script puts together',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=$BASE_TLS,^cuda_ipc
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
