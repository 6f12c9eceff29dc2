import { lookupEnv } from '../knowledge/environment';
import type { Place } from '../model';
import { type Page, rule } from './rule';
import { type KnownVariable, knownVariables, valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { code } from './support/words';

/** What every YAML reader of Kubernetes takes for a number or a boolean. */
const NO_TEXT = /^(?:[-+]?\d+|[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|true|false)$/;

/** Unquoted at the start of a value, these are a mapping or a list of YAML's. */
const BRACES = /^(?:\{.*\}|\[.*\])$/s;

export const environmentNotText = rule({
  id: 'environment-not-text',
  title: 'Environment value that Kubernetes refuses because it is no text',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine) || engine.network.kind === 'unknown') return;
    for (const known of knownVariables(engine)) {
      const { variable, text } = known;
      const fact = lookupEnv(variable.name);
      if (variable.via !== 'kubernetes') continue;
      const mapping = BRACES.test(text);
      if (!mapping && (!fact || fact.owner === 'other' || !NO_TEXT.test(text))) continue;
      const plain = plainScalar(known);
      if (!plain) continue;
      // The template of a chart may put the quotes around the value.
      const rendered = engine.environment.open.some(({ kind }) => kind === 'chart');
      if (mapping) {
        if (beginsLine(plain)) continue;
        const quoted = /['\n]/.test(text) ? undefined : `'${text}'`;
        yield finding(
          plain,
          rendered ? 'warning' : 'error',
          `YAML reads the unquoted braces as a ${text.startsWith('{') ? 'mapping' : 'list'}, while ${code(variable.name)} needs a string: ${rendered ? 'unless a template makes it text, ' : ''}Kubernetes refuses the object. Put the whole value in single quotes.`,
          [quoted ? fix('Put it in single quotes', true, { place: plain, newText: quoted }) : undefined],
        );
        continue;
      }
      yield finding(
        valuePlace(variable),
        rendered ? 'warning' : 'error',
        `${code(text)} is a ${/^[tf]/.test(text) ? 'boolean' : 'number'} in YAML, while ${code(variable.name)} needs a string: ${rendered ? 'unless a template quotes it, ' : ''}Kubernetes refuses the object. Write ${code(`"${text}"`)}.`,
        [fix(`Write ${code(`"${text}"`)}`, true, { place: plain, newText: `"${text}"` })],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
In a manifest the \`value\` of a variable must be a string. \`value: 5600\` is a number and \`value: true\` a boolean in YAML: the
API server refuses the whole object. Quote it. JSON without quotes around it is a mapping, which is refused as well. In the values of a chart it is a warning, because a template may do that.`,
  sources: ['https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables'],
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
          value: n
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

/** The characters of a scalar that is written without quotes, in the document itself. */
function plainScalar({ variable, text }: KnownVariable): Place | undefined {
  if (variable.value.kind !== 'known') return undefined;
  const { root, span } = variable.value.source.locateSite();
  return root.text.slice(span.start, span.end) === text ? root.place(span) : undefined;
}

/** True in a block of text, whose lines begin with the text itself; a mapping on one line follows its key. */
function beginsLine({ source, span }: Place): boolean {
  const line = source.text.slice(source.text.lastIndexOf('\n', span.start - 1) + 1, span.start);
  return line.trim() === '';
}
