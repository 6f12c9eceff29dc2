import { behaviour } from '../knowledge/behaviours';
import { extraMember, member, setScalar } from '../model';
import { type Page, rule } from './rule';
import { nixlConnectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { expectedRole } from './support/roles';
import { contentPlace, knownString, truthiness } from './support/tree';
import { releases, severityIn } from './support/versions';
import { code } from './support/words';

export const kvBoth = rule({
  id: 'kv-both',
  title: 'Role kv_both with a NIXL connector',
  category: 'kv-transfer-config',
  severity: 'hint',
  *check(engine) {
    if (engine.entry === 'dynamo.vllm') return;
    const { range } = behaviour('kv-both-deprecated');
    const severity = severityIn(range, engine, 'hint');
    if (!severity) return;
    for (const connector of nixlConnectors(engine)) {
      const node = member(connector.node, 'kv_role')?.value;
      if (!node || knownString(node) !== 'kv_both') continue;
      const bidirectional = extraMember(connector, 'bidirectional_kv_xfer');
      if (bidirectional && truthiness(bidirectional.value) !== false) continue;
      const likely = expectedRole(engine);
      yield finding(
        contentPlace(node),
        severity,
        `${releases(range)} warns about \`kv_both\` with a NIXL connector${whereabouts(connector)}: it is deprecated. Write \`kv_producer\` on prefill and \`kv_consumer\` on decode.`,
        likely ? [fix(`Write ${code(likely)}`, false, setScalar(node, likely))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
\`kv_both\` was the documented role for NIXL for a year, and it still works. From 0.23.0 NIXL connectors log a deprecation
warning and ask for \`kv_producer\` on prefill and \`kv_consumer\` on decode; later releases also let the role decide how
blocks are freed. Nothing is reported for bidirectional transfer and for workers that Dynamo starts, where one engine may
play both parts, nor for connectors that store KV cache, for which \`kv_both\` is right.`,
  sources: ['vllm#43874', 'vllm#43807'],
  examples: [
    {
      title: 'A decode engine',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: ["Qwen/Qwen3-32B", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_both"}']
`,
      findings: [{ covers: 'kv_both', severity: 'hint', message: 'deprecated' }],
      fixed: `services:
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: ["Qwen/Qwen3-32B", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
`,
      findings: [{ covers: 'kv_both', severity: 'hint', message: 'from 0.23.0 on' }],
    },
    {
      title: 'Before 0.23.0 the role was a placeholder',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.22.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both"}'
`,
    },
    {
      title: 'A store takes and gives',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"OffloadingConnector","kv_role":"kv_both"}'
`,
    },
    {
      title: 'Bidirectional transfer',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_both",
  "kv_connector_extra_config": { "bidirectional_kv_xfer": true }
}
`,
    },
    {
      title: 'A connector class that a module may bring',
      kind: 'open',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_connector_module_path": "our.connectors",
  "kv_role": "kv_both"
}
`,
    },
  ],
});
