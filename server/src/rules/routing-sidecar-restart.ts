import { isClosed } from '../model';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { enginesIn } from './support/pod-listeners';
import { alwaysRestart } from './support/restart-policy';
import { routingSidecars } from './support/routing-sidecars';

export const routingSidecarRestart = rule({
  id: 'routing-sidecar-restart',
  title: 'Routing sidecar that is an init container without restartPolicy Always',
  category: 'routing',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const { container, pod, label } of routingSidecars(deployment)) {
      if (!pod || container?.kind !== 'init' || !isClosed(container)) continue;
      if (enginesIn(pod, deployment).length === 0) continue;
      yield finding(
        container.place,
        'error',
        `Without \`restartPolicy: Always\` this init container has to end before the others start, and ${label} never ends: the engine in ${pod.label} does not start. Add \`restartPolicy: Always\`.`,
        [alwaysRestart(container)],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Kubernetes runs init containers one after the other and starts the pod's containers when all have ended. One with
\`restartPolicy: Always\` is a sidecar: it stays, and the others start beside it. A routing proxy among the init containers
without that policy serves forever, and vLLM is never started.`,
  sources: ['https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/'],
  examples: [
    {
      title: 'Without the policy',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
      args: ['--port=8000', '--vllm-port=8200']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'routing-proxy', severity: 'error', message: 'does not start' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      restartPolicy: Always
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
      args: ['--port=8000', '--vllm-port=8200']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'A sidecar',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8200']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'A template may add it',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
      {{- toYaml .Values.sidecar | nindent 6 }}
      args: ['--port=8000', '--vllm-port=8200']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
  ],
});
