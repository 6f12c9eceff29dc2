import { newestVerified } from '../knowledge/releases';
import { holds } from '../knowledge/version';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { flagWords, writtenFlags } from './support/flags';
import { named, versionOf } from './support/versions';

export const flagDeprecated = rule({
  id: 'flag-deprecated',
  title: 'Flag that vLLM is going to drop',
  category: 'flags',
  severity: 'hint',
  *check(engine) {
    const vllm = versionOf(engine) ?? newestVerified('vllm');
    for (const { flag, fact } of writtenFlags(engine)) {
      const { deprecated, insteadUse } = fact;
      if (!deprecated || holds(deprecated, vllm) !== 'yes' || (flag.fromConfigFile && flag.negated)) continue;
      const instead = insteadUse ? ` Use ${insteadUse}.` : ' Leave it out.';
      const { until } = fact.range;
      const later = until === undefined ? '' : ', and later releases refuse to start with it';
      yield finding(
        flag.text.place(),
        'hint',
        `${flagWords(flag)} is deprecated in ${named(engine)}${later}.${instead}`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
vLLM takes the flag, warns about it, and names another one to use. A later release refuses it (\`flag-not-in-version\`).

Without a known release a flag is reported when the newest whose source was read warns about it.`,
  sources: ['vllm:vllm/engine/arg_utils.py@v0.25.1'],
  examples: [
    {
      title: 'In its last releases',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.12.0
vllm serve Qwen/Qwen3-32B --task embed
`,
      findings: [{ covers: '--task', severity: 'hint', message: '`--runner` and `--convert`' }],
    },
    {
      title: 'An older name that is still taken',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve deepseek-ai/DeepSeek-V3 -tp 8 -dcp 8 --dcp-kv-cache-interleave-size 16
`,
      findings: [{ covers: '--dcp-kv-cache-interleave-size', severity: 'hint' }],
    },
    {
      title: 'Before it was deprecated',
      kind: 'version',
      file: 'serve.sh',
      text: `# nixl: vllm=0.10.0
vllm serve Qwen/Qwen3-32B --task embed
`,
    },
    {
      title: 'Flags that stay',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.12.0
vllm serve Qwen/Qwen3-32B --runner pooling --convert embed
`,
    },
    {
      title: 'A flag that is filled in',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: vllm=0.12.0
vllm serve Qwen/Qwen3-32B $TASK_FLAG embed
`,
    },
  ],
});
