import { lookupExtraKey } from '../knowledge/extra-config';
import { connectorName, extraMember, items, member, removeMember } from '../model';
import { type Page, rule } from './rule';
import { nixlConnectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { keyPlace, knownString } from './support/tree';
import { applies } from './support/versions';
import { code } from './support/words';

export const numThreadsIgnored = rule({
  id: 'num-threads-ignored',
  title: 'num_threads beside a backend that makes it void',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    for (const connector of nixlConnectors(engine)) {
      const threads = extraMember(connector, 'num_threads');
      const fact = lookupExtraKey(connectorName(connector)!, 'num_threads');
      // Where the release does not read it at all it is key-not-in-version.
      if (!threads || !fact || applies(fact.range, engine) === 'no') continue;
      const other = items(extraMember(connector, 'backends')?.value)
        .map(knownString)
        .find((name) => name !== undefined && name !== 'UCX');
      if (other === undefined) continue;
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      yield finding(
        keyPlace(threads),
        'warning',
        `vLLM ignores \`num_threads\`${whereabouts(connector)} because \`backends\` names ${code(other)}: it only counts for \`UCX\` alone. Remove it.`,
        extra?.type === 'object' ? [fix('Remove `num_threads`', true, removeMember(extra, threads))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
vLLM hands \`num_threads\` on only when every listed backend is \`UCX\`. With any other name in \`backends\` it is ignored without a
word.`,
  sources: ['vllm#27196', 'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_worker.py@v0.25.1'],
  examples: [
    {
      title: 'With LIBFABRIC',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_connector_extra_config":{"backends":["LIBFABRIC"],"num_threads":8}}'
`,
      findings: [{ covers: 'num_threads', severity: 'warning', message: '`LIBFABRIC`' }],
    },
    {
      title: 'Only UCX',
      kind: 'good',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": ["UCX"], "num_threads": 8 }
}
`,
    },
    {
      title: 'A backend from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"backends\\":[\\"$BACKEND\\"],\\"num_threads\\":8}}"
`,
    },
    {
      title: 'A release that does not read it',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.11.0' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "backends": ["LIBFABRIC"], "num_threads": 8 }
}
`,
    },
  ],
});
