import { type ExtraKey, lookupExtraKey, validateExtraConfig } from '../knowledge/extra-config';
import { at, type Engine, isScalar, member, setScalar, type TreeNode } from '../model';
import { type Page, rule, type Severity } from './rule';
import { isReversedBoolean } from './string-boolean';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { knownPlain, knownString, shown, wrongPlace } from './support/tree';
import { applies, severityIn } from './support/versions';
import { code } from './support/words';

/** Settings with a rule of their own. */
const ELSEWHERE: readonly string[] = ['backends', 'connectors'];

function severityOf(key: ExtraKey, engine: Engine): Severity | undefined {
  return severityIn(key.range, engine, key.fatal ? 'error' : 'warning');
}

/** The number in a text, where a number is needed. */
function asNumber(key: ExtraKey, node: TreeNode): number | undefined {
  const text = knownString(node)?.trim();
  const needed = key.type === 'integer' ? /^-?\d+$/ : key.type === 'number' ? /^-?\d+(?:\.\d+)?$/ : undefined;
  return text !== undefined && needed?.test(text) ? Number(text) : undefined;
}

export const extraValue = rule({
  id: 'extra-value',
  title: 'Value that a setting of the connector does not take',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const name = connectorClass(connector, engine);
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      if (name === undefined || extra?.type !== 'object') continue;
      for (const problem of validateExtraConfig(name, knownPlain(extra))) {
        const [first] = problem.path;
        if (problem.keyword === 'unknown-key' || problem.keyword === 'required' || typeof first !== 'string') continue;
        const key = lookupExtraKey(name, first);
        const node = at(extra, ...problem.path);
        if (!key || !node || ELSEWHERE.includes(first) || isReversedBoolean(key, node)) continue;
        if (applies(key.range, engine) === 'no') continue;
        const severity = severityOf(key, engine);
        if (!severity) continue;
        const value = isScalar(node) ? code(shown(node)) : shown(node);
        const effect = problem.effect ?? key.effect ?? 'nothing converts it';
        const number = asNumber(key, node);
        const advice = number === undefined ? '' : ` Write ${code(String(number))} without quotes.`;
        yield finding(
          wrongPlace(problem, node),
          severity,
          `${code(first)} of ${code(name)}${whereabouts(connector)} is ${value}, where ${problem.expected} is needed: ${effect}.${advice}`,
          number === undefined
            ? []
            : [fix(`Write ${code(String(number))}`, severity === 'error', setScalar(node, number))],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
Nothing converts the values inside \`kv_connector_extra_config\`: what JSON says is what the connector computes with. A number
in quotes such as \`"kv_lease_duration": "60"\` ends in a Python \`TypeError\` as soon as the connector calculates with it. Where
a connector converts by itself (\`"kv_recompute_threshold": "64"\`) nothing is reported.

Quoted booleans are reported as \`string-boolean\`, the list of NIXL backends as \`backends\`.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
    'vllm:vllm/config/kv_transfer.py@v0.25.1',
  ],
  examples: [
    {
      title: 'A lease in quotes',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - --model=a/b
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"kv_lease_duration":"60"}}'
`,
      findings: [{ covers: '"60"', severity: 'error', message: 'arithmetic with it fails' }],
    },
    {
      title: 'A switch that only knows true and false',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "enable_cross_layers_blocks": "yes" }
}
`,
      findings: [{ covers: 'yes', severity: 'warning' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "num_threads": "8" }
}
`,
      findings: [{ covers: '"8"', severity: 'info' }],
    },
    {
      title: 'A release that does not read it',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.11.0' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": { "num_threads": "8" }
}
`,
    },
    {
      title: 'Values of the right kind',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": {
    "num_threads": 8,
    "kv_lease_duration": 60.5,
    "kv_recompute_threshold": "64",
    "enable_cross_layers_blocks": "True"
  }
}
`,
    },
    {
      title: 'A value from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"kv_lease_duration\\":$LEASE}}"
`,
    },
  ],
});
