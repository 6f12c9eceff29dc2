import type { JsonProblem, TreeNode } from '../model';
import { QUOTING_KINDS } from './quotes-lost';
import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { isSwitchedOff } from './support/switched-off';
import { knownString } from './support/tree';
import { named } from './support/versions';

/** What JSON there is instead of an object. */
export function notAnObject(root: TreeNode): string | undefined {
  switch (root.type) {
    case 'object':
    case 'unknown':
      return undefined;
    case 'array':
      return 'a list';
    case 'string':
      return knownString(root)?.trimStart().startsWith('{')
        ? 'a text that holds the object, with one pair of quotes too many'
        : 'a text';
    default:
      return root.type === 'null' ? '`null`' : `a ${root.type}`;
  }
}

/** What is wrong, to be put into a sentence. */
export function clause(problem: JsonProblem): string {
  const { message } = problem;
  return message.endsWith('.') ? message.slice(0, -1) : message;
}

export const jsonSyntax = rule({
  id: 'json-syntax',
  title: 'KV transfer configuration that is not a JSON object',
  category: 'kv-transfer-config',
  severity: 'error',
  *check(engine) {
    const config = engine.kvTransfer;
    if (!config || isSwitchedOff(config)) return;
    const problems = config.problems.filter(({ kind, layer }) => !QUOTING_KINDS.includes(kind) && !layer);
    for (const problem of problems) {
      const { fix: mend } = problem;
      yield finding(
        problem.place,
        'error',
        problem.kind === 'missing'
          ? '`--kv-transfer-config` has no value: vLLM refuses to start. Give it a JSON object or leave it out.'
          : `The KV transfer configuration is not valid JSON (${clause(problem)}): ${named(engine)} refuses to start.${mend ? ` ${mend.title}.` : ''}`,
        mend ? [fix(mend.title, true, { place: mend.place, newText: mend.newText })] : [],
      );
    }
    const instead = config.root && config.problems.length === 0 ? notAnObject(config.root) : undefined;
    if (config.root && instead) {
      yield finding(
        config.root.place,
        'error',
        `The KV transfer configuration has to be a JSON object, and this is ${instead}: ${named(engine)} refuses to start.`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
The value of \`--kv-transfer-config\` is read by Python's strict JSON reader and has to be an object. A trailing comma, a
comment, Python's \`True\` or \`None\`, single or curly quotes, a missing bracket or text behind the last one: vLLM refuses to
start, with a message that often speaks of another thing. Where the quotes were right but a shell or YAML took them away,
the finding is \`quotes-lost\`.

From 0.20.0 on a bare number may have a suffix (\`80m\`, \`4G\`); up to 0.19 that is a mistake as well.`,
  sources: ['vllm:vllm/utils/argparse_utils.py@v0.25.1', 'vllm#26896', 'vllm#40473'],
  examples: [
    {
      title: 'A trailing comma',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer",}'
`,
      findings: [{ covers: ',', severity: 'error' }],
      fixed: `vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: "Python's spelling of true",
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
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","enable_permute_local_kv":True}'
`,
      findings: [{ covers: 'True', severity: 'error' }],
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
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","enable_permute_local_kv":true}'
`,
    },
    {
      title: 'A list of one object',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command:
      - Qwen/Qwen3-32B
      - --kv-transfer-config=[{"kv_connector":"NixlConnector","kv_role":"kv_producer"}]
`,
      findings: [
        {
          covers: '[{"kv_connector":"NixlConnector","kv_role":"kv_producer"}]',
          severity: 'error',
          message: 'this is a list',
        },
      ],
    },
    {
      title: 'Valid JSON over several lines',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{
  "kv_connector": "NixlConnector",
  "kv_role": "kv_producer"
}'
`,
    },
    {
      title: 'Structure that is put together at run time',
      kind: 'open',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_both\\"\${EXTRA}}"
`,
    },
    {
      title: 'A number with a suffix, from 0.20.0 on',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.20.0' },
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_buffer_size":4G}'
`,
    },
    {
      title: 'A number with a suffix, up to 0.19',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.19.1' },
      text: `vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_both","kv_buffer_size":4G}'
`,
      findings: [{ covers: '4G', severity: 'error' }],
    },
  ],
});
