import {
  type Deployment,
  type Engine,
  type InferencePool,
  isClosed,
  knownInteger,
  knownText,
  type Pod,
  placeOf,
  type RequestProxy,
  sameNamespace,
  selects,
} from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { opensSideChannel } from './support/nixl-engine';
import { enginesIn, hasStrangers } from './support/pod-listeners';
import { dialFlag, routingSidecars, type SidecarPorts, sidecarDials, sidecarListens } from './support/routing-sidecars';
import { portWords } from './support/side-channel-ports';
import { apiSocket } from './support/sockets';
import { code } from './support/words';

export const routingTargetPort = rule({
  id: 'routing-target-port',
  title: 'Requests routed to a port where nobody listens',
  category: 'routing',
  severity: 'error',
  *checkDeployment(deployment, around) {
    for (const sidecar of routingSidecars(deployment)) {
      if (sidecar.pod && !sidecar.conditional) yield* checkSidecar(sidecar, sidecar.pod, deployment);
    }
    const pools = [...deployment.pools, ...around.pools];
    for (const pool of pools) {
      if (around.pools.includes(pool) && !isOnlyOne(pool, pools)) continue;
      for (const pod of deployment.pods) yield* checkPool(pool, pod, deployment);
    }
  },
});

export const page = (): Page => ({
  description: `
Requests reach an engine by ports that stand in several places. llm-d's routing sidecar takes them for decode and hands them
to \`--model-server-port\` (\`--vllm-port\` before 0.10.0) of its own pod, with \`--data-parallel-size\` to as many consecutive
ports. The endpoint picker sends them to a pod's address and the \`targetPorts\` of the InferencePool, and tells decode to
ask prefill at that same port: prefill has to listen on it itself. Where nobody listens, every request is refused.

Looked at within a pod, and for an InferencePool beside the pods that it selects. Nothing is reported where a port is not
known or another container might listen.`,
  sources: [
    'llm-d-router:pkg/sidecar/proxy/options.go@v0.10.0',
    'llm-d-router:pkg/sidecar/proxy/data_parallel.go@v0.9.0',
    'https://gateway-api-inference-extension.sigs.k8s.io/api-types/inferencepool/',
  ],
  examples: [
    {
      title: 'The sidecar and the engine disagree',
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
      args: ['--port=8000', '--vllm-port=8001']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '8001', severity: 'error', message: 'listens on 8200: they are refused' }],
      fixed: `apiVersion: v1
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
      title: 'Ranks of the sidecar without ranks of the engine',
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
      args: ['--port=8000', '--vllm-port=8200', '--data-parallel-size=4']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.23.0
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --data-parallel-size=4
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '8200', severity: 'warning', message: '8201 (rank 1 of its' }],
    },
    {
      title: 'Prefill does not listen on the port of the pool',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata:
  name: qwen
spec:
  selector:
    matchLabels:
      model: qwen
  targetPorts:
    - number: 8000
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    metadata:
      labels:
        model: qwen
        llm-d.ai/role: prefill
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --port=8200
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '8200', severity: 'error', message: 'The InferencePool sends requests to port 8000' }],
    },
    {
      title: 'Ports that agree',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata:
  name: qwen
spec:
  selector:
    matchLabels:
      model: qwen
  targetPorts:
    - number: 8000
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    metadata:
      labels:
        model: qwen
    spec:
      initContainers:
        - name: routing-proxy
          image: ghcr.io/llm-d/llm-d-routing-sidecar:v0.8.0
          restartPolicy: Always
          args: ['--vllm-port=8200']
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
      title: 'The default of the sidecar moved with 0.10.0',
      kind: 'version',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.10.0
      restartPolicy: Always
      args: ['--port=8000']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8001
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'routing-proxy', severity: 'error', message: 'its default port 8200' }],
    },
    {
      title: 'Options from a file',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: routing-proxy
      image: ghcr.io/llm-d/llm-d-router-disagg-sidecar:v0.10.0
      restartPolicy: Always
      args: ['--configuration-file=/etc/sidecar.yaml']
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8001
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
  ],
});

/** The most ports that a sidecar is compared for: more ranks than a pod has devices. */
const MOST_RANKS = 64;

interface Ports {
  readonly first: number;
  readonly last: number;
  readonly place: SidecarPorts['place'];
}

/** The sidecar hands every request to a port of its own pod. */
function* checkSidecar(sidecar: RequestProxy, pod: Pod, deployment: Deployment): Iterable<Finding> {
  const target = sidecarDials(sidecar);
  const served = apiPorts(pod, deployment);
  if (!target || !served || hasStrangers(pod, deployment)) return;
  const last = Math.min(target.last ?? target.first, target.first + MOST_RANKS - 1);
  const range = Array.from({ length: last - target.first + 1 }, (_, rank) => target.first + rank);
  const missing = range.find((port) => !isServed(port, served));
  if (missing === undefined) return;
  const [first] = served;
  const isBase = missing === target.first;
  const one = served.length === 1 && first!.first === first!.last ? first!.first : undefined;
  const rank = isBase ? '' : ` (rank ${missing - target.first} of its ${code('--data-parallel-size')})`;
  yield finding(
    target.place,
    // A higher rank gets only the requests that are for its port or name it (`dataParallelHandler` in llm-d-router).
    isBase && isClosed(pod) ? 'error' : 'warning',
    `The routing sidecar sends requests to ${target.flag ? '' : 'its default port '}${missing}${rank}, but the engine in ${pod.label} listens on ${served.map(portWords).join(' and ')}: they are refused. Give ${code(target.flag ?? dialFlag(sidecar))} and the engine's ${code('--port')} the same number.`,
    [
      target.flag && isBase && one !== undefined
        ? fix(`Send requests to ${one}`, false, { place: target.place, newText: String(one) })
        : undefined,
    ],
    [{ place: first!.place, message: 'the engine' }],
  );
}

