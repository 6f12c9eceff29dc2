import { checkFlagText, type FlagFact, type ValueFault } from '../knowledge';
import { newestVerified } from '../knowledge/horizon';
import { holds } from '../knowledge/version';
import type { Engine, Flag, Value } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { finding, fix } from './support/findings';
import { flagWords, isBeforeTables, writtenFlags } from './support/flags';
import { isPlaceholder } from './support/tree';
import { actor, named, unverified, versionOf } from './support/versions';
import { code } from './support/words';

/**
 * How sure it is that the start is refused; `undefined` where nothing should be said. A value that no release knew may be
 * new in one whose source was not read, and a platform's plugin may add one: there a near miss alone is worth a word.
 */
function severityOf(fault: ValueFault, engine: Engine): Severity | undefined {
  const unread = versionOf(engine) === undefined || unverified(engine) || isBeforeTables(engine);
  if (fault.kind !== 'value') return fault.certain ? 'error' : 'info';
  if (fault.taken !== undefined) return fault.early ? 'warning' : unread ? 'info' : 'error';
  const meant = fault.suggestion !== undefined;
  if (unread || !fault.certain) return meant ? 'info' : undefined;
  return meant || isOfficial(engine) ? 'error' : 'warning';
}

/** vLLM's own image, in which no plugin adds values. */
function isOfficial({ image }: Engine): boolean {
  return image?.kind === 'known' && /^(docker\.io\/)?vllm\/vllm-openai(:|@|$)/.test(image.text);
}

function messageOf(flag: Flag, text: string, fault: ValueFault, engine: Engine): string {
  const who = fault.range ? actor(fault.range, engine) : named(engine);
  if (fault.taken !== undefined) {
    return `${flagWords(flag)} takes ${code(text)} in vLLM ${fault.taken} only: ${who} refuses to start with it. It takes ${fault.expected}.`;
  }
  const advice = fault.suggestion === undefined ? '' : ` Write ${code(fault.suggestion)}.`;
  return `${flagWords(flag)} is ${code(text)}, where ${fault.expected} is needed: ${who} refuses to start.${advice}`;
}

function ofValue(flag: Flag, fact: FlagFact, value: Value, engine: Engine): Finding | undefined {
  if (value.kind !== 'known' || isPlaceholder(value.text)) return undefined;
  const fault = checkFlagText(fact, value.text, versionOf(engine));
  // Where the release is not known, what newer ones take is left alone.
  if (!fault || (!fault.certain && !checkFlagText(fact, value.text, newestVerified('vllm')))) return undefined;
  const severity = severityOf(fault, engine);
  if (!severity) return undefined;
  const { source, text } = value;
  const { suggestion } = fault;
  return finding(source.place(), severity, messageOf(flag, text, fault, engine), [
    suggestion === undefined
      ? undefined
      : fix(`Write ${code(suggestion)}`, false, { place: source.place(), newText: suggestion }),
  ]);
}

/** A switch that is given a value, or negated although it has no negation. */
function ofSwitch(flag: Flag, fact: FlagFact, engine: Engine): Finding | undefined {
  if (fact.value !== 'none' || flag.fromConfigFile || flag.path.length > 0) return undefined;
  const value = flag.values[0];
  if (value?.kind === 'known') {
    const off = /^(?:false|0|no|off)$/i.test(value.text.trim());
    const instead = off && fact.negatable ? `--no-${fact.name}` : `--${fact.name}`;
    const advice = off && !fact.negatable ? 'Leave it out.' : `Write ${code(instead)} alone.`;
    return finding(
      value.source.place(),
      'error',
      `${flagWords(flag)} is a switch and takes no value: ${named(engine)} refuses to start. ${advice}`,
    );
  }
  if (!flag.negated || value) return undefined;
  const there = fact.negations ? holds(fact.negations, versionOf(engine)) : 'no';
  if (there !== 'no') return undefined;
  return finding(
    flag.text.place(),
    'error',
    `${flagWords(flag)} does not exist: ${code(`--${fact.name}`)} has no negation${fact.negations ? ' in this release' : ''}, and ${named(engine)} refuses to start. Leave it out.`,
  );
}

