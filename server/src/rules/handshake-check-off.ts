import { lookupExtraKey } from '../knowledge/extra-config';
import { connectorName, extraMember, member, removeMember } from '../model';
import { type Page, rule } from './rule';
import { nixlConnectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { keyPlace, truthiness } from './support/tree';
import { applies } from './support/versions';

export const handshakeCheckOff = rule({
  id: 'handshake-check-off',
  title: 'Handshake check switched off',
  category: 'kv-transfer-config',
  severity: 'info',
  *check(engine) {
    for (const connector of nixlConnectors(engine)) {
      const found = extraMember(connector, 'enforce_handshake_compat');
      const key = lookupExtraKey(connectorName(connector)!, 'enforce_handshake_compat');
      if (!found || truthiness(found.value) !== false || !key || applies(key.range, engine) === 'no') continue;
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      yield finding(
        keyPlace(found),
        'info',
        `The handshake check${whereabouts(connector)} is off: when prefill and decode differ in version, model or KV cache, decode reads what does not fit instead of refusing. Remove the setting and mend the difference.`,
        extra?.type === 'object' ? [fix('Switch the check on again', false, removeMember(extra, found))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
From 0.13.0 on decode compares a hash of version, model, dtype, attention backend and KV cache settings with prefill, and
refuses to read blocks that would not fit. \`"enforce_handshake_compat": false\` tolerates the difference without mending it:
what decode reads may then be garbage that looks like an answer. It is meant for experiments, and easily left behind.`,
  sources: ['vllm#29503'],
  examples: [
    {
      title: 'Off',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"enforce_handshake_compat":false}}'
`,
      findings: [{ covers: 'enforce_handshake_compat', severity: 'info', message: 'is off' }],
    },
    {
      title: 'On',
      kind: 'good',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enforce_handshake_compat": true }
}
`,
    },
    {
      title: 'A release without the check',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.12.0' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enforce_handshake_compat": false }
}
`,
    },
    {
      title: 'A value from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"enforce_handshake_compat\\":$CHECK}}"
`,
    },
  ],
});
