import { lookupExtraKey, takesAnyExtraKey } from '../knowledge/extra-config';
import { lookupKvField } from '../knowledge/kv-transfer-config';
import { connectorName, member } from '../model';
import { type Page, rule } from './rule';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { moveMember, wrapMember } from './support/move-member';
import { countingMembers, keyPlace } from './support/tree';
import { belongsInExtraConfig, unknownKeyOutcome } from './support/unknown-key';
import { code } from './support/words';

export const misplacedKey = rule({
  id: 'misplaced-key',
  title: 'Key on the wrong level of the KV transfer configuration',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const outcome = unknownKeyOutcome(engine);
    for (const connector of connectors(engine)) {
      const { node } = connector;
      const extra = member(node, 'kv_connector_extra_config');
      const inner = extra?.value.type === 'object' ? extra.value : undefined;
      const misplaced = countingMembers(node).filter(({ key }) => belongsInExtraConfig(connector, key));
      // Several new objects, or several first members of one, would not fit together.
      const movable = misplaced.length === 1 || (inner?.members.length ?? 0) > 0;
      for (const found of misplaced) {
        yield finding(
          keyPlace(found),
          outcome.severity,
          `${code(found.key)} is a setting of ${code(connectorName(connector)!)} and belongs inside \`kv_connector_extra_config\`${whereabouts(connector)}: on the upper level ${outcome.clause}.`,
          [
            fix(
              'Move it into `kv_connector_extra_config`',
              outcome.severity === 'error',
              ...(!movable
                ? []
                : inner
                  ? (moveMember(node, found, inner) ?? [undefined])
                  : extra
                    ? []
                    : (wrapMember(node, found, 'kv_connector_extra_config') ?? [undefined])),
            ),
          ],
        );
      }
      const name = connectorClass(connector, engine);
      if (!inner || name === undefined || takesAnyExtraKey(name)) continue;
      for (const found of countingMembers(inner)) {
        if (!lookupKvField(found.key) || lookupExtraKey(name, found.key)) continue;
        yield finding(
          keyPlace(found),
          'warning',
          `${code(found.key)} is a key of the KV transfer configuration itself: inside \`kv_connector_extra_config\`${whereabouts(connector)} nothing reads it. Move it one level up.`,
          [fix('Move it one level up', false, ...(moveMember(inner, found, node, extra) ?? [undefined]))],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
The configuration has two levels. The keys of the object itself belong to vLLM (\`kv_role\`, \`kv_buffer_device\`,
\`kv_load_failure_policy\` …); those of \`kv_connector_extra_config\` belong to the connector (\`backends\`,
\`kv_lease_duration\` …, or \`connectors\` for \`MultiConnector\`).

A connector's key on the upper level is unknown there: vLLM refuses to start (0.9.0, and from 0.16.0 on) or drops it. A key
of vLLM inside \`kv_connector_extra_config\` is never read, in any release, and nothing tells you.`,
  sources: ['vllm#31541', 'vllm:vllm/config/kv_transfer.py@v0.25.1'],
  examples: [
    {
      title: 'A setting of NIXL on the upper level',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_lease_duration":60}
`,
      findings: [{ covers: 'kv_lease_duration', severity: 'error', message: 'inside `kv_connector_extra_config`' }],
      fixed: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command:
      - a/b
      - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"kv_lease_duration":60}}
`,
    },
    {
      title: 'The children of MultiConnector on the upper level',
      kind: 'bad',
      file: 'kv.json',
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_both",
  "connectors": [{ "kv_connector": "NixlConnector", "kv_role": "kv_both" }]
}
`,
      findings: [{ covers: 'connectors', severity: 'warning', message: 'a setting of `MultiConnector`' }],
    },
    {
      title: 'A key of vLLM inside the settings of the connector',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"kv_buffer_device":"cpu"}}'
`,
      findings: [{ covers: 'kv_buffer_device', severity: 'warning', message: 'one level up' }],
    },
    {
      title: 'Dropped in silence by 0.15',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.15.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "backends": ["UCX"]
}
`,
      findings: [{ covers: 'backends', severity: 'warning', message: 'drops it without a word' }],
    },
    {
      title: 'Each on its level',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_buffer_device": "cuda",
  "kv_connector_extra_config": { "kv_lease_duration": 60, "backends": ["UCX"] }
}
`,
    },
    {
      title: 'A connector of which nothing is known',
      kind: 'open',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "AcmeConnector",
  "kv_connector_module_path": "acme.connector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "kv_buffer_device": "cpu" }
}
`,
    },
  ],
});
