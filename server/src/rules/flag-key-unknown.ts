import { lookupFlagKey, nearestFlagKeys } from '../knowledge';
import { renameKey } from '../model';
import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { unknownOutcome, writtenKeys } from './support/flag-objects';
import { absence, isBeforeTables } from './support/flags';
import { keyPlace } from './support/tree';
import { atMost, unverified, versionOf } from './support/versions';
import { code } from './support/words';

export const flagKeyUnknown = rule({
  id: 'flag-key-unknown',
  title: "Unknown key in a flag's object",
  category: 'flags',
  severity: 'error',
  *check(engine) {
    if (isBeforeTables(engine)) return;
    const outcome = unknownOutcome(engine);
    for (const { object, node, member } of writtenKeys(engine)) {
      const { name } = object.flag;
      const { key } = member;
      const known = lookupFlagKey(name, key);
      if (known) {
        const missing = absence(known.range, engine);
        if (!missing || (missing.kind === 'not-yet' && known.range.since === undefined)) continue;
        const instead = known.insteadUse ? ` Use ${known.insteadUse}.` : '';
        const clause = missing.kind === 'gone-later' ? 'newer releases do not know it' : outcome.clause;
        yield finding(
          keyPlace(member),
          atMost(outcome.severity, missing.limit),
          `${code(key)} of ${code(`--${name}`)} is ${missing.words}: ${clause}.${instead}`,
        );
        continue;
      }
      const taken = new Set(node.members.map((other) => other.key));
      const meant = nearestFlagKeys(name, key, versionOf(engine)).find((other) => !taken.has(other));
      // A release whose source was not read may have a new key; a misspelt one it has not.
      if (meant === undefined && (unverified(engine) || versionOf(engine) === undefined)) continue;
      const advice = meant === undefined ? 'Remove it.' : `Write ${code(meant)}.`;
      yield finding(
        keyPlace(member),
        unverified(engine) ? atMost(outcome.severity, 'warning') : outcome.severity,
        `${code(key)} is not a key of ${code(`--${name}`)}: ${outcome.clause}. ${advice}`,
        meant === undefined
          ? []
          : [fix(`Write ${code(meant)}`, outcome.severity === 'error', renameKey(member, meant))],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
\`--kv-events-config\`, \`--speculative-config\`, \`--eplb-config\`, \`--ec-transfer-config\`, \`--attention-config\`,
\`--structured-outputs-config\` and \`--fault-tolerance-config\` take an object with fixed keys. vLLM 0.9.0 and every release from
0.16.0 on refuse to start with another key; the releases between drop it without a word, and the setting that you meant keeps
its default. The same holds for a key that the release does not have yet, or no longer.

Without a known release a key that some release has is reported only where newer ones have given it up.`,
  sources: [
    'vllm#17599',
    'vllm#31541',
    'vllm:vllm/config/kv_events.py@v0.25.1',
    'vllm:vllm/config/speculative.py@v0.25.1',
    'vllm:vllm/config/parallel.py@v0.25.1',
    'vllm:vllm/config/ec_transfer.py@v0.25.1',
  ],
  examples: [
    {
      title: 'A misspelt key of the KV events',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_event": true, "publisher": "zmq"}'
`,
      findings: [{ covers: 'enable_kv_cache_event', severity: 'error', message: 'Write `enable_kv_cache_events`' }],
      fixed: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_events": true, "publisher": "zmq"}'
`,
    },
    {
      title: 'Dropped in silence',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.15.0
vllm serve Qwen/Qwen3-32B --speculative-config '{"method": "ngram", "num_spec_tokens": 3}'
`,
      findings: [{ covers: 'num_spec_tokens', severity: 'warning', message: 'drops it without a word' }],
    },
    {
      title: 'Gone, and not there yet',
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
        - deepseek-ai/DeepSeek-V3
        - --speculative-config={"method":"mtp","num_speculative_tokens":1,"disable_by_batch_size":32}
        - --eplb-config.communicator=nixl
`,
      findings: [
        { covers: 'disable_by_batch_size', severity: 'error', message: 'gone after vLLM 0.16.x' },
        { covers: 'communicator', severity: 'error', message: 'from vLLM 0.20.0 on' },
      ],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'prefill.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_events": true, "end_point": "tcp://*:5557", "more": 1}'
`,
      findings: [{ covers: 'end_point', severity: 'warning', message: 'depending on its release' }],
    },
    {
      title: 'Every key is there',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --enable-eplb --eplb-config '{"num_redundant_experts": 32, "communicator": "nixl"}' \\
  --kv-events-config '{"enable_kv_cache_events": true, "publisher": "zmq", "topic": "kv-events"}'
`,
    },
    {
      title: 'A key that is put together at run time',
      kind: 'open',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-events-config "{\\"enable_kv_cache_events\\": true, \\"$KEY\\": 1}"
`,
    },
  ],
});
