import { isClosed, knownInteger, type Probe, type Value } from '../model';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { isAsWritten, placed } from './support/pods';
import { code } from './support/words';

/** Loading a model takes minutes; nobody can say how many. */
const SHORT = 120;

export const probeTooEarly = rule({
  id: 'probe-too-early',
  title: 'Liveness probe that does not wait for the model',
  category: 'pods',
  severity: 'info',
  *check(engine) {
    const place = placed(engine);
    if (!place || !usesNixl(engine) || engine.conditional || !isAsWritten(place)) return;
    if (!['vllm serve', 'api_server', 'image'].includes(engine.entry) || place.container.kind === 'init') return;
    const { probes } = place.container;
    const liveness = probes.find(({ kind }) => kind === 'liveness');
    if (!liveness || probes.some(({ kind }) => kind === 'startup') || !isClosed(liveness)) return;
    if (liveness.handler !== 'http' && liveness.handler !== 'tcp') return;
    const seconds = patience(liveness);
    if (seconds === undefined || seconds >= SHORT) return;
    yield finding(
      liveness.place,
      'info',
      `Kubernetes restarts the container when vLLM does not answer within about ${seconds} s, and it answers only once the model is loaded, often after minutes. Add a ${code('startupProbe')} with enough ${code('failureThreshold')}, which holds this one back.`,
    );
  },
});

export const page = (): Page => ({
  description: `
vLLM answers probes once the model is loaded and compiled, which takes minutes for large ones. A liveness probe that runs out of
patience before (\`initialDelaySeconds\` + \`periodSeconds\` × \`failureThreshold\`, without a startup probe) restarts the container
in the middle of it, again and again. Reported below two minutes, as information: a small model may be faster.`,
  sources: ['https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/'],
  examples: [
    {
      title: 'The defaults: about half a minute',
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
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
`,
      findings: [{ covers: 'livenessProbe', severity: 'info', message: 'about 30 s' }],
    },
    {
      title: 'With a startup probe, or with patience',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      startupProbe:
        httpGet: { path: /health, port: 8000 }
        failureThreshold: 120
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
        initialDelaySeconds: 900
`,
    },
    {
      title: 'A delay that Helm fills in, and a patch',
      kind: 'open',
      file: 'templates/pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
        initialDelaySeconds: {{ .Values.delay }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: vllm
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          livenessProbe:
            httpGet: { path: /health, port: 8000 }
`,
    },
  ],
});

/** Seconds from the start of the container until Kubernetes gives up, with the defaults of what is not written. */
function patience({ initialDelaySeconds, periodSeconds, failureThreshold }: Probe): number | undefined {
  const [delay, period, failures] = [
    orDefault(initialDelaySeconds, 0),
    orDefault(periodSeconds, 10),
    orDefault(failureThreshold, 3),
  ];
  return delay === undefined || period === undefined || failures === undefined ? undefined : delay + period * failures;
}

function orDefault(value: Value | undefined, fallback: number): number | undefined {
  return value ? knownInteger(value) : fallback;
}
