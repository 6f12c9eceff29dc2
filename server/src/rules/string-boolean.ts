import { type ExtraKey, lookupExtraKey } from '../knowledge/extra-config';
import { member, setScalar, type TreeNode } from '../model';
import { type Page, rule } from './rule';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { countingMembers, knownString } from './support/tree';
import { actor, severityIn } from './support/versions';
import { code } from './support/words';

const FALSE_WORDS: readonly string[] = ['false', 'f', 'no', 'n', 'off', '0', 'none', 'null', 'disabled'];

/** True for a text that says no in a setting of which Python only asks whether the text is empty. */
export function isReversedBoolean(key: ExtraKey, node: TreeNode): boolean {
  const text = knownString(node);
  return (
    key.type === 'boolean' &&
    key.effect !== undefined &&
    text !== undefined &&
    FALSE_WORDS.includes(text.trim().toLowerCase())
  );
}

export const stringBoolean = rule({
  id: 'string-boolean',
  title: 'Text that says no and counts as yes',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const name = connectorClass(connector, engine);
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      if (name === undefined || extra?.type !== 'object') continue;
      for (const { key: text, value } of countingMembers(extra)) {
        const key = lookupExtraKey(name, text);
        if (!key || !isReversedBoolean(key, value)) continue;
        const severity = severityIn(key.range, engine, 'warning');
        if (!severity) continue;
        const written = knownString(value)!;
        yield finding(
          value.place,
          severity,
          `${actor(key.range, engine)} takes the text ${code(written)} for true, as Python does with every text: ${code(text)}${whereabouts(connector)} is on. Write \`false\` without quotes.`,
          [fix('Write `false`', false, setScalar(value, false))],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
Values inside \`kv_connector_extra_config\` are not converted, and connectors ask for most switches with a plain \`if\`. In Python
every text that is not empty counts as true: \`"enforce_handshake_compat": "false"\` leaves the check on, and
\`"bidirectional_kv_xfer": "no"\` switches it on. Dotted flags run into this with Python's spelling, because \`False\` is not JSON
and stays a text.

Write \`false\` without quotes.`,
  sources: ['vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_worker.py@v0.25.1', 'vllm#20156'],
  examples: [
    {
      title: 'In quotes',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enforce_handshake_compat": "false" }
}
`,
      findings: [{ covers: '"false"', severity: 'warning', message: 'is on' }],
      fixed: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enforce_handshake_compat": false }
}
`,
    },
    {
      title: "Python's spelling in dotted form",
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config.kv_connector NixlConnector --kv-transfer-config.kv_role kv_both \\
  --kv-transfer-config.kv_connector_extra_config.bidirectional_kv_xfer False
`,
      findings: [{ covers: 'False', severity: 'warning' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enforce_handshake_compat": "false" }
}
`,
      findings: [{ covers: '"false"', severity: 'info', message: 'from 0.13.0 on' }],
    },
    {
      title: 'A boolean, and a setting that reads words',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enforce_handshake_compat": true, "enable_cross_layers_blocks": "False" }
}
`,
    },
    {
      title: 'A value from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"enforce_handshake_compat\\":\\"$CHECK\\"}}"
`,
    },
  ],
});
