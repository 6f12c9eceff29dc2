import { lookupEnv } from '../knowledge/environment';
import type { NotText, Place, TreeNode, Variable } from '../model';
import { type Fix, type Page, rule } from './rule';
import { knownVariables } from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { code } from './support/words';

/** Unquoted at the start of a value, these are a mapping or a list of YAML's. */
const BRACES = /^(?:\{.*\}|\[.*\])$/s;

export const environmentNotText = rule({
  id: 'environment-not-text',
  title: 'Environment value that Kubernetes refuses because it is no text',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine)) return;
    // The template of a chart may put the quotes around the value.
    const rendered = engine.environment.open.some(({ kind }) => kind === 'chart');
    for (const { variable, text } of knownVariables(engine)) {
      const { notText } = variable;
      if (!notText) continue;
      const { type, node } = notText;
      const refused = `Kubernetes refuses the ${variable.via === 'config-map' ? 'ConfigMap' : 'object'}`;
      const place = usedAt(node);
      if (type === 'mapping' || type === 'list') {
        if (!BRACES.test(text)) continue;
        const quoted = /['\n]/.test(text) ? undefined : `'${text}'`;
        yield finding(
          place,
          rendered ? 'warning' : 'error',
          `YAML reads the unquoted braces as a ${type}, while ${code(variable.name)} needs a string: ${rendered ? 'unless a template makes it text, ' : ''}${refused}. Put the whole value in single quotes.`,
          [quoted ? replace(node, 'Put it in single quotes', quoted) : undefined],
        );
        continue;
      }
      if (!isOurs(variable)) continue;
      const isAction = isTemplate(place);
      const unless = rendered ? 'unless a template quotes it, ' : '';
      yield finding(
        place,
        // What a chart's values hold, another file may say otherwise.
        rendered || isAction ? 'warning' : 'error',
        `${code(text)} is a ${type} in ${isKubernetesOnly(notText) ? "Kubernetes' YAML" : 'YAML'}, while ${code(variable.name)} needs a string: ${unless}${refused}. ${isAction ? `Add ${code('| quote')} to the action` : `Write ${code(`"${text}"`)}`}.`,
        [isAction ? quoteAction(place) : replace(node, `Write ${code(`"${text}"`)}`, `"${text}"`)],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
In a manifest the \`value\` of a variable must be a string, and so must all values of a ConfigMap. \`value: 5600\` is a number and
\`value: true\` a boolean in YAML: the API server refuses the whole object. Quote it. JSON without quotes around it is a mapping, which
is refused as well. Kubernetes reads YAML with the words and numbers of YAML 1.1: \`yes\`, \`no\`, \`on\`, \`off\`, \`y\` and \`n\` are booleans, too.

In the values of a chart it is a warning, because a template may quote it. A template that puts a number from there into a manifest
needs \`| quote\`: quotes in the values do not reach the manifest.`,
  sources: [
    'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables',
    'https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go',
    'https://github.com/vllm-project/production-stack/blob/main/helm/templates/deployment-vllm-multi.yaml',
    'https://github.com/volcano-sh/kthena/blob/main/pkg/apis/workload/v1alpha1/model_booster_types.go',
  ],
  examples: [
    {
      title: 'Values of a chart, whose template may quote them',
      kind: 'bad',
      file: 'values.yaml',
      text: `decode:
  containers:
    - name: vllm
      image: ghcr.io/llm-d/llm-d-cuda:v0.5.1
      args: ["--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: 5600
`,
      findings: [{ covers: '5600', severity: 'warning', message: 'unless a template quotes it' }],
    },
    {
      title: 'A number',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: 5600
`,
      findings: [{ covers: '5600', severity: 'error', message: 'Kubernetes refuses the object' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
    },
    {
      title: 'A boolean in a map on one line',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
        - { name: VLLM_SERVER_DEV_MODE, value: true }
`,
      findings: [{ covers: 'true', severity: 'error', message: 'is a boolean' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
        - { name: VLLM_SERVER_DEV_MODE, value: "true" }
`,
    },
    {
      title: 'JSON without quotes around it',
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
      command: ["bash", "-c", 'exec vllm serve a/b --kv-transfer-config "$KV_TRANSFER_CONFIG"']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
        - name: KV_TRANSFER_CONFIG
          value: {"kv_connector":"NixlConnector","kv_role":"kv_producer"}
`,
      findings: [
        {
          covers: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}',
          severity: 'error',
          message: 'as a mapping',
        },
      ],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["bash", "-c", 'exec vllm serve a/b --kv-transfer-config "$KV_TRANSFER_CONFIG"']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
        - name: KV_TRANSFER_CONFIG
          value: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'JSON in a block of text',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: ["bash", "-c", 'exec vllm serve a/b --kv-transfer-config "$KV_TRANSFER_CONFIG"']
      env:
        - name: KV_TRANSFER_CONFIG
          value: |-
            {"kv_connector":"NixlConnector","kv_role":"kv_producer"}
        - name: OTHER
          value: >-
            {"a":1}
`,
    },
    {
      title: 'Quoted, and words',
      kind: 'good',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
        - name: UCX_TLS
          value: rc,tcp,cuda_copy
        - name: UCX_MEMTYPE_CACHE
          value: "n"
`,
    },
    {
      title: 'Words and numbers of YAML 1.1',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_MEMTYPE_CACHE
          value: no
        - name: UCX_PROTO_INFO
          value: y
        - name: VLLM_SERVER_DEV_MODE
          value: True
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: 0x15E0
        - name: UCX_RNDV_THRESH
          value: 8_192
`,
      findings: [
        { covers: 'no', severity: 'error', message: "is a boolean in Kubernetes' YAML" },
        { covers: 'y', severity: 'error', message: "is a boolean in Kubernetes' YAML" },
        { covers: 'True', severity: 'error', message: 'is a boolean in YAML' },
        { covers: '0x15E0', severity: 'error', message: 'is a number' },
        { covers: '8_192', severity: 'error', message: "is a number in Kubernetes' YAML" },
      ],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_MEMTYPE_CACHE
          value: "no"
        - name: UCX_PROTO_INFO
          value: "y"
        - name: VLLM_SERVER_DEV_MODE
          value: "True"
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "0x15E0"
        - name: UCX_RNDV_THRESH
          value: "8_192"
`,
    },
    {
      title: 'A number by an alias: only its use is quoted',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      ports:
        - containerPort: &port 5600
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: *port
`,
      findings: [{ covers: '*port', severity: 'error', message: '`5600` is a number' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      ports:
        - containerPort: &port 5600
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
    },
    {
      title: 'A number in the ConfigMap that the engine takes',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      envFrom:
        - configMapRef:
            name: nixl
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: nixl
data:
  VLLM_NIXL_SIDE_CHANNEL_PORT: 5600
`,
      findings: [{ covers: '5600', severity: 'error', message: 'Kubernetes refuses the ConfigMap' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      envFrom:
        - configMapRef:
            name: nixl
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: nixl
data:
  VLLM_NIXL_SIDE_CHANNEL_PORT: "5600"
`,
    },
    {
      title: "The variables of Kthena's ModelBooster, which are those of a container",
      kind: 'bad',
      file: 'booster.yaml',
      text: `apiVersion: workload.serving.volcano.sh/v1alpha1
kind: ModelBooster
metadata:
  name: qwen
spec:
  backend:
    name: qwen
    type: vLLMDisaggregated
    modelURI: hf://Qwen/Qwen3-0.6B
    env:
      - name: VLLM_NIXL_SIDE_CHANNEL_PORT
        value: 5600
    workers:
      - type: prefill
        image: vllm/vllm-openai:v0.25.1
        config:
          kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '5600', severity: 'error', message: 'is a number' }],
    },
    {
      title: "A model of the production stack's chart, which hands its variables on as they are",
      kind: 'bad',
      file: 'values.yaml',
      text: `servingEngineSpec:
  modelSpec:
    - name: qwen-prefill
      repository: vllm/vllm-openai
      tag: v0.25.1
      modelURL: Qwen/Qwen3-8B
      requestGPU: 1
      vllmConfig:
        extraArgs: ["--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: 5600
`,
      findings: [{ covers: '5600', severity: 'warning', message: 'is a number' }],
    },
    {
      title: 'A tag, a block, a date and no value at all are texts',
      kind: 'good',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: !!str 5600
        - name: UCX_MEMTYPE_CACHE
          value: !!str no
        - name: VLLM_SERVER_DEV_MODE
          value: |-
            1
        - name: UCX_MODULES
          value: ~
        - name: UCX_LOG_FILE
          value: 2026-01-02
        - name: UCX_NET_DEVICES
          value: 0,1
`,
    },
    {
      title: 'Patched: Kustomize writes the words of YAML 1.1 with quotes',
      kind: 'good',
      file: 'patch.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: vllm
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
          env:
            - name: UCX_MEMTYPE_CACHE
              value: no
`,
    },
    {
      title: 'Compose takes numbers',
      kind: 'good',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    environment:
      VLLM_NIXL_SIDE_CHANNEL_PORT: 5600
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
    },
    {
      title: 'A value that Helm fills in',
      kind: 'open',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: {{ .Values.port }}
`,
    },
  ],
});

function isOurs({ name }: Variable): boolean {
  const fact = lookupEnv(name);
  return fact !== undefined && fact.owner !== 'other';
}

/** True for what other readers of YAML take for a text. */
function isKubernetesOnly({ node }: NotText): boolean {
  return node.type === 'string';
}

/** Where the value is used: at an alias, or at the action that puts a chart's value there; else where it is written. */
function usedAt({ place, via }: TreeNode): Place {
  return via && /^(?:\*|\{\{)/.test(charactersOf(via)) ? via : place;
}

/** As the file has them: a template's actions are masked where YAML is read. */
function charactersOf({ source, span }: Place): string {
  const located = source.locate(span);
  return located.root.text.slice(located.span.start, located.span.end);
}

function isTemplate(place: Place): boolean {
  return charactersOf(place).startsWith('{{');
}

/** Puts a quoted text in the place of a value; not behind a tag, nor where an anchor gives the value to others as well. */
function replace(node: TreeNode, title: string, newText: string): Fix | undefined {
  const place = usedAt(node);
  const before = place.source.text.slice(0, place.span.start);
  return /(?:^|\s)[!&]\S*\s+$/.test(before) ? undefined : fix(title, true, { place, newText });
}

/** Has an action put its value in quotes. */
function quoteAction({ source, span }: Place): Fix | undefined {
  const { root, span: action } = source.locate(span);
  const end = /\s*-?\}\}$/.exec(root.text.slice(action.start, action.end))?.index;
  if (end === undefined) return undefined;
  const at = action.start + end;
  return fix(`Add ${code('| quote')}`, true, { place: root.place({ start: at, end: at }), newText: ' | quote' });
}
