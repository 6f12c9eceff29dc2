import { type Engine, isClosed, knownInteger, knownText, onOneNode, type Pod } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { opensSideChannel, sideOf } from './support/nixl-engine';
import { oncePer } from './support/once';
import { enginesIn } from './support/pod-listeners';
import { gpusOf } from './support/pods';
import { commonPorts, erasOf, type Listeners, listenersOf, portWords } from './support/side-channel-ports';
import { code } from './support/words';

/** GPUs of most nodes that have several: who asks for this many is alone on its node. */
const WHOLE_NODE = 8;
/** GPUs of small nodes: who asks for fewer shares any node that has several. */
const SMALL_NODE = 4;

export const hostNetworkPorts = rule({
  id: 'host-network-ports',
  title: 'Pods on the network of the node that want the same ports',
  category: 'pods',
  severity: 'warning',
  *checkDeployment(deployment, around) {
    const guests = deployment.pods.flatMap((pod) => guestOf(pod, enginesIn(pod, deployment)) ?? []);
    for (const [index, guest] of guests.entries()) {
      const own = ofCopies(guest);
      if (own) yield own;
      const other = guests.slice(0, index).find((before) => mayMeet(before, guest));
      if (other) yield ofTwo(other, guest);
    }
    // Of two files the same is said, whichever is looked at.
    for (const pair of around.pairs) {
      const [prefill, decode] = ['producer', 'consumer'].map((role) => pair.find((one) => sideOf(one)?.role === role));
      if (pair.every((engine) => deployment.engines.includes(engine)) || !prefill?.pod || !decode?.pod) continue;
      const [first, second] = [guestOf(prefill.pod, [prefill]), guestOf(decode.pod, [decode])];
      if (first && second && mayMeet(first, second)) yield ofTwo(first, second);
    }
  },
});

interface Guest {
  readonly pod: Pod;
  readonly engine: Engine;
  readonly listeners: Listeners;
  readonly gpus: number | undefined;
}

/** A pod on its node's network, with an engine whose side channel is known. */
function guestOf(pod: Pod, engines: readonly Engine[]): Guest | undefined {
  if (pod.hostNetwork.on !== true || !isClosed(pod) || pod.spread || pod.object?.kind === 'DaemonSet') return undefined;
  const engine = engines.find((one) => opensSideChannel(one) === 'yes' && !one.conditional);
  const eras = engine ? erasOf(engine) : [];
  const listeners = engine && eras.map((era) => listenersOf(engine, era));
  const last = listeners?.at(-1);
  const gpus = engine?.container && gpusOf(engine.container)?.count;
  if (!engine || !last || (gpus ?? 0) >= WHOLE_NODE) return undefined;
  return { pod, engine, listeners: last, gpus };
}

/** The ports of the node that a pod asks the scheduler for: on this network every declared one. */
const declared = oncePer(({ containers }: Pod): readonly (number | undefined)[] =>
  containers.flatMap(({ kind, ports }) => (kind === 'init' ? [] : ports.map(({ number }) => knownInteger(number)))),
);

function ofCopies({ pod, engine, listeners, gpus }: Guest): Finding | undefined {
  const copies = pod.replicas.number;
  if (copies === undefined || copies < 2 || declared(pod).length > 0) return undefined;
  const network = pod.hostNetwork.place ?? pod.place;
  return finding(
    network,
    gpus !== undefined && gpus < SMALL_NODE ? 'warning' : 'info',
    `The ${copies} copies of ${pod.label} share their node's network, and nothing keeps two of them off one node: there the second cannot bind ${portWords(listeners)} and hangs while starting. Declare ${code(`containerPort: ${listeners.first}`)}, which the scheduler then gives out once per node, or spread the copies (\`podAntiAffinity\`).`,
    [],
    [{ place: listeners.given ? listeners.place : engine.place, message: 'the side channel' }],
  );
}

/** May the scheduler put both on one node, where they want a port in common? */
function mayMeet(a: Guest, b: Guest): boolean {
  if (!commonPorts(a.listeners, b.listeners) || a.pod.object === b.pod.object) return false;
  if (onOneNode(a.pod, b.pod) === false) return false;
  const ports = declared(a.pod);
  const kept = declared(b.pod).some((port) => port === undefined || ports.includes(port) || ports.includes(undefined));
  return !kept && (a.gpus ?? 0) + (b.gpus ?? 0) <= WHOLE_NODE;
}

function ofTwo({ pod: first, listeners: other }: Guest, { pod, engine, listeners }: Guest): Finding {
  const common = commonPorts(other, listeners)!;
  const name = knownText(first.object?.name) ?? first.name;
  return finding(
    listeners.given ? listeners.place : engine.place,
    'info',
    `Both ${pod.label} and ${name === undefined ? 'another pod' : code(name)} are on the network of their node and listen on ${portWords(common)} for handshakes: on one node the second hangs while starting. Give one of them another \`VLLM_NIXL_SIDE_CHANNEL_PORT\`, or keep them on different nodes.`,
    [],
    [{ place: first.place, message: 'the other pod' }],
  );
}

export const page = (): Page => ({
  description: `
With \`hostNetwork: true\` all pods of a node share its ports. The scheduler keeps two pods apart only by the ports that they
declare: here a \`containerPort\` is taken as a port of the node. Without any, a second copy on the same node cannot bind its
side channel and hangs while starting.

A warning for copies of one pod that ask for few GPUs, so that a node has room for two; else only noted, as for prefill next
to decode, which something unseen may keep apart. Nothing is reported for a DaemonSet, with anti-affinity or a topology
spread, for pods that \`nodeName\` or a \`nodeSelector\` keeps on different nodes, with a declared port in common, or for pods that
take a node's eight GPUs.`,
  sources: [
    'https://github.com/ome-projects/ome/issues/236',
    'vllm#20965',
    'https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/',
  ],
  examples: [
    {
      title: 'Copies without a declared port',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 3
  template:
    spec:
      hostNetwork: true
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [Qwen/Qwen3-8B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          resources:
            limits: { nvidia.com/gpu: 1 }
`,
      findings: [{ covers: 'true', severity: 'warning', message: 'cannot bind 5600' }],
    },
    {
      title: 'Prefill next to decode',
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  hostNetwork: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-8B, --port=8100, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostNetwork: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-8B, --port=8200, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
      findings: [{ covers: '5600', severity: 'info', message: 'keep them on different nodes' }],
    },
    {
      title: 'A declared port, and whole nodes',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 3
  template:
    spec:
      hostNetwork: true
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [Qwen/Qwen3-8B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          ports:
            - containerPort: 5600
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  replicas: 3
  template:
    spec:
      hostNetwork: true
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [Qwen/Qwen3-8B, -tp=8, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
          resources:
            limits: { nvidia.com/gpu: 8 }
`,
    },
    {
      title: 'Bound to different nodes',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  hostNetwork: true
  nodeName: node-1
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-8B, --port=8100, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostNetwork: true
  nodeName: node-2
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-8B, --port=8200, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
---
apiVersion: v1
kind: Pod
metadata:
  name: other-prefill
spec:
  hostNetwork: true
  nodeSelector: { pool: prefill }
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-8B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_PORT, value: "5800" }
---
apiVersion: v1
kind: Pod
metadata:
  name: other-decode
spec:
  hostNetwork: true
  nodeSelector: { pool: decode }
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-8B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_PORT, value: "5800" }
`,
    },
    {
      title: 'A number of copies that is not known',
      kind: 'open',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      hostNetwork: true
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args: [Qwen/Qwen3-8B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
    },
  ],
});
