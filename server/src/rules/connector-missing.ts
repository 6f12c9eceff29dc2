import { type ConnectorConfig, type Engine, member, type Place } from '../model';
import { type Page, rule } from './rule';
import { connectors, whereabouts } from './support/connectors';
import { finding } from './support/findings';
import { mayGainMembers } from './support/roles';
import { countingMembers, isNull, keyPlace, knownString } from './support/tree';
import { misspelt, refusesUnknownKeys } from './support/unknown-key';

/** True when `--kv-offloading-size`, which brings a connector of its own, is or may be given. */
function offloads(engine: Engine): 'no' | 'maybe' | 'yes' {
  if (engine.flags.all('kv-offloading-size').length > 0) return 'yes';
  return engine.flags.absent('kv-offloading-size') ? 'no' : 'maybe';
}

/** True when a misspelt key stops vLLM before it could miss the connector. */
function isMisspelt(connector: ConnectorConfig, engine: Engine): boolean {
  return refusesUnknownKeys(engine) && misspelt(connector, 'kv_connector');
}

/** Where to show that something is missing: the role, else the first key, else the whole object. */
function missingAt({ node }: ConnectorConfig): Place {
  const [first] = countingMembers(node);
  const shown = member(node, 'kv_connector') ?? member(node, 'kv_role') ?? first;
  return shown ? keyPlace(shown) : node.place;
}

export const connectorMissing = rule({
  id: 'connector-missing',
  title: 'KV transfer configuration without a connector',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    // The JSON that dotted flags made void is the mistake then: see overridden-config.
    const overridden = engine.kvTransfer?.overridden.some(({ path }) => path.length === 0) ?? false;
    for (const connector of connectors(engine)) {
      const { node, parent } = connector;
      const named = member(node, 'kv_connector');
      const empty = named !== undefined && knownString(named.value) === '';
      if (named && !empty && !isNull(named.value)) continue;
      if (!named && (mayGainMembers(connector, engine) || isMisspelt(connector, engine))) continue;
      if (!parent && engine.kvTransfer?.form === 'dotted' && overridden) continue;
      const other = parent ? 'no' : offloads(engine);
      if (other === 'yes') continue;
      const certain = other === 'no' && engine.entry !== 'dynamo.vllm';
      const what = empty ? '`kv_connector` is empty' : 'There is no `kv_connector`';
      yield finding(
        empty ? named.value.place : missingAt(connector),
        certain ? 'error' : 'warning',
        `${what}${whereabouts(connector)}: vLLM looks for a connector without a name and fails to start. Name one, for example \`"kv_connector": "NixlConnector"\`${parent ? '' : ', or leave the flag out'}.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
A configuration without \`kv_connector\` (a role alone, or \`{}\`) is accepted at first. Then the scheduler asks for a connector
that has no name, and the start fails. An empty \`kv_connector\` fails in the same place. To run without KV transfer, leave the
whole flag out.

The start does not fail when \`--kv-offloading-size\` brings a connector. Where more flags may be given, or where
\`python -m dynamo.vllm\` may fill in the rest, this is a warning.`,
  sources: [
    'vllm:vllm/v1/core/sched/scheduler.py@v0.25.1',
    'vllm:vllm/distributed/kv_transfer/kv_connector/factory.py@v0.25.1',
  ],
  examples: [
    {
      title: 'A role alone',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config '{"kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'kv_role', severity: 'error', message: 'There is no `kv_connector`' }],
    },
    {
      title: 'An empty object',
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
      args: ["--model", "Qwen/Qwen3-32B", "--kv-transfer-config", "{}"]
`,
      findings: [{ covers: '{}', severity: 'error' }],
    },
    {
      title: 'An empty name',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '""', severity: 'error', message: 'is empty' }],
    },
    {
      title: 'A child without a connector',
      kind: 'bad',
      file: 'kv.json',
      text: `{
  "kv_connector": "MultiConnector",
  "kv_role": "kv_both",
  "kv_connector_extra_config": {
    "connectors": [{ "kv_role": "kv_both" }]
  }
}
`,
      findings: [{ covers: 'kv_role', severity: 'error', message: 'in child 1' }],
    },
    {
      title: 'Offloading brings a connector',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-offloading-size 64 --kv-transfer-config '{"kv_role":"kv_both"}'
`,
    },
    {
      title: 'More flags may come from the caller',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_role":"kv_producer"}' "$@"
`,
      findings: [{ covers: 'kv_role', severity: 'warning' }],
    },
    {
      title: 'A connector that is not known yet',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config "{\\"kv_connector\\":\\"$CONNECTOR\\",\\"kv_role\\":\\"kv_producer\\"}"
`,
    },
  ],
});
