import {
  type KvField,
  lookupKvField,
  type SchemaProblem,
  validateKvTransferConfig,
} from '../knowledge/kv-transfer-config';
import type { Range } from '../knowledge/version';
import { at, isScalar, setScalar, type TreeNode } from '../model';
import { type Page, rule } from './rule';
import { connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { knownPlain, shown, wrongPlace } from './support/tree';
import { actor, applies, severityIn } from './support/versions';
import { code, oneOf } from './support/words';

/** True for a problem that another rule tells: unknown keys, the role, and what is inside the connector's settings. */
function isOthers(problem: SchemaProblem, node: TreeNode | undefined): boolean {
  if (problem.keyword === 'unknown-key' || problem.keyword === 'required' || problem.path.length !== 1) return true;
  return problem.path[0] === 'kv_role' && (node?.type === 'string' || node?.type === 'null');
}

/** The releases that refuse the value: those that have the field and check it. */
function refusing(problem: SchemaProblem, field: KvField | undefined): Range {
  return (field?.range.since === undefined ? problem.range : field.range) ?? { library: 'vllm' };
}

/** The same characters as text, where a text is needed and a number or a boolean is given. */
function asText(problem: SchemaProblem, node: TreeNode): string | undefined {
  if (problem.keyword !== 'type' || !/\bstring\b/.test(problem.expected)) return undefined;
  return node.type === 'number' || node.type === 'boolean' ? node.text.text : undefined;
}

function messageOf(
  problem: SchemaProblem,
  field: KvField | undefined,
  node: TreeNode,
  where: string,
  who: string,
  dotted: boolean,
): string {
  const value = isScalar(node) ? code(shown(node)) : shown(node);
  const needed = problem.keyword === 'enum' && field?.values ? oneOf(field.values) : problem.expected;
  const text = asText(problem, node);
  const quoted = text === undefined ? undefined : JSON.stringify(text);
  const advice = quoted === undefined ? '' : ` Write ${code(dotted ? `'${quoted}'` : quoted)}, with the quotes.`;
  return `${code(String(problem.path[0]))}${where} is ${value}, where ${needed} is needed: ${who} ${problem.effect ?? 'refuses to start'}.${advice}`;
}

export const fieldValue = rule({
  id: 'field-value',
  title: 'Value that a field of the KV transfer configuration does not take',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectors(engine)) {
      for (const problem of validateKvTransferConfig(knownPlain(connector.node))) {
        const node = at(connector.node, ...problem.path);
        if (!node || isOthers(problem, node)) continue;
        const field = lookupKvField(String(problem.path[0]));
        // A field that this release does not have is key-not-in-version, whatever its value.
        if (field && applies(field.range, engine) === 'no') continue;
        const range = refusing(problem, field);
        const severity = severityIn(range, engine, 'error');
        if (!severity) continue;
        const text = asText(problem, node);
        yield finding(
          wrongPlace(problem, node),
          severity,
          messageOf(
            problem,
            field,
            node,
            whereabouts(connector),
            actor(range, engine),
            engine.kvTransfer?.form === 'dotted',
          ),
          text !== undefined && node.notation !== 'flags'
            ? [fix(`Write ${code(JSON.stringify(text))}`, severity === 'error', setScalar(node, text))]
            : [],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
From 0.9.1 on vLLM checks the type of every field of the configuration itself, and refuses to start with a wrong one. It
converts generously: \`"14579"\` and \`14579.0\` are numbers, \`"yes"\` is a boolean. What it converts is never reported.

It does not convert numbers to text (\`"engine_id": 7\`), nor anything to the object \`kv_connector_extra_config\`. From 0.11.1 on
\`kv_buffer_device\` may not be \`null\`. The values inside \`kv_connector_extra_config\` are checked by \`extra-value\`.`,
  sources: ['vllm#17599', 'vllm:vllm/config/kv_transfer.py@v0.25.1'],
  examples: [
    {
      title: 'A port that is no number',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_port":"auto"}'
`,
      findings: [{ covers: 'auto', severity: 'error', message: 'an integer' }],
    },
    {
      title: 'An unknown policy',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args:
        - --model=a/b
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_load_failure_policy":"retry"}'
`,
      findings: [{ covers: 'retry', severity: 'error', message: 'fail' }],
    },
    {
      title: 'Settings of the connector as a text',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": "{}"
}
`,
      findings: [{ covers: '"{}"', severity: 'error', message: 'an object' }],
    },
    {
      title: 'A number as the id of the engine, in dotted form',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --kv-transfer-config.kv_connector NixlConnector --kv-transfer-config.kv_role kv_both \\
  --kv-transfer-config.engine_id 123
`,
      findings: [{ covers: '123', severity: 'error' }],
    },
    {
      title: 'No buffer device from 0.11.1 on',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.11.1
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_buffer_device":null}'
`,
      findings: [{ covers: 'null', severity: 'error' }],
    },
    {
      title: 'What vLLM converts',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_port": "14579",
  "kv_rank": "0",
  "kv_parallel_size": 2.0,
  "kv_buffer_size": "1e9",
  "enable_permute_local_kv": "True",
  "engine_id": null
}
`,
    },
    {
      title: '0.9.0 checks no types',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.9.0' },
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_port":"auto"}'
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_port":"auto"}'
`,
      findings: [{ covers: 'auto', severity: 'info', message: 'from 0.9.1 on' }],
    },
    {
      title: 'A port from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_port\\":\\"$PORT\\"}"
`,
    },
  ],
});
