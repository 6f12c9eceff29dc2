import {
  type Deployment,
  type Engine,
  isClosed,
  knownInteger,
  knownText,
  type Place,
  type Probe,
  placeOf,
} from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { defaultPort } from './support/listening-flags';
import { usesNixl } from './support/nixl-engine';
import { enginesByContainer, fileWords, isAsWritten, type Placed, placed } from './support/pods';
import { apiPort } from './support/same-socket';
import { erasOf, listenersOf } from './support/side-channel-ports';
import { socketsOf } from './support/sockets';
import { code } from './support/words';

const OUTCOME: Readonly<Record<Probe['kind'], string>> = {
  startup: 'Kubernetes restarts the container without end',
  liveness: 'Kubernetes restarts the container without end',
  readiness: 'the pod never becomes ready',
};

export const probeTarget = rule({
  id: 'probe-target',
  title: 'Probe that vLLM cannot answer',
  category: 'pods',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const engine of deployment.engines) {
      const place = placed(engine);
      const { entry } = engine;
      if (!place || !usesNixl(engine) || engine.conditional || !isAsWritten(place)) continue;
      if (entry !== 'vllm serve' && entry !== 'api_server' && entry !== 'image') continue;
      const port = apiPort(engine, defaultPort(engine, 'port') ?? 0);
      if (!port || !isAlone(engine, place, deployment)) continue;
      for (const probe of place.container.probes) yield* judge(probe, engine, place, port, deployment);
    }
  },
});

