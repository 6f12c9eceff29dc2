import { knownText } from '../model';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { code } from './support/words';

/** A flag behind blanks that belong to its word. */
const BLANK_AND_FLAG = /^\s+(?=--?[a-zA-Z])/;

export const blankBeforeFlag = rule({
  id: 'blank-before-flag',
  title: 'Flag that begins with a blank',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    // One command is written in one way: the first tells, and the others go with it.
    const [first, ...others] = engine.flags.positionals.flatMap((positional) => {
      const text = knownText(positional);
      const blanks = text === undefined ? undefined : BLANK_AND_FLAG.exec(text)?.[0].length;
      if (positional.kind !== 'known' || text === undefined || blanks === undefined) return [];
      return [{ text: text.trim(), place: positional.source.place({ start: blanks, end: text.length }) }];
    });
    if (!first) return;
    const more =
      others.length === 0 ? '' : others.length === 1 ? ', and so does one more' : `, and so do ${others.length} more`;
    yield finding(
      first.place,
      'error',
      `${code(first.text)} reaches vLLM with a blank in front${more}, so that it is no flag and vLLM refuses to start. In a folded block (\`>\`) a \`\\\` at the end of a line keeps the blank: remove it, or write \`|\` instead of \`>\`.`,
      [],
      others.map(({ place, text }) => ({ place, message: `${code(text)} as well` })),
    );
  },
});

export const page = (): Page => ({
  description: `
A folded block (\`>\`, \`>-\`) turns each line break into a blank. A \`\\\` at the end of a line in it, meant to continue the command,
then stands before that blank and makes it a part of the next word: vLLM gets \` --port\` with a blank in front, which is no
flag for its parser, and refuses to start because of an argument that it does not know.

In a folded block leave the \`\\\` away, or make it a literal block (\`|\`), which keeps its line breaks.`,
  sources: [
    'https://yaml.org/spec/1.2.2/#813-folded-style',
    'https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html',
    'https://docs.python.org/3/library/argparse.html',
  ],
  examples: [
    {
      title: 'Continued lines in a folded block',
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
      command: ["/bin/sh", "-c"]
      args:
        - >-
          vllm serve Qwen/Qwen3-32B \\
          --port 8000
          --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--port', severity: 'error', message: 'with a blank in front' }],
    },
    {
      title: 'Several of them: one cause, one finding',
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
      command: ["/bin/sh", "-c"]
      args:
        - >-
          vllm serve Qwen/Qwen3-32B \\
          --port 8000 \\
          --enforce-eager \\
          --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '--port', severity: 'error', message: 'and so do 2 more' }],
    },
    {
      title: 'The same in a literal block',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["/bin/sh", "-c"]
      args:
        - |-
          vllm serve Qwen/Qwen3-32B \\
          --port 8000 \\
          --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'A word that is not known',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B " $MORE" --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
  ],
});
