import { behaviour } from '../knowledge/behaviours';
import { lookupConnector } from '../knowledge/connectors';
import { extraMember, member, removeMember } from '../model';
import { type Page, rule } from './rule';
import { connectorClass, nixlConnectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { keyPlace, truthiness } from './support/tree';
import { actor, severityIn } from './support/versions';
import { code } from './support/words';

export const pushBidirectional = rule({
  id: 'push-bidirectional',
  title: 'Bidirectional transfer with the push connector',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const { range } = behaviour('push-bidirectional-refused');
    const severity = severityIn(range, engine, 'error');
    if (!severity) return;
    for (const connector of nixlConnectors(engine)) {
      const name = connectorClass(connector, engine)!;
      const found = extraMember(connector, 'bidirectional_kv_xfer');
      if (lookupConnector(name)?.mode !== 'push' || !found || truthiness(found.value) !== true) continue;
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      yield finding(
        keyPlace(found),
        severity,
        `${code(name)}${whereabouts(connector)} cannot transfer in both directions: ${actor(range, engine)} refuses to start. Remove the setting, or use \`NixlConnector\` on both sides.`,
        extra?.type === 'object'
          ? [fix('Remove `bidirectional_kv_xfer`', severity === 'error', removeMember(extra, found))]
          : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Prefill reading blocks back from decode (\`bidirectional_kv_xfer\`) is a feature of pull mode. From 0.25.0 on
\`NixlPushConnector\` stops the start with a \`NotImplementedError\` when it is on. Use \`NixlConnector\` on both sides.`,
  sources: ['vllm#46473'],
  examples: [
    {
      title: 'Refused',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer","kv_connector_extra_config":{"bidirectional_kv_xfer":true}}'
`,
      findings: [{ covers: 'bidirectional_kv_xfer', severity: 'error', message: 'refuses to start' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlPushConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "bidirectional_kv_xfer": true }
}
`,
      findings: [{ covers: 'bidirectional_kv_xfer', severity: 'info', message: 'from 0.25.0 on' }],
    },
    {
      title: 'Pull mode',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "bidirectional_kv_xfer": true }
}
`,
    },
    {
      title: 'A value from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlPushConnector\\",\\"kv_role\\":\\"kv_producer\\",\\"kv_connector_extra_config\\":{\\"bidirectional_kv_xfer\\":$BOTH_WAYS}}"
`,
    },
  ],
});