export const page = (): Page => ({
  description: `
Probes of a container whose one program is vLLM have to ask the port of its API server, by HTTPS when it has a certificate and by
HTTP when it has none. A startup or liveness probe that nothing answers makes Kubernetes restart the container without end; with
such a readiness probe the pod gets no traffic from its Service.

Nothing is reported where something else in the pod may listen: a sidecar, a proxy that the same script starts, the node's
network.`,
  sources: [
    'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
    'vllm:vllm/entrypoints/openai/api_server.py@v0.25.1',
  ],
  examples: [
    {
      title: 'Another port',
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
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
        initialDelaySeconds: 600
`,
      findings: [{ covers: '8000', severity: 'error', message: 'vLLM listens on 8200' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      livenessProbe:
        httpGet: { path: /health, port: 8200 }
        initialDelaySeconds: 600
`,
    },
    {
      title: 'A port by its name',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
          ports:
            - { name: http, containerPort: 8080 }
          readinessProbe:
            tcpSocket: { port: http }
`,
      findings: [{ covers: 'http', severity: 'warning', message: 'port 8080' }],
    },
    {
      title: 'HTTPS without a certificate',
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
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      startupProbe:
        httpGet: { path: /health, port: 8000, scheme: HTTPS }
        failureThreshold: 120
`,
      findings: [{ covers: 'HTTPS', severity: 'error', message: '`--ssl-certfile`' }],
    },
    {
      title: 'HTTP with a certificate',
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
        - Qwen/Qwen3-32B
        - --ssl-certfile=/certs/tls.crt
        - --ssl-keyfile=/certs/tls.key
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      startupProbe:
        httpGet: { path: /health, port: 8000 }
        failureThreshold: 120
`,
      findings: [{ covers: '8000', severity: 'error', message: '`scheme: HTTPS`' }],
    },
    {
      title: 'The port of the API server',
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
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      ports:
        - { name: http, containerPort: 8200 }
      startupProbe:
        httpGet: { path: /health, port: http }
        failureThreshold: 120
      livenessProbe:
        httpGet: { path: /health, port: 8200 }
      readinessProbe:
        tcpSocket: { port: 5600 }
`,
    },
    {
      title: 'A sidecar that may answer, and a port from outside',
      kind: 'open',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  initContainers:
    - name: proxy
      image: example.com/proxy:1
      restartPolicy: Always
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --port=8200
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
        initialDelaySeconds: 600
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      command: [bash, -c]
      args:
        - vllm serve a/b --port "$PORT" --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      livenessProbe:
        httpGet: { path: /health, port: 8000 }
        initialDelaySeconds: 600
`,
    },
  ],
});

/** True when this engine is all that runs in the network of its pod, as far as the files say. */
function isAlone(engine: Engine, { pod, container }: Placed, deployment: Deployment): boolean {
  const others = pod.containers.filter((other) => other !== container && other.kind !== 'init');
  if (others.length > 0 || pod.hostNetwork.on !== false || engine.flags.open.length > 0) return false;
  if (enginesByContainer(deployment).get(container)?.length !== 1) return false;
  // Ranks may have API servers, supervisors and balancers of their own.
  if (engine.flags.list.some(({ name }) => /^(?:data-parallel|grpc|headless|api-server)/.test(name))) return false;
  // A script that leaves something running beside vLLM may have started what listens.
  return !engine.turns?.length || !fileWords(engine).background;
}

function* judge(
  probe: Probe,
  engine: Engine,
  { container }: Placed,
  api: number,
  { listeners }: Deployment,
): Iterable<Finding> {
  if ((probe.handler !== 'http' && probe.handler !== 'tcp') || !probe.port || !isClosed(probe)) return;
  const name = knownText(probe.port);
  const literal = knownInteger(probe.port);
  const declared = container.ports.filter((port) => knownText(port.name) === name);
  const port = literal ?? (declared.length === 1 ? knownInteger(declared[0]?.number) : undefined);
  if (port === undefined) return;
  const severity = probe.kind === 'readiness' || engine.turns?.length ? 'warning' : 'error';
  const place: Place = placeOf(probe.port);
  const key = code(`${probe.kind}Probe`);
  if (port !== api) {
    if (
      mayListen(port, engine) ||
      listeners.some((other) => other.port === port && other.network.key === engine.network.key)
    )
      return;
    yield finding(
      place,
      severity,
      `${key} asks port ${port}, and vLLM listens on ${api} (${code('--port')}): ${OUTCOME[probe.kind]}. ${literal === undefined ? `Give ${code(name!)} the port ${api}` : `Write ${code(`${api}`)}`}.`,
      [literal === undefined ? undefined : fix(`Write ${code(`${api}`)}`, false, { place, newText: `${api}` })],
    );
    return;
  }
  if (probe.handler !== 'http') return;
  const secure = probe.scheme ? knownText(probe.scheme)?.toUpperCase() : 'HTTP';
  const certificates = ['ssl-certfile', 'ssl-keyfile'].map((flag) => knownText(engine.flags.get(flag)?.value));
  if (
    secure === 'HTTPS' &&
    certificates.length === 2 &&
    ['ssl-certfile', 'ssl-keyfile'].every((flag) => engine.flags.absent(flag))
  ) {
    yield finding(
      placeOf(probe.scheme!),
      severity,
      `${key} asks by HTTPS, and vLLM has no certificate (${code('--ssl-certfile')}, ${code('--ssl-keyfile')}), so that it answers HTTP only: ${OUTCOME[probe.kind]}. Remove the scheme, or give vLLM a certificate.`,
    );
  } else if (secure === 'HTTP' && certificates.every((text) => text !== undefined && text !== '')) {
    yield finding(
      probe.scheme ? placeOf(probe.scheme) : place,
      severity,
      `${key} asks by HTTP, and vLLM has a certificate (${code('--ssl-certfile')}), so that it answers HTTPS only: ${OUTCOME[probe.kind]}. Write ${code('scheme: HTTPS')}.`,
    );
  }
}

/** True for a port that the engine opens beside its API server, or may. */
function mayListen(port: number, engine: Engine): boolean {
  const sockets = [...socketsOf(engine), ...erasOf(engine).flatMap((era) => listenersOf(engine, era) ?? [])];
  if (sockets.some(({ first, last }) => first <= port && port <= last)) return true;
  const numbers = [
    ...engine.flags.list.filter((flag) => /port/.test(flag.name) && flag.name !== 'port').map(({ value }) => value),
    ...engine.environment
      .effective()
      .filter((variable) => /PORT/.test(variable.name))
      .map(({ value }) => value),
  ];
  return numbers.some((value) => value && (value.kind !== 'known' || knownInteger(value) === port));
}