/** False for one of several that have its name: only one of these is applied. */
function isOnlyOne({ object }: InferencePool, pools: readonly InferencePool[]): boolean {
  const name = knownText(object.name);
  return name !== undefined && pools.every((one) => one.object === object || knownText(one.object.name) !== name);
}

/** The endpoint picker sends requests, and tells decode to send prefill's part, to a pod's address and the pool's port. */
function* checkPool(pool: InferencePool, pod: Pod, deployment: Deployment): Iterable<Finding> {
  const targets = pool.targetPorts.map(knownInteger);
  if (!pool.selector || !pod.object || sameNamespace(pool.object, pod.object) !== true) return;
  if (selects(pool.selector, pod.labels) !== true || hasStrangers(pod, deployment)) return;
  if (!enginesIn(pod, deployment).some((engine) => opensSideChannel(engine) === 'yes')) return;
  const sidecars = routingSidecars(deployment).filter((sidecar) => sidecar.pod === pod);
  const served = sidecars.length > 0 ? listenPorts(sidecars) : apiPorts(pod, deployment);
  if (!served) return;
  const index = targets.findIndex((target) => target !== undefined && !isServed(target, served));
  if (index < 0) return;
  const who = sidecars.length > 0 ? 'the routing sidecar' : 'the engine';
  yield finding(
    served[0]!.place,
    // A pod of fewer ranks than the pool has ports is served at those that it has.
    isClosed(pod) && isClosed(pool) && !targets.some((target) => target !== undefined && isServed(target, served))
      ? 'error'
      : 'warning',
    `The InferencePool sends requests to port ${targets[index]} of ${pod.label}, but ${who} there listens on ${served.map(portWords).join(' and ')}: they are refused. Give ${who} the pool's port.`,
    [],
    [{ place: placeOf(pool.targetPorts[index]!), message: 'the port of the InferencePool' }],
  );
}

function isServed(port: number, served: readonly Ports[]): boolean {
  return served.some(({ first, last }) => port >= first && port <= last);
}

function listenPorts(sidecars: readonly RequestProxy[]): readonly Ports[] | undefined {
  const ports = sidecars.map(sidecarListens);
  const known = ports.flatMap((one) => (one?.last === undefined ? [] : [{ ...one, last: one.last }]));
  return known.length === ports.length ? known : undefined;
}

/** Where the engines of a pod take requests; `undefined` as soon as that is not known of one of them. */
function apiPorts(pod: Pod, deployment: Deployment): readonly Ports[] | undefined {
  const engines = enginesIn(pod, deployment).filter((engine) => !engine.flags.get('headless'));
  const ports = engines.map((engine) => (isSettled(engine) ? apiSocket(engine) : undefined));
  const known = ports.filter((one) => one !== undefined);
  return known.length === ports.length && known.length > 0 ? known : undefined;
}

/** True when the engine runs once, as it is written, and takes requests on a port. */
function isSettled({ conditional, flags, parallel }: Engine): boolean {
  const several = flags.get('data-parallel-multi-port-external-lb');
  return !conditional && (!several || parallel.dataLocal !== undefined);
}
