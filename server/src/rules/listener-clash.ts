import type { Deployment, Engine, Pod } from '../model';
import { isClosed } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { enginesIn, type PodSocket, socketsIn } from './support/pod-listeners';
import { sameAddress } from './support/same-socket';
import { commonPorts, portWords } from './support/side-channel-ports';
import { code } from './support/words';

export const listenerClash = rule({
  id: 'listener-clash',
  title: 'Two programs of a pod that listen on one port',
  category: 'pods',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const pod of deployment.pods) {
      const concerned = enginesIn(pod, deployment).some((engine) => opensSideChannel(engine) === 'yes');
      if (concerned) yield* clashesIn(pod, deployment);
    }
  },
});

function* clashesIn(pod: Pod, deployment: Deployment): Iterable<Finding> {
  const sockets = socketsIn(pod, deployment);
  for (const [index, second] of sockets.entries()) {
    const first = sockets.slice(0, index).find((other) => meet(other, second));
    const common = first && commonPorts(first, second);
    const address = first && sameAddress(first.host, second.host);
    if (!first || !common || address === 'no') continue;
    const certain = first.sure && second.sure && address === 'yes' && isClosed(pod);
    // One port is mended in the newer of two places: the sidecar's options follow the engine's.
    yield finding(
      second.place,
      certain ? 'error' : 'warning',
      `${capital(second.label)} and ${first.label}${first.owner === second.owner ? '' : whose(first)} both listen on ${portWords(common)} in ${pod.label}: the one that comes second cannot bind. Give one of them another port.`,
      [],
      [{ place: first.place, message: first.label }],
    );
  }
}

/** Two programs, or two parts of one, that run at the same time and want a port in common. */
function meet(a: PodSocket, b: PodSocket): boolean {
  // What one script starts may run one after the other.
  if (a.owner !== b.owner && a.container === b.container) return false;
  return commonPorts(a, b) !== undefined;
}

function whose({ owner }: PodSocket): string {
  const name = (owner as Partial<Engine>).name;
  return name === undefined ? '' : ` of ${code(name)}`;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

export const page = (): Page => ({
  description: `
The containers of a pod share one network: a port belongs to whoever binds it first, and the other program stops. Compared
are the API servers of the engines (8000 unless \`--port\` says otherwise), their KV events publishers, the head of a
data-parallel group, the NIXL telemetry exporter, and the routing sidecar with its ranks. The NIXL side channel has rules of
its own.

A warning where a condition that is not in sight decides whether one of them listens, or on which address.`,
  sources: [
    'https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking',
    'vllm:vllm/config/kv_events.py@v0.25.1',
    'llm-d-router:pkg/sidecar/proxy/options.go@v0.10.0',
  ],
  examples: [
    {
      title: 'The sidecar takes the port of the engine',
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
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8000']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '8000', severity: 'error', message: 'both listen on 8000' }],
    },
    {
      title: 'Two engines with the default port',
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: pd
spec:
  containers:
    - name: prefill
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
    - name: decode
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5700"
`,
      findings: [{ covers: 'decode', severity: 'error', message: 'of `prefill` both listen on 8000' }],
    },
    {
      title: 'The ranks of the sidecar reach the engine',
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
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port=8004', '--data-parallel-size=8']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8004
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: '8000', severity: 'error', message: 'both listen on 8004' }],
    },
    {
      title: 'Ports of their own',
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
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
    {
      title: 'A port that is not known',
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
      restartPolicy: Always
      args: ['--port=8000', '--vllm-port={{ .Values.port }}']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port={{ .Values.port }}
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
  ],
});
