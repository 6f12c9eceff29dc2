import { type FlagFact, lookupFlag } from '../knowledge';
import { holds } from '../knowledge/version';
import type { Engine, Flag } from '../model';
import { type Finding, type Fix, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { type Absence, absence, flagWords, isShortened, renameFlag, writtenFlags } from './support/flags';
import { atMost, named, versionOf } from './support/versions';
import { code } from './support/words';

/** What happens with a flag that the release does not know. */
function outcome(kind: Absence['kind'], engine: Engine): string {
  return kind === 'gone-later'
    ? 'newer releases refuse to start with it'
    : `${named(engine)} does not know it and refuses to start`;
}

/** The short form is younger than the flag. */
function ofAlias(flag: Flag, fact: FlagFact, engine: Engine): Finding | undefined {
  const name = flag.spelled.split('.')[0]!;
  const alias = fact.aliases.find((entry) => entry.name === name);
  const missing = alias && absence({ library: 'vllm', ...alias }, engine);
  if (!missing || missing.kind === 'gone-later') return undefined;
  return finding(
    flag.text.place({ start: 0, end: name.length }),
    missing.limit,
    `${code(name)} as a short form of ${code(`--${fact.name}`)} is ${missing.words}: ${outcome(missing.kind, engine)}. Write ${code(`--${fact.name}`)}.`,
    [fix(`Write ${code(`--${fact.name}`)}`, true, renameFlag(flag, fact.name))],
  );
}

/** Another name for the same, where it is there and nothing else gives its object. */
function renaming({ flag, fact }: { flag: Flag; fact: FlagFact }, engine: Engine): Fix | undefined {
  const { replacedBy } = fact;
  if (replacedBy === undefined || flag.negated) return undefined;
  const use = lookupFlag(`--${replacedBy}`, versionOf(engine));
  if (!use || holds(use.fact.range, versionOf(engine)) === 'no') return undefined;
  const dotted = use.path.length > 0;
  if (dotted && (flag.fromConfigFile || engine.flags.all(use.fact.name).some(({ path }) => path.length === 0))) {
    return undefined;
  }
  // In a `--config` file a negation is a value.
  if (use.negated && flag.fromConfigFile) return undefined;
  return fix(`Write ${code(`--${replacedBy}`)}`, false, renameFlag(flag, replacedBy));
}

export const flagNotInVersion = rule({
  id: 'flag-not-in-version',
  title: 'Flag that this release of vLLM does not have',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    for (const written of writtenFlags(engine)) {
      const { flag, fact } = written;
      // `false` in a `--config` file is dropped, or written as a negation where there is one.
      if (flag.fromConfigFile && flag.negated) continue;
      const missing = absence(fact.range, engine);
      if (!missing) {
        const short = ofAlias(flag, fact, engine);
        if (short) yield short;
        continue;
      }
      if (missing.kind === 'gone-later' && !engine.kvTransfer) continue;
      if (isShortened(fact.name, engine)) continue;
      const instead = missing.kind !== 'not-yet' && fact.insteadUse ? ` Use ${fact.insteadUse}.` : '';
      const inferred = fact.confidence === 'thread' || fact.confidence === 'inferred';
      yield finding(
        flag.text.place(),
        inferred ? atMost(missing.limit, 'info') : missing.limit,
        `${flagWords(flag)} is ${missing.words}: ${outcome(missing.kind, engine)}.${instead}`,
        missing.kind === 'not-yet' ? [] : [renaming(written, engine)],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Flags of \`vllm serve\` come, go and are renamed: \`--task\` and \`--cuda-graph-sizes\` went with 0.13.0, \`--disable-log-requests\`
with 0.17.0. Python's parser refuses a flag that it does not know, so that vLLM does not start. The same holds for the keys
of a \`--config\` file. Short forms can be younger than their flag: \`-ep\` exists from 0.14.0 on.

Without a known release only flags that newer ones have given up are reported, as information, and only where the engine
passes KV blocks on. What is known about releases after 0.28 was not read in their source: at most information.`,
  sources: [
    'vllm:vllm/engine/arg_utils.py@v0.25.1',
    'vllm:vllm/entrypoints/openai/cli_args.py@v0.25.1',
    'https://docs.python.org/3/library/argparse.html',
  ],
  examples: [
    {
      title: 'Renamed',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.13.0
vllm serve Qwen/Qwen3-32B --cuda-graph-sizes 1 2 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '--cuda-graph-sizes', severity: 'error', message: 'Use `--cudagraph-capture-sizes`' }],
      fixed: `# nixl: vllm=0.13.0
vllm serve Qwen/Qwen3-32B --cudagraph-capture-sizes 1 2 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Gone, by the image',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.17.0
      args:
        - Qwen/Qwen3-32B
        - --disable-log-requests
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: '--disable-log-requests', severity: 'error', message: 'gone after vLLM 0.16.x' }],
    },
    {
      title: 'A part of an object now',
      kind: 'bad',
      file: 'decode.sh',
      text: `# nixl: vllm=0.12.0
vllm serve deepseek-ai/DeepSeek-V3 --enable-eplb --num-redundant-experts 32
`,
      findings: [{ covers: '--num-redundant-experts', severity: 'error' }],
      fixed: `# nixl: vllm=0.12.0
vllm serve deepseek-ai/DeepSeek-V3 --enable-eplb --eplb-config.num_redundant_experts 32
`,
    },
    {
      title: 'Not there yet',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.11.0
vllm serve Qwen/Qwen3-32B --attention-backend FLASHINFER
`,
      findings: [{ covers: '--attention-backend', severity: 'error', message: 'from vLLM 0.13.0 on' }],
    },
    {
      title: 'A short form that is younger than its flag',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.12.0
vllm serve deepseek-ai/DeepSeek-V3 -dp 8 -ep
`,
      findings: [{ covers: '-ep', severity: 'error', message: '`--enable-expert-parallel`' }],
      fixed: `# nixl: vllm=0.12.0
vllm serve deepseek-ai/DeepSeek-V3 -dp 8 --enable-expert-parallel
`,
    },
    {
      title: 'In a configuration file',
      kind: 'bad',
      file: 'vllm.yaml',
      assume: { vllm: '0.25.1' },
      text: `model: Qwen/Qwen3-32B
task: generate
kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'task', severity: 'error' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'prefill.sh',
      text: `vllm serve Qwen/Qwen3-32B --disable-log-requests \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '--disable-log-requests', severity: 'info', message: 'newer releases refuse' }],
    },
    {
      title: 'Newer than the facts that were read in source',
      kind: 'version',
      file: 'serve.sh',
      text: `# nixl: vllm=0.28.0
vllm serve Qwen/Qwen3-32B --max-num-queued-reqs 64
`,
      findings: [{ covers: '--max-num-queued-reqs', severity: 'info' }],
    },
    {
      title: 'Structured output in the release between',
      kind: 'version',
      file: 'serve.sh',
      text: `# nixl: vllm=0.11.0
vllm serve Qwen/Qwen3-32B --guided-decoding-backend xgrammar -O3
`,
    },
    {
      title: 'While they are there',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.10.2
vllm serve Qwen/Qwen3-32B --task generate -O3 --disable-log-requests -tp 4
`,
    },
    {
      title: 'A release that is not known, without KV transfer',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --task generate --async-scheduling "$@"
`,
    },
  ],
});
