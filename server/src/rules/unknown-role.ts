import { lookupKvField } from '../knowledge/kv-transfer-config';
import { nearest } from '../knowledge/nearest';
import { member, setScalar } from '../model';
import { type Page, rule } from './rule';
import { connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { contentPlace, knownString } from './support/tree';
import { code, oneOf } from './support/words';

/** The part that a word stands for, when it is none of vLLM's names. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/prefill|produc|send|^p$/i, 'kv_producer'],
  [/decod|consum|recei|^d$/i, 'kv_consumer'],
  [/both|mixed|^all$/i, 'kv_both'],
];

function intendedRole(text: string, roles: readonly string[]): string | undefined {
  const [near] = nearest(text, roles, 1);
  if (near) return near;
  const meant = PARTS.filter(([pattern]) => pattern.test(text));
  return meant.length === 1 ? meant[0]![1] : undefined;
}

export const unknownRole = rule({
  id: 'unknown-role',
  title: 'Unknown role',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const roles = lookupKvField('kv_role')?.values ?? [];
    for (const connector of connectors(engine)) {
      const node = member(connector.node, 'kv_role')?.value;
      const text = knownString(node);
      if (!node || text === undefined || roles.includes(text)) continue;
      const intended = intendedRole(text, roles);
      const advice = intended ? `Write ${code(intended)}.` : `Write ${oneOf(roles)}.`;
      yield finding(
        contentPlace(node),
        'error',
        `${text === '' ? 'The empty text' : code(text)}${whereabouts(connector)} is no role that vLLM knows: it refuses to start. ${advice}`,
        intended ? [fix(`Write ${code(intended)}`, true, setScalar(node, intended))] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
\`kv_role\` is one of \`kv_producer\` (prefill), \`kv_consumer\` (decode) and \`kv_both\`, in lower case. vLLM refuses to start
with anything else, in every release.`,
  sources: ['vllm:vllm/config/kv_transfer.py@v0.25.1'],
  examples: [
    {
      title: 'Escaped quotes in a shell word',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve "$MODEL" --kv-transfer-config "{\\"kv_connector\\": \\"NixlConnector\\", \\"kv_role\\": \\"kv_consummer\\"}"
`,
      findings: [{ covers: 'kv_consummer', severity: 'error', message: 'Write `kv_consumer`' }],
      fixed: `vllm serve "$MODEL" --kv-transfer-config "{\\"kv_connector\\": \\"NixlConnector\\", \\"kv_role\\": \\"kv_consumer\\"}"
`,
    },
    {
      title: 'The name of the side is no role',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.11.0
    command: ["Qwen/Qwen3-32B", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"prefill"}']
`,
      findings: [{ covers: 'prefill', severity: 'error', message: 'Write `kv_producer`' }],
    },
    {
      title: 'Upper case',
      kind: 'bad',
      file: 'vllm-config.yaml',
      text: `model: Qwen/Qwen3-32B
kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"KV_BOTH"}'
`,
      findings: [{ covers: 'KV_BOTH', severity: 'error', message: 'Write `kv_both`' }],
    },
    {
      title: 'All three roles',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
vllm serve a/b --kv-transfer-config '{"kv_connector":"LMCacheConnectorV1","kv_role":"kv_both"}' &
`,
    },
    {
      title: 'A role that comes from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_\${ROLE}\\"}"
`,
    },
  ],
});
