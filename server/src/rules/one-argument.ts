import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { code } from './support/words';

const FLAG = /^--?[A-Za-z][\w-]*\s/;
const FLAG_INSIDE = /\s--[A-Za-z][\w-]*(?:[\s=]|$)/;
/** A flag and one plain word. */
const FLAG_AND_WORD = /^(--[A-Za-z][\w-]*)\s+([\w./:@,+-]+)$/;

export const oneArgument = rule({
  id: 'one-argument',
  title: 'Several words in one argument',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    // KServe's presets hand the arguments to a shell, which takes them apart.
    if (/InferenceService/.test(engine.pod?.object?.kind ?? '')) return;
    const texts = engine.flags.positionals.flatMap((value) => (value.kind === 'known' ? [value] : []));
    if (!usesNixl(engine) && !texts.some(({ text }) => /kv.transfer.config/.test(text))) return;
    for (const { text, source } of texts) {
      if (!holdsSeveral(text)) continue;
      const [, flag, word] = FLAG_AND_WORD.exec(text) ?? [];
      const joined = flag && !word!.startsWith('-') ? `${flag}=${word}` : undefined;
      const place = source.place();
      yield finding(
        place,
        'error',
        `vLLM gets ${code(text)} as one argument, with its blanks, and refuses to start: no shell takes it apart here. ${joined ? `Write ${code(joined)}` : 'Make each flag and each value an argument of its own'}.`,
        [joined ? fix(`Write ${code(joined)}`, true, { place, newText: joined }) : undefined],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Each item of \`args\` reaches the program as one argument, blanks included: no shell takes \`--port 8000\` apart. For vLLM's parser
such a word is no flag, and it refuses to start because of an argument that it does not know. The same holds for a whole
command line in one item, and for one in quotes in a script.`,
  sources: [
    'dynamo#2055',
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    'https://docs.python.org/3/library/argparse.html',
  ],
  examples: [
    {
      title: 'A flag with its value',
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
        - --port 8200
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: '--port 8200', severity: 'error', message: 'Write `--port=8200`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
    {
      title: 'The whole command line',
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
      command: [vllm, serve]
      args: ["Qwen/Qwen3-32B --port 8200 --kv-transfer-config '{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_consumer\\"}'"]
`,
      findings: [
        {
          covers: `Qwen/Qwen3-32B --port 8200 --kv-transfer-config '{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_consumer\\"}'`,
          severity: 'error',
          message: 'an argument of its own',
        },
      ],
    },
    {
      title: 'Words of their own, and a shell that takes them apart',
      kind: 'good',
      file: 'pods.yaml',
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
        - --port=8200
        - --chat-template
        - "{{ messages }} -- end"
        - --kv-transfer-config
        - '{"kv_connector": "NixlConnector", "kv_role": "kv_consumer"}'
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [bash, -c]
      args: ["vllm serve a/b --port 8000 --kv-transfer-config '{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_producer\\"}'"]
`,
    },
    {
      title: "KServe's presets, which hand the words to a shell, and an argument that is not known",
      kind: 'open',
      file: 'llm.yaml',
      text: `apiVersion: serving.kserve.io/v1alpha1
kind: LLMInferenceService
metadata:
  name: decode
spec:
  template:
    containers:
      - name: main
        image: vllm/vllm-openai:v0.25.1
        args:
          - --max-model-len 8192
          - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - $(PORT_FLAG)
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
  ],
});

/** A flag with something behind it, or a flag behind something, outside of quotes. */
function holdsSeveral(text: string): boolean {
  const bare = text.replace(/"[^"]*"|'[^']*'/g, "''");
  return FLAG.test(bare) || (!/^\s/.test(bare) && FLAG_INSIDE.test(bare));
}