export const flagValue = rule({
  id: 'flag-value',
  title: 'Value that a flag does not take',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    for (const { flag, fact } of writtenFlags(engine)) {
      if (holds(fact.range, versionOf(engine)) === 'no') continue;
      const wrong = ofSwitch(flag, fact, engine);
      if (wrong) yield wrong;
      if (fact.value === 'none' || flag.path.length > 0) continue;
      for (const value of flag.values) {
        const problem = ofValue(flag, fact, value, engine);
        if (problem) yield problem;
      }
    }
  },
});

export const page = (): Page => ({
  description: `
The parser reads numbers with Python's \`int()\` and \`float()\`, compares others with a list of words that differs from release
to release, and checks limits before the engine starts. What it does not take stops vLLM: \`--dtype fp16\` (it is \`half\` or
\`float16\`), \`--gpu-memory-utilization 90\`, \`--kv-cache-dtype nvfp4\` in 0.19. A switch takes no value, and is switched off by
\`--no-\` in front of its name: \`--enable-prefix-caching=false\` stops vLLM, too. Some flags, such as \`--headless\`, cannot be
negated.

An empty value and \`None\` stand for no value and are never reported. A value that no known release takes is an error where
it is a near miss, or the image is vLLM's own; a platform's plugin may add values otherwise. Where the release is not known,
or its source was not read, only near misses are reported, as information.`,
  sources: [
    'vllm:vllm/engine/arg_utils.py@v0.25.1',
    'vllm:vllm/utils/argparse_utils.py@v0.25.1',
    'vllm:vllm/config/cache.py@v0.25.1',
  ],
  examples: [
    {
      title: 'A type that is called otherwise',
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
        - Qwen/Qwen3-32B
        - --dtype=fp16
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: 'fp16', severity: 'error', message: 'float16' }],
    },
    {
      title: 'A type of KV blocks that came later',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.19.0
vllm serve Qwen/Qwen3-32B --kv-cache-dtype nvfp4
`,
      findings: [{ covers: 'nvfp4', severity: 'error', message: 'from 0.20.0' }],
    },
    {
      title: 'A near miss',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.19.0
vllm serve Qwen/Qwen3-32B --kv-cache-dtype fp8_e4m4
`,
      findings: [{ covers: 'fp8_e4m4', severity: 'error' }],
      fixed: `# nixl: vllm=0.19.0
vllm serve Qwen/Qwen3-32B --kv-cache-dtype fp8_e4m3
`,
    },
    {
      title: 'A word for a number, and a number out of bounds',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B -tp four --gpu-memory-utilization 90
`,
      findings: [
        { covers: 'four', severity: 'error', message: 'a whole number' },
        { covers: '90', severity: 'error', message: 'above 0 and at most 1' },
      ],
    },
    {
      title: 'A switch with a value, and one without a negation',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --enable-prefix-caching=false --no-headless
`,
      findings: [
        { covers: 'false', severity: 'error', message: '`--no-enable-prefix-caching`' },
        { covers: '--no-headless', severity: 'error' },
      ],
    },
    {
      title: 'Block sizes were a short list once',
      kind: 'version',
      file: 'serve.sh',
      text: `# nixl: vllm=0.17.0
vllm serve Qwen/Qwen3-32B --block-size 48
`,
      findings: [{ covers: '48', severity: 'warning' }],
    },
    {
      title: 'A release that is not known',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --block-size 48 --kv-cache-dtype fp8_e4m4 --scheduling-policy newest --port http
`,
      findings: [
        { covers: 'fp8_e4m4', severity: 'info', message: 'Write `fp8_e4m3`' },
        { covers: 'http', severity: 'error' },
      ],
    },
    {
      title: 'What is taken',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B -tp 4 --block-size 48 --max-model-len auto --max-num-batched-tokens 8k --seed None \\
  --moe-backend deep-gemm --no-enable-prefix-caching --gpu-memory-utilization .9 --kv-cache-dtype fp8
`,
    },
    {
      title: 'A value that is filled in',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B -tp $TP --dtype "\${DTYPE:-fp16}" --port <port>
`,
    },
  ],
});
