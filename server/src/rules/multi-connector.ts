import { behaviour } from '../knowledge/behaviours';
import { type ConnectorConfig, type Engine, member, removeMember, type TreeNode } from '../model';
import { type Finding, type Page, rule } from './rule';
import { connectorClass, connectors, whereabouts } from './support/connectors';
import { finding, fix } from './support/findings';
import { mayGainMembers } from './support/roles';
import { contentPlace, isNull, keyPlace, knownString, shown } from './support/tree';
import { actor, severityIn } from './support/versions';
import { code } from './support/words';

const SHAPE = '`"connectors": [{"kv_connector": …, "kv_role": …}, …]`';

/** `connectors` is not there. */
function missingList(connector: ConnectorConfig, engine: Engine): Finding | undefined {
  const { node } = connector;
  const named = member(node, 'kv_connector')!;
  const extra = member(node, 'kv_connector_extra_config')?.value;
  // At the wrong level it is misplaced-key; settings of another type are field-value.
  if (member(node, 'connectors') || mayGainMembers(connector, engine)) return undefined;
  if (extra && (extra.type !== 'object' || extra.open)) return undefined;
  return finding(
    contentPlace(named.value),
    'error',
    `\`MultiConnector\`${whereabouts(connector)} has no connectors to combine, and vLLM fails to start. Add ${SHAPE} to \`kv_connector_extra_config\`.`,
  );
}

/** A child in full, in JSON, which YAML reads as well. */
function objectText(name: string, role: string): string {
  return `{"kv_connector": ${JSON.stringify(name)}, "kv_role": ${JSON.stringify(role)}}`;
}

function* wrongList(list: TreeNode, connector: ConnectorConfig): Generator<Finding> {
  const where = whereabouts(connector);
  const role = knownString(member(connector.node, 'kv_role')?.value);
  if (list.type === 'array') {
    if (list.items.length === 0 && !list.open) {
      yield finding(
        list.place,
        'warning',
        `\`MultiConnector\`${where} gets an empty list of connectors: nothing is transferred. Name at least one.`,
      );
    }
    for (const [index, child] of list.items.entries()) {
      if (child.type === 'object' || child.type === 'unknown') continue;
      if (child.type === 'string' && !child.text.known) continue;
      const name = knownString(child);
      yield finding(
        child.place,
        'error',
        `Child ${index + 1} of \`MultiConnector\`${where} is ${code(shown(child))}, where an object with \`kv_connector\` and \`kv_role\` is needed: vLLM fails to start.`,
        [
          name && role
            ? fix('Write an object', false, { place: child.place, newText: objectText(name, role) })
            : undefined,
        ],
      );
    }
    return;
  }
  if (list.type === 'unknown' || (list.type === 'string' && !list.text.known)) return;
  const text = knownString(list);
  yield finding(
    list.place,
    'error',
    `\`connectors\`${where} is ${text?.trimStart().startsWith('[') ? 'a list inside a text' : list.type === 'object' ? 'an object' : code(shown(list))}, where a list of objects is needed: vLLM fails to start. Write ${SHAPE}${text ? ', without quotes around it' : ''}.`,
  );
}

function childId(child: ConnectorConfig, engine: Engine): Finding | undefined {
  const found = member(child.node, 'engine_id');
  if (!child.parent || !found) return undefined;
  const { range } = behaviour('child-engine-id-refused');
  const severity = severityIn(range, engine, 'error');
  if (!severity) return undefined;
  return finding(
    keyPlace(found),
    severity,
    `A child of \`MultiConnector\` gets the \`engine_id\` of the top level: with one of its own ${actor(range, engine)} fails to start. Remove it here; the top level may have one.`,
    [fix('Remove `engine_id`', severity === 'error', removeMember(child.node, found))],
  );
}

export const multiConnector = rule({
  id: 'multi-connector',
  title: 'Children of MultiConnector that it cannot create',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    for (const connector of connectors(engine)) {
      const id = childId(connector, engine);
      if (id) yield id;
      if (connectorClass(connector, engine) !== 'MultiConnector') continue;
      const extra = member(connector.node, 'kv_connector_extra_config')?.value;
      const list = member(extra, 'connectors')?.value;
      if (list && !isNull(list)) {
        yield* wrongList(list, connector);
        continue;
      }
      const absent = missingList(connector, engine);
      if (absent) yield absent;
    }
  },
});

export const page = (): Page => ({
  description: `
\`MultiConnector\` reads its children from \`kv_connector_extra_config.connectors\`: a list of whole configurations, each with a
\`kv_connector\` and a \`kv_role\` of its own. Without the list, with a text or an object in its place, or with a bare name as a
child, vLLM fails to start.

From 0.10.0 on a child inherits the \`engine_id\` of the top level, and one of its own stops the start. What is wrong inside a
child is reported by the same rules as for the top level.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/multi_connector.py@v0.25.1',
    'https://github.com/llm-d/llm-d/issues/13',
  ],
  examples: [
    {
      title: 'No list',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"MultiConnector","kv_role":"kv_both"}'
`,
      findings: [{ covers: 'MultiConnector', severity: 'error', message: 'has no connectors' }],
    },
    {
      title: 'A list inside a text',
      kind: 'bad',
      file: 'kv.json',
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_both",
  "kv_connector_extra_config": { "connectors": "[]" }
}
`,
      findings: [{ covers: '"[]"', severity: 'error', message: 'a list inside a text' }],
    },
    {
      title: 'A bare name as a child',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - --model=a/b
        - --kv-transfer-config
        - |
          {"kv_connector":"MultiConnector","kv_role":"kv_consumer","kv_connector_extra_config":
            {"connectors":["NixlConnector"]}}
`,
      findings: [{ covers: '"NixlConnector"', severity: 'error', message: 'Child 1' }],
    },
    {
      title: 'An id of its own, two levels down',
      kind: 'bad',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_both",
  "engine_id": "prefill-0",
  "kv_connector_extra_config": {
    "connectors": [
      {
        "kv_connector": "MultiConnector",
        "kv_role": "kv_both",
        "kv_connector_extra_config": {
          "connectors": [{ "kv_connector": "NixlConnector", "kv_role": "kv_producer", "engine_id": "nixl-0" }]
        }
      }
    ]
  }
}
`,
      findings: [{ covers: 'engine_id', severity: 'error', message: 'the `engine_id` of the top level' }],
    },
    {
      title: 'Ids of children were allowed in 0.9',
      kind: 'version',
      file: 'kv.json',
      assume: { vllm: '0.9.2' },
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_both",
  "kv_connector_extra_config": {
    "connectors": [{ "kv_connector": "NixlConnector", "kv_role": "kv_producer", "engine_id": "nixl-0" }]
  }
}
`,
    },
    {
      title: 'Two children',
      kind: 'good',
      file: 'kv.json',
      assume: { vllm: '0.25.1' },
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_producer",
  "kv_connector_extra_config": {
    "connectors": [
      { "kv_connector": "NixlConnector", "kv_role": "kv_producer" },
      { "kv_connector": "OffloadingConnector", "kv_role": "kv_both", "kv_connector_extra_config": { "cpu_bytes_to_use": 34359738368 } }
    ]
  }
}
`,
    },
    {
      title: 'Children from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"MultiConnector\\",\\"kv_role\\":\\"kv_both\\",\\"kv_connector_extra_config\\":{\\"connectors\\":$CHILDREN}}"
`,
    },
  ],
});
