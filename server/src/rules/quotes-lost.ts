import type { JsonProblem } from '../model';
import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { isSwitchedOff } from './support/switched-off';

/** Kinds of mistake that a layer on the way has made, or that a layer failed to undo. */
export const QUOTING_KINDS: readonly string[] = ['quotes-lost', 'quotes-literal', 'outer-quotes', 'escaped-quotes'];

const ADVICE: Readonly<Record<NonNullable<JsonProblem['layer']>, string>> = {
  shell: 'Put the whole JSON in single quotes',
  yaml: 'Put the whole JSON in single quotes',
  dockerfile: 'Use the exec form, a JSON array with the quotes inside escaped',
  'env-file': 'Write it as this kind of env file keeps quotes',
};

function advice({ kind, layer }: JsonProblem): string {
  if (kind === 'quotes-literal' || kind === 'outer-quotes') return 'Leave these quotes out';
  if (kind === 'escaped-quotes') return 'Leave the backslashes out';
  return layer ? ADVICE[layer] : 'Write keys and texts in double quotes';
}

/** The clause of the problem as the beginning of a sentence. */
function statement({ kind, layer, message }: JsonProblem): string {
  if (/^an? /.test(message)) return `There is ${message}`;
  if (kind === 'quotes-lost' && !layer) return `There are ${message}`;
  return message.charAt(0).toUpperCase() + message.slice(1);
}

export const quotesLost = rule({
  id: 'quotes-lost',
  title: 'Quotes of the JSON lost, or one pair too many, on the way to vLLM',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const config = engine.kvTransfer;
    if (!config || isSwitchedOff(config)) return;
    for (const problem of config.problems) {
      if (!QUOTING_KINDS.includes(problem.kind) && !problem.layer) continue;
      const { fix: mend } = problem;
      yield finding(
        problem.place,
        'error',
        `${statement(problem)}, so that vLLM gets no JSON and refuses to start. ${advice(problem)}.`,
        mend ? [fix(mend.title, true, { place: mend.place, newText: mend.newText })] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
The JSON of \`--kv-transfer-config\` passes through a shell, YAML, a Dockerfile or an env file before vLLM reads it, and each
of them has a use of its own for quotes and braces. Unquoted in a shell, the double quotes vanish; unquoted in a YAML list,
\`{…}\` is a mapping; quoted twice where no shell is, the single quotes arrive with the text. What arrives is not JSON, and
vLLM refuses to start.

In a shell and in YAML write the whole value in single quotes, and nothing around these.`,
  sources: [
    'https://docs.vllm.ai/en/latest/features/nixl_connector_usage/',
    'vllm:vllm/utils/argparse_utils.py@v0.25.1',
  ],
  examples: [
    {
      title: 'Bare JSON in a shell',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config {"kv_connector":"NixlConnector","kv_role":"kv_producer"}
`,
      findings: [
        {
          covers: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}',
          severity: 'error',
          message: 'The shell removes',
        },
      ],
      fixed: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Double quotes around double quotes',
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
      command: ["/bin/sh", "-c"]
      args:
        - >-
          vllm serve Qwen/Qwen3-32B
          --kv-transfer-config "{"kv_connector":"NixlConnector","kv_role":"kv_producer"}"
`,
      findings: [
        {
          covers: '"{"kv_connector":"NixlConnector","kv_role":"kv_producer"}"',
          severity: 'error',
          message: 'The shell removes',
        },
      ],
    },
    {
      title: 'Bare JSON in a YAML list',
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
        - --model=Qwen/Qwen3-32B
        - --kv-transfer-config
        - {"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [
        {
          covers: '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}',
          severity: 'error',
          message: 'YAML reads',
        },
      ],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - --model=Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'Single quotes that no shell removes',
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
        - --model=Qwen/Qwen3-32B
        - --kv-transfer-config
        - "'{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_consumer\\"}'"
`,
      findings: [
        {
          covers: "'",
          severity: 'error',
          message: 'no shell is there',
        },
      ],
    },
    {
      title: 'Single quotes around all of it',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
vllm serve a/b --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_consumer\\"}"
`,
    },
    {
      title: 'A value from outside',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve a/b --kv-transfer-config $KV_CONFIG
`,
    },
  ],
});
