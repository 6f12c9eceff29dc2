import { lookupTransport, lookupTransportAlias } from '../knowledge/transports';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { allState, entryPlace, isNotYet, namedEntries, nothingIsLeft, transportList } from './support/ucx-transports';
import { named, trusted } from './support/versions';
import { code } from './support/words';

export const ucxTlsNotYet = rule({
  id: 'ucx-tls-not-yet',
  title: 'Transport that this UCX does not have yet',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const list = transportList(engine);
    if (!list || allState(list) === 'alone' || allState(list) === 'refused') return;
    const nothingLeft = nothingIsLeft(list);
    for (const entry of namedEntries(list)) {
      if (!isNotYet(entry, list.ucx)) continue;
      const fact = (entry.strict ? undefined : lookupTransportAlias(entry.name)) ?? lookupTransport(entry.name)!;
      const outcome = list.negated
        ? 'denies nothing for it and does not say so'
        : nothingLeft
          ? 'finds no transport at all and refuses to start, so that NIXL cannot create its backend'
          : 'warns and goes on without it';
      yield finding(
        entryPlace(list, entry),
        trusted(fact, 'since', nothingLeft ? 'error' : 'warning'),
        `${code(entry.name)} exists from UCX ${fact.range.since} on: ${named(engine, 'ucx')} ${outcome}.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
The transport or alias came with a later UCX than the one that runs here. In an allow list UCX warns and goes on without
it; in a deny list it denies nothing, without a word: \`^gga\` does nothing on 1.18, where the transport \`gga_mlx5\` exists and
its alias does not.`,
  sources: ['ucx:src/ucp/core/ucp_context.c@v1.22.0', 'ucx:src/ucp/core/ucp_context.c@v1.18.1'],
  examples: [
    {
      title: 'An alias that came with 1.19',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.18.1
export UCX_TLS=^gga
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'gga', severity: 'warning', message: 'denies nothing' }],
    },
    {
      title: 'A transport that came with 1.20',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.19
export UCX_TLS=rc_gda,rc,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'rc_gda', severity: 'warning', message: 'goes on without it' }],
    },
    {
      title: 'Nothing is left',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.18.1
export UCX_TLS=srd
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'srd', severity: 'error', message: 'from UCX 1.19.0 on' }],
    },
    {
      title: 'It is there',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.19
export UCX_TLS=^gga
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A release that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=^gga
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Names that were always there',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.18.1
export UCX_TLS=rc,tcp,cuda_copy
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
