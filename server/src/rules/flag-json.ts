import { flagFact, flagKeys } from '../knowledge';
import { holds } from '../knowledge/version';
import { clause, notAnObject } from './json-syntax';
import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { flagWords } from './support/flags';
import { named, versionOf } from './support/versions';

export const flagJson = rule({
  id: 'flag-json',
  title: "Flag's value that is not a JSON object",
  category: 'flags',
  severity: 'error',
  *check(engine) {
    for (const { flag, root, problems, form } of engine.objects ?? []) {
      if (form === 'dotted' || flagKeys(flag.name).length === 0) continue;
      if (holds(flagFact(flag.name)!.range, versionOf(engine)) === 'no') continue;
      const name = flagWords(flag);
      for (const problem of problems.filter(({ kind }) => kind !== 'empty')) {
        const { fix: mend } = problem;
        yield finding(
          problem.place,
          'error',
          problem.kind === 'missing'
            ? `${name} has no value: vLLM refuses to start. Give it a JSON object or leave it out.`
            : `The value of ${name} is not valid JSON (${clause(problem)}): ${named(engine)} refuses to start.${mend ? ` ${mend.title}.` : ''}`,
          mend ? [fix(mend.title, true, { place: mend.place, newText: mend.newText })] : [],
        );
      }
      const instead = root && root.type !== 'null' && problems.length === 0 ? notAnObject(root) : undefined;
      if (!root || !instead) continue;
      yield finding(
        root.place,
        'error',
        `${name} takes a JSON object, and this is ${instead}: ${named(engine)} refuses to start.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
\`--kv-events-config\`, \`--speculative-config\`, \`--eplb-config\`, \`--ec-transfer-config\`, \`--attention-config\`,
\`--structured-outputs-config\` and \`--fault-tolerance-config\` take a JSON object, as \`--kv-transfer-config\` does (rules
\`json-syntax\` and \`quotes-lost\`): a trailing comma, Python's \`True\`, single quotes, or quotes that a shell or YAML took away,
and vLLM does not start. In a shell and in YAML write the whole value in single quotes.

\`None\` stands for no value. Each key can be given as a flag of its own: \`--kv-events-config.publisher zmq\`.`,
  sources: ['vllm:vllm/engine/arg_utils.py@v0.25.1', 'vllm:vllm/utils/argparse_utils.py@v0.25.1'],
  examples: [
    {
      title: 'A trailing comma',
      kind: 'bad',
      file: 'prefill.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_events": true, "publisher": "zmq",}'
`,
      findings: [{ covers: ',', severity: 'error' }],
      fixed: `vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_events": true, "publisher": "zmq"}'
`,
    },
    {
      title: 'Without quotes in a shell',
      kind: 'bad',
      file: 'decode.sh',
      text: `vllm serve Qwen/Qwen3-32B --speculative-config {"method":"ngram","num_speculative_tokens":3}
`,
      findings: [{ covers: '{"method":"ngram","num_speculative_tokens":3}', severity: 'error' }],
      fixed: `vllm serve Qwen/Qwen3-32B --speculative-config '{"method":"ngram","num_speculative_tokens":3}'
`,
    },
    {
      title: 'A number instead of an object',
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
        - deepseek-ai/DeepSeek-V3
        - --eplb-config=32
`,
      findings: [{ covers: '32', severity: 'error', message: 'this is a number' }],
    },
    {
      title: 'Valid, in each form',
      kind: 'good',
      file: 'prefill.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-events-config '{"enable_kv_cache_events": true}' \\
  --speculative-config.method ngram --eplb-config None
`,
    },
    {
      title: 'Structure that is put together at run time',
      kind: 'open',
      file: 'prefill.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-events-config "{\\"enable_kv_cache_events\\": true\${MORE}}" \\
  --speculative-config "$SPECULATION" "$@"
`,
    },
  ],
});
