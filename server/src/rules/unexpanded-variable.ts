import { type Engine, knownText, type TreeNode } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { code } from './support/words';

const KV_TRANSFER = 'kv-transfer-config';

/** `$NAME`, `${NAME}` with whatever a shell allows inside, and Kubernetes' `$(NAME)`. */
const VARIABLE = /\$(?:[A-Za-z_]\w*|\{[^{}]+\}|\([A-Za-z_]\w*\))/g;

function* variablesIn(node: TreeNode): Generator<Finding> {
  if (node.type === 'object') {
    for (const { value } of node.members) yield* variablesIn(value);
  } else if (node.type === 'array') {
    for (const item of node.items) yield* variablesIn(item);
  } else if (node.type === 'string' && node.text.known) {
    for (const { 0: variable, index } of node.value.matchAll(VARIABLE)) {
      yield finding(
        node.text.place({ start: index, end: index + variable.length }),
        'warning',
        `Nothing puts a value in the place of ${code(variable)} here, so that vLLM gets these characters. Let a shell expand it (between double quotes), or write \`$(NAME)\` in the arguments of a Kubernetes container.`,
      );
    }
  }
}

/** A number or a name that is a shell's variable, in the arguments of a container that no shell reads. */
function* variablesInFlags({ flags }: Engine): Generator<Finding> {
  for (const { name, spelled, value } of flags.list) {
    const text = knownText(value);
    if (value?.kind !== 'known' || text === undefined || name === KV_TRANSFER) continue;
    const variable = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(text);
    if (!variable) continue;
    yield finding(
      value.source.place(),
      'warning',
      `No shell reads the arguments of this container, so that ${code(spelled)} gets the characters ${code(text)}. Write ${code(`$(${variable[1] ?? variable[2]})`)}, which Kubernetes replaces when the container's \`env\` sets it.`,
    );
  }
}

export const unexpandedVariable = rule({
  id: 'unexpanded-variable',
  title: 'Variable that nobody expands',
  category: 'kv-transfer-config',
  severity: 'warning',
  *check(engine) {
    const root = engine.kvTransfer?.root;
    if (root) yield* variablesIn(root);
    if (engine.container && opensSideChannel(engine) === 'yes') yield* variablesInFlags(engine);
  },
});

export const page = (): Page => ({
  description: `
Between single quotes a shell expands nothing, and the arguments of a container do not pass through a shell at all:
\`"engine_id": "$POD_NAME"\` gives every replica the same id, \`$POD_NAME\` with its dollar sign. Close the single quotes
around the variable (\`'…"'"$POD_NAME"'"…'\`), use double quotes, or in Kubernetes \`$(POD_NAME)\`.

It is a warning only, because another program (\`envsubst\`, a pipeline) may fill in the file first. Other rules say nothing
about such values.`,
  sources: [
    'https://github.com/volcano-sh/kthena/issues/937',
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
  ],
  examples: [
    {
      title: 'Between single quotes',
      kind: 'bad',
      file: 'serve.sh',
      text: `export ENGINE_ID="\${GROUP_NAME}_\${ROLE_ID}"
vllm serve a/b --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "kv_producer", "engine_id": "$ENGINE_ID"}'
`,
      findings: [{ covers: '$ENGINE_ID', severity: 'warning', message: 'vLLM gets these characters' }],
    },
    {
      title: 'In the arguments of a container',
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
        - --model=a/b
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"\${KV_ROLE}"}'
`,
      findings: [{ covers: `\${KV_ROLE}`, severity: 'warning' }],
    },
    {
      title: 'A flag of a container',
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
        - a/b
        - --port=\${API_PORT}
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      env:
        - name: API_PORT
          value: "8200"
`,
      findings: [{ covers: `\${API_PORT}`, severity: 'warning', message: 'No shell reads the arguments' }],
    },
    {
      title: 'Expanded by the shell',
      kind: 'good',
      file: 'serve.sh',
      text: `ENGINE_ID=prefill-0
vllm serve a/b --kv-transfer-config '{"kv_connector": "NixlConnector", "kv_role": "kv_producer", "engine_id": "'"$ENGINE_ID"'"}'
`,
    },
    {
      title: 'Expanded by Kubernetes',
      kind: 'open',
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
        - --model=a/b
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","engine_id":"decode-$(POD_NAME)"}'
      env:
        - name: POD_NAME
          valueFrom: { fieldRef: { fieldPath: metadata.name } }
`,
    },
  ],
});
