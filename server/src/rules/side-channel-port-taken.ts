import type { Deployment, Engine } from '../model';
import { type Finding, type Page, rule } from './rule';
import { SIDE_CHANNEL_PORT } from './support/environment';
import { finding } from './support/findings';
import { hostShape } from './support/hosts';
import { defaultPort } from './support/listening-flags';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { routingSidecars, sidecarListens } from './support/routing-sidecars';
import { type BoundHost, mostNeighbours, runTogether, sameAddress, sideChannelHost } from './support/same-socket';
import { commonPorts, erasOf, eraWords, inNetwork, listenersOf, portWords } from './support/side-channel-ports';
import { ANYWHERE, type Socket, socketsOf } from './support/sockets';
import { code } from './support/words';

export const sideChannelPortTaken = rule({
  id: 'side-channel-port-taken',
  title: 'Side-channel port that another program listens on',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const engine of deployment.engines) {
      if (!usesNixl(engine) || opensSideChannel(engine) !== 'yes' || engine.network.kind === 'unknown') continue;
      yield* clashes(engine, deployment);
    }
  },
});

export const page = (): Page => ({
  description: `
A port of the NIXL side channel (the base plus one for each further rank) is also that of another listener in the same
network namespace: an API server, the KV events publisher, the head of a data-parallel group, a proxy. Whoever comes second
cannot bind; when that is the side channel, the engine waits without end.

Only listeners that the files show are compared. Where one more condition decides whether the other one is opened, or which
address it binds, this is a warning.`,
  sources: ['vllm#25056', 'vllm#26338', 'vllm:vllm/config/kv_events.py@v0.25.1'],
  examples: [
    {
      title: "The engine's own API server",
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
          value: "8000"
`,
      findings: [{ covers: '8000', severity: 'error', message: 'the API server' }],
    },
    {
      title: 'A rank meets another API server',
      kind: 'bad',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=8098 vllm serve Qwen/Qwen3-32B --port 8000 --data-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve Qwen/Qwen3-32B --port 8100 --served-model-name other &
wait
`,
      findings: [{ covers: '8098', severity: 'error', message: 'of another engine' }],
    },
    {
      title: 'KV cache events',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=5557 vllm serve Qwen/Qwen3-32B \\
  --kv-events-config '{"enable_kv_cache_events": true, "publisher": "zmq", "endpoint": "tcp://*:5557"}' \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '5557', severity: 'error', message: 'the KV events publisher' }],
    },
    {
      title: 'Ranks of the routing sidecar',
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
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "8002"
`,
      findings: [{ covers: '8002', severity: 'error', message: 'a rank of the routing sidecar' }],
    },
    {
      title: 'A port of its own',
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
`,
    },
    {
      title: 'The default moved away from the one of KV cache events',
      kind: 'version',
      file: 'prefill.sh',
      text: `vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-events-config '{"enable_kv_cache_events": true, "publisher": "zmq"}' \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A port that is not known',
      kind: 'open',
      file: 'prefill.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=8000 vllm serve Qwen/Qwen3-32B --port $PORT --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

interface Neighbour extends Socket {
  readonly owner: Engine | undefined;
}

function* clashes(engine: Engine, deployment: Deployment): Iterable<Finding> {
  const eras = erasOf(engine);
  for (const socket of neighbours(engine, deployment)) {
    const met = eras.flatMap((era) => {
      const listeners = listenersOf(engine, era);
      return listeners && commonPorts(listeners, socket) ? [{ era, listeners }] : [];
    });
    const last = met.at(-1);
    if (!last) continue;
    const together =
      socket.owner && socket.owner !== engine
        ? runTogether(socket.owner, engine, deployment.engines, defaultPort(engine, 'port') ?? 0)
        : 'yes';
    const address = sameAddress(sideChannelHost(engine), socket.host);
    if (together === 'no' || address === 'no') continue;
    const always = met.length === eras.length;
    const sure = socket.sure && together === 'yes' && address === 'yes';
    const { listeners } = last;
    const common = portWords(commonPorts(listeners, socket)!);
    const all = portWords(listeners);
    const subject = `The side channel listens on ${common === all ? all : `${common} (of ${all})`}`;
    const whose = socket.owner === engine || !socket.owner ? socket.label : `${socket.label} of another engine`;
    yield finding(
      listeners.given ? listeners.place : socket.place,
      always ? (sure ? 'error' : 'warning') : 'info',
      `${subject}${always ? '' : ` with ${eraWords(last.era)}`}, and ${whose} ${inNetwork(engine)} listens there too: one of them cannot bind. Choose another ${code(SIDE_CHANNEL_PORT)}.`,
      [],
      [
        {
          place: listeners.given ? socket.place : engine.place,
          message: listeners.given ? socket.label : 'the engine',
        },
      ],
    );
  }
}

const namespaces = new WeakMap<Deployment, ReadonlyMap<string, readonly Engine[]>>();

/** The engines of the same namespace, itself among them. */
function enginesNear(engine: Engine, deployment: Deployment): readonly Engine[] {
  let byKey = namespaces.get(deployment);
  if (!byKey) {
    const groups = new Map<string, Engine[]>();
    for (const each of deployment.engines) {
      const { key } = each.network;
      const group = groups.get(key);
      if (group) group.push(each);
      else groups.set(key, [each]);
    }
    byKey = groups;
    namespaces.set(deployment, groups);
  }
  const all = byKey.get(engine.network.key) ?? [];
  return all.length > mostNeighbours ? [...all.slice(0, mostNeighbours), engine] : all;
}

function neighbours(engine: Engine, deployment: Deployment): readonly Neighbour[] {
  const own = sideChannelHost(engine);
  const near = enginesNear(engine, deployment);
  const host = meetsAnyProxy(own) ? own : undefined;
  return [
    ...near.flatMap((owner) => socketsOf(owner).map((socket) => ({ ...socket, owner }))),
    ...deployment.listeners
      .filter(({ network }) => network.key === engine.network.key)
      .map(({ port, label, place }): Neighbour => {
        return { first: port, last: port, host, label, place, sure: true, owner: undefined };
      }),
    // Further ranks of a sidecar; its first port is a listener already.
    ...routingSidecars(deployment)
      .filter(({ network }) => network.key === engine.network.key)
      .flatMap((sidecar): Neighbour[] => {
        const { first, last, place } = sidecarListens(sidecar) ?? {};
        if (first === undefined || last === undefined || last === first || !place) return [];
        const label = `a rank of ${sidecar.label}`;
        return [{ first: first + 1, last, host: ANYWHERE, label, place, sure: true, owner: undefined }];
      }),
  ];
}

/** A proxy binds all addresses or the loopback one: a side channel on either is in its way. */
function meetsAnyProxy(host: BoundHost): boolean {
  return !!host && 'text' in host && ['loopback', 'wildcard'].includes(hostShape(host.text));
}
