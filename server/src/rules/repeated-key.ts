import { type ObjectNode, removeMember, type TreeNode } from '../model';
import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { keyPlace, knownPlain } from './support/tree';
import { code } from './support/words';

/** Every object in a value, outermost first. */
function* objectsIn(node: TreeNode | undefined): Generator<ObjectNode> {
  if (node?.type === 'object') {
    yield node;
    for (const { value } of node.members) yield* objectsIn(value);
  } else if (node?.type === 'array') {
    for (const item of node.items) yield* objectsIn(item);
  }
}

/** More of them in one object say nothing new. */
const MOST_REPORTED = 50;

export const repeatedKey = rule({
  id: 'repeated-key',
  title: 'Key given twice in one object',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    for (const object of objectsIn(engine.kvTransfer?.root)) {
      // Both branches of a template may stand in one object.
      if (object.open) continue;
      const known = object.members.filter(({ keyText, value }) => keyText.known && !value.via);
      const lastOf = new Map(known.map((member) => [member.key, member]));
      const repeated = known.filter((member) => lastOf.get(member.key) !== member);
      for (const member of repeated.slice(0, MOST_REPORTED)) {
        const last = lastOf.get(member.key)!;
        const same = JSON.stringify(knownPlain(last.value)) === JSON.stringify(knownPlain(member.value));
        yield finding(
          keyPlace(member),
          same ? 'info' : 'warning',
          `${code(member.key)} is given twice in this object: the last one counts, and this one has no effect. Keep one of them.`,
          [fix('Remove this one', true, removeMember(object, member))],
          [{ place: keyPlace(last), message: 'This one counts.' }],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
Of a key that stands twice in one JSON object the last one counts, and vLLM does not mention the other. Two that say the same
are only reported as information.`,
  sources: ['https://docs.python.org/3/library/json.html#repeated-names-within-an-object'],
  examples: [
    {
      title: 'Two roles',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_role":"kv_producer","kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'kv_role', severity: 'warning', message: 'the last one counts' }],
    },
    {
      title: 'Twice the same',
      kind: 'bad',
      file: 'kv.json',
      text: `{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_both",
  "kv_buffer_device": "cuda",
  "kv_buffer_device": "cuda"
}
`,
      findings: [{ covers: 'kv_buffer_device', severity: 'info' }],
    },
    {
      title: 'The same key in several children',
      kind: 'good',
      file: 'kv.json',
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_both",
  "kv_connector_extra_config": {
    "connectors": [
      { "kv_connector": "NixlConnector", "kv_role": "kv_both" },
      { "kv_connector": "OffloadingConnector", "kv_role": "kv_both" }
    ]
  }
}
`,
    },
    {
      title: 'Branches of a template',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\",\\"$A\\":1,\\"$A\\":2}"
`,
    },
  ],
});
