import { behaviour } from '../knowledge/behaviours';
import { lookupKvField } from '../knowledge/kv-transfer-config';
import { valueAt } from '../knowledge/version';
import { type ConnectorConfig, type Engine, member, removeMember } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { countingMembers, isNull, keyPlace, knownString } from './support/tree';
import { applies, versionOf } from './support/versions';
import { code } from './support/words';

/** What to use in place of a field that people take for the side channel's. */
const INSTEAD: Readonly<Record<string, string>> = {
  kv_ip: 'The address that a peer dials is `VLLM_NIXL_SIDE_CHANNEL_HOST`.',
  kv_port: 'The port that a peer dials is `VLLM_NIXL_SIDE_CHANNEL_PORT`.',
};

function* unread(connector: ConnectorConfig, engine: Engine): Generator<Finding> {
  const name = connectorClass(connector, engine);
  if (name === undefined) return;
  for (const found of countingMembers(connector.node)) {
    if (!lookupKvField(found.key)?.inertFor.includes(name)) continue;
    const instead = INSTEAD[found.key];
    yield finding(
      keyPlace(found),
      instead ? 'info' : 'hint',
      `${code(name)} never reads ${code(found.key)}${whereabouts(connector)}: it has no effect. ${instead ?? 'Remove it.'}`,
      [fix(`Remove ${code(found.key)}`, true, removeMember(connector.node, found))],
    );
  }
}

/** The policy that counts for all connectors: the top level's, or its default. */
function topLevelPolicy(engine: Engine): string | undefined {
  const root = engine.kvTransfer?.root;
  const given = member(root, 'kv_load_failure_policy');
  if (given) return knownString(given.value);
  if (root?.type !== 'object' || root.open) return undefined;
  const fallback = valueAt(lookupKvField('kv_load_failure_policy')?.defaults ?? [], 'vllm', versionOf(engine));
  return typeof fallback === 'string' ? fallback : undefined;
}

function childPolicy(child: ConnectorConfig, engine: Engine): Finding | undefined {
  const found = member(child.node, 'kv_load_failure_policy');
  if (!child.parent || !found || isNull(found.value)) return undefined;
  const field = lookupKvField('kv_load_failure_policy');
  // Where the release does not have the field it is key-not-in-version.
  if (field && applies(field.range, engine) === 'no') return undefined;
  if (applies(behaviour('child-failure-policy-ignored').range, engine) === 'no') return undefined;
  const own = knownString(found.value);
  const top = topLevelPolicy(engine);
  const severity: Severity = own === undefined || top === undefined ? 'info' : own === top ? 'hint' : 'warning';
  return finding(
    keyPlace(found),
    severity,
    severity === 'hint'
      ? `vLLM reads \`kv_load_failure_policy\` from the top level only, where ${code(top!)} applies already: that${whereabouts(child)} has no effect.`
      : `vLLM reads \`kv_load_failure_policy\` from the top level only: that${whereabouts(child)} has no effect. Move it up to the top level.`,
    severity === 'hint' ? [fix('Remove `kv_load_failure_policy`', true, removeMember(child.node, found))] : [],
  );
}

export const inertField = rule({
  id: 'inert-field',
  title: 'Field without effect',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    for (const connector of connectors(engine)) {
      yield* unread(connector, engine);
      const policy = childPolicy(connector, engine);
      if (policy) yield policy;
    }
  },
});

export const page = (): Page => ({
  description: `
\`kv_ip\`, \`kv_port\`, \`kv_rank\`, \`kv_parallel_size\` and \`kv_buffer_size\` belong to connectors that are long gone; NIXL connectors
read none of them. Of these the first two are easily taken for the address of the handshake, which
\`VLLM_NIXL_SIDE_CHANNEL_HOST\` and \`VLLM_NIXL_SIDE_CHANNEL_PORT\` set.

\`kv_load_failure_policy\` is read at the top level only. In a child of a \`MultiConnector\` it has no effect: a warning when it
asks for something else than what applies.`,
  sources: ['vllm#20965', 'vllm:vllm/v1/core/sched/scheduler.py@v0.25.1', 'vllm:vllm/config/kv_transfer.py@v0.25.1'],
  examples: [
    {
      title: 'Fields of old connectors',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_rank":0,"kv_role":"kv_producer","kv_port":5600}'
`,
      findings: [
        { covers: 'kv_rank', severity: 'hint', message: 'no effect' },
        { covers: 'kv_port', severity: 'info', message: 'VLLM_NIXL_SIDE_CHANNEL_PORT' },
      ],
      fixed: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'The policy of a child',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_consumer",
  "kv_connector_extra_config": {
    "connectors": [
      { "kv_connector": "NixlConnector", "kv_role": "kv_consumer", "kv_load_failure_policy": "recompute" },
      { "kv_connector": "OffloadingConnector", "kv_role": "kv_both", "kv_load_failure_policy": "fail" }
    ]
  }
}
`,
      findings: [
        { covers: 'kv_load_failure_policy', severity: 'warning', message: 'Move it up' },
        { covers: 'kv_load_failure_policy', severity: 'hint', message: '`fail` applies already' },
      ],
    },
    {
      title: 'Which default applies depends on the release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_consumer",
  "kv_connector_extra_config": {
    "connectors": [{ "kv_connector": "NixlConnector", "kv_role": "kv_consumer", "kv_load_failure_policy": "fail" }]
  }
}
`,
      findings: [{ covers: 'kv_load_failure_policy', severity: 'info' }],
    },
    {
      title: 'A connector that reads them',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.19.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"P2pNcclConnector","kv_role":"kv_producer","kv_port":"21001","kv_buffer_size":"1e9"}'
`,
    },
    {
      title: 'A connector from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"$CONNECTOR\\",\\"kv_role\\":\\"kv_both\\",\\"kv_port\\":5600}"
`,
    },
  ],
});
