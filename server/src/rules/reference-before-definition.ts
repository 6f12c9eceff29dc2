import { lookupEnv } from '../knowledge/environment';
import { knownText, type Variable } from '../model';
import { type Page, rule } from './rule';
import { SIDE_CHANNEL_HOST } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { code } from './support/words';

const REFERENCE = /\$\(([A-Za-z_][\w.-]*)\)/g;

export const referenceBeforeDefinition = rule({
  id: 'reference-before-definition',
  title: 'Reference to a variable that is set further down',
  category: 'environment',
  severity: 'warning',
  *check(engine) {
    if (!usesNixl(engine)) return;
    const { variables } = engine.environment;
    for (const [index, variable] of variables.entries()) {
      const text = knownText(variable.value);
      // The address of the side channel has a rule that knows what follows.
      if (variable.via !== 'kubernetes' || !text?.includes('$(') || variable.name === SIDE_CHANNEL_HOST) continue;
      const fact = lookupEnv(variable.name);
      if (!fact || fact.owner === 'other' || engine.environment.get(variable.name) !== variable) continue;
      for (const { 0: reference, 1: name, index: start } of text.matchAll(REFERENCE)) {
        const later = variables.slice(index).find((other) => other.name === name && other.via === 'kubernetes');
        if (!later || isEscaped(variable, start)) continue;
        yield finding(
          placeIn(variable, start, start + reference.length),
          'warning',
          `${code(reference)} stays as it is, because ${later === variable ? 'a variable cannot refer to itself' : `${code(name!)} is set further down in the list`}: ${code(variable.name)} gets these characters. ${later === variable ? 'Write the value' : `Move ${code(name!)} in front`}.`,
          [],
          [{ place: later.nameText.place(), message: `${code(name!)}` }],
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
Kubernetes replaces \`$(NAME)\` in the value of a variable when NAME stands earlier in the list, or comes from \`envFrom\`. A
reference to one that is set further down stays as it is, and the program gets \`$(NAME)\`. Order the list.`,
  sources: ['https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/'],
  examples: [
    {
      title: 'The pod IP further down',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: VLLM_HOST_IP
          value: $(POD_IP)
        - name: POD_IP
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
`,
      findings: [{ covers: '$(POD_IP)', severity: 'warning', message: 'set further down' }],
    },
    {
      title: 'In front',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: POD_IP
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
        - name: VLLM_HOST_IP
          value: $(POD_IP)
        - name: VLLM_LOGGING_PREFIX
          value: $$(POD_IP)
`,
    },
    {
      title: 'A name that something unseen may set before',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      envFrom:
        - secretRef: { name: addresses }
      env:
        - name: VLLM_HOST_IP
          value: $(POD_IP)
        - name: POD_IP
          valueFrom: { fieldRef: { fieldPath: status.podIP } }
`,
    },
  ],
});

function placeIn({ value }: Variable, start: number, end: number) {
  return (value as Extract<Variable['value'], { kind: 'known' }>).source.place({ start, end });
}

/** `$$(NAME)` is meant to stay. */
function isEscaped(variable: Variable, start: number): boolean {
  const { source, span } = placeIn(variable, start, start + 1);
  const { root, span: site } = source.slice(span.start, span.end).locateSite();
  return root.text.slice(site.start, site.end).startsWith('$$');
}
