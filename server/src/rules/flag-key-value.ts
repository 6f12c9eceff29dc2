import { checkFlagKey, lookupFlagKey, type ValueFault } from '../knowledge';
import { newestVerified } from '../knowledge/horizon';
import { holds } from '../knowledge/version';
import { type Engine, isScalar, setScalar } from '../model';
import { type Page, rule, type Severity } from './rule';
import { finding, fix } from './support/findings';
import { writtenKeys } from './support/flag-objects';
import { isBeforeTables } from './support/flags';
import { contentPlace, knownPlain, shown } from './support/tree';
import { actor, named, unverified, versionOf } from './support/versions';
import { code } from './support/words';

/** As in `flag-value`, but no plugin adds values to what the classes take. */
function severityOf(fault: ValueFault, engine: Engine): Severity | undefined {
  const unread = versionOf(engine) === undefined || unverified(engine) || isBeforeTables(engine);
  if (fault.kind !== 'value') return fault.certain ? 'error' : 'info';
  if (fault.taken !== undefined) return fault.early ? 'warning' : unread ? 'info' : 'error';
  return unread || !fault.certain ? (fault.suggestion === undefined ? undefined : 'info') : 'error';
}

export const flagKeyValue = rule({
  id: 'flag-key-value',
  title: "Value that a key of a flag's object does not take",
  category: 'flags',
  severity: 'error',
  *check(engine) {
    const vllm = versionOf(engine);
    for (const { object, member } of writtenKeys(engine)) {
      const { key, value } = member;
      const { name } = object.flag;
      const known = lookupFlagKey(name, key);
      if (!known || holds(known.range, vllm) === 'no') continue;
      const fault = checkFlagKey(known, knownPlain(value), vllm);
      // Where the release is not known, what newer ones take is left alone.
      if (!fault || (!fault.certain && !checkFlagKey(known, knownPlain(value), newestVerified('vllm')))) continue;
      const severity = severityOf(fault, engine);
      if (!severity) continue;
      const what = `${code(key)} of ${code(`--${name}`)}`;
      const text = isScalar(value) ? code(shown(value)) : shown(value);
      const who = fault.range ? actor(fault.range, engine) : named(engine);
      const { suggestion } = fault;
      const advice = suggestion === undefined ? '' : ` Write ${code(suggestion)}.`;
      yield finding(
        contentPlace(value),
        severity,
        fault.taken === undefined
          ? `${what} is ${text}, where ${fault.expected} is needed: ${who} refuses to start.${advice}`
          : `${what} takes ${text} in vLLM ${fault.taken} only: ${who} refuses to start with it.`,
        suggestion === undefined || !isScalar(value)
          ? []
          : [fix(`Write ${code(suggestion)}`, false, setScalar(value, suggestion))],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
From 0.9.1 on vLLM checks the types of the objects that flags take, and refuses to start with a wrong one. It converts
generously: \`"3"\` is a number, \`"yes"\` a boolean. Some keys take one of a list of words that grows from release to release,
such as \`method\` of \`--speculative-config\`.`,
  sources: [
    'vllm#17599',
    'vllm:vllm/config/kv_events.py@v0.25.1',
    'vllm:vllm/config/speculative.py@v0.25.1',
    'vllm:vllm/config/parallel.py@v0.25.1',
  ],
  examples: [
    {
      title: 'A method that is called otherwise',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --speculative-config '{"method": "eagle-3", "model": "a/b", "num_speculative_tokens": "three"}'
`,
      findings: [
        { covers: 'eagle-3', severity: 'error', message: 'Write `eagle3`' },
        { covers: 'three', severity: 'error', message: 'a whole number' },
      ],
    },
    {
      title: 'A publisher that there is none of',
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
        - Qwen/Qwen3-32B
        - --kv-events-config
        - '{"enable_kv_cache_events": "maybe", "publisher": "kafka"}'
`,
      findings: [
        { covers: 'maybe', severity: 'error', message: 'true or false' },
        { covers: 'kafka', severity: 'error', message: 'null or zmq' },
      ],
    },
    {
      title: 'A method that came later',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.19.0
vllm serve Qwen/Qwen3-32B --speculative-config.method dflash
`,
      findings: [{ covers: 'dflash', severity: 'error', message: 'from 0.20.0' }],
    },
    {
      title: 'Up to 0.11.0 any text was a publisher',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.11.0
vllm serve Qwen/Qwen3-32B --kv-events-config '{"publisher": "kafka"}'
`,
    },
    {
      title: 'What is converted',
      kind: 'good',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_events": "yes", "hwm": "1000", "replay_endpoint": null}'
`,
    },
    {
      title: 'A value that is filled in',
      kind: 'open',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --kv-events-config "{\\"publisher\\": \\"$PUBLISHER\\", \\"buffer_steps\\": $STEPS}"
`,
    },
  ],
});
