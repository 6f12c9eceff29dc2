import {
  type Engine,
  isClosed,
  knownInteger,
  knownText,
  type NetworkPolicy,
  type Place,
  type Pod,
  type PolicyPort,
  placeOf,
  sameNamespace,
  selects,
} from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { isDialled } from './support/nixl-engine';
import { otherSide } from './support/placement';
import { enginesIn } from './support/pod-listeners';
import { commonPorts, erasOf, type Listeners, listenersOf, portWords } from './support/side-channel-ports';

export const networkPolicySideChannel = rule({
  id: 'network-policy-side-channel',
  title: 'NetworkPolicy that keeps the other side from the side channel',
  category: 'side-channel',
  severity: 'warning',
  *checkDeployment(deployment, around) {
    const policies = [...deployment.policies, ...around.policies];
    if (policies.length === 0) return;
    for (const pod of deployment.pods) {
      for (const engine of enginesIn(pod, deployment)) {
        const found = isDialled(engine) === 'yes' && !engine.conditional ? judge(engine, pod, policies) : undefined;
        if (found) yield found;
      }
    }
  },
});

function judge(engine: Engine, pod: Pod, policies: readonly NetworkPolicy[]): Finding | undefined {
  if (engine.network.kind !== 'pod' || engine.network.mayBeHost) return undefined;
  const chosen = policies.map((policy) => ({ policy, chooses: choosesIngress(policy, pod) }));
  // Policies add up: one that may choose the pod may allow it.
  if (chosen.some(({ policy, chooses }) => chooses === undefined || (chooses && !isClosed(policy)))) return undefined;
  const limiting = chosen.filter(({ chooses }) => chooses).map(({ policy }) => policy);
  const listeners = erasOf(engine).map((era) => listenersOf(engine, era));
  if (limiting.length === 0 || listeners.length === 0) return undefined;
  const rules = limiting.flatMap((policy) => policy.rules);
  const ranges: Range[] = [];
  for (const { ports } of rules) {
    if (!ports) return undefined;
    for (const port of ports) {
      const range = rangeOf(port, pod);
      if (range === 'unknown') return undefined;
      if (range) ranges.push(range);
    }
  }
  const known = listeners.filter((one) => one !== undefined);
  const blocked = known.filter((one) => !isAllowed(one, ranges));
  const last = blocked.at(-1);
  if (!last || blocked.length < listeners.length) return undefined;
  const meant = ranges.find((range) => isMeant(range, last));
  const policy = limiting[0]!;
  return finding(
    meant?.place ?? policy.place,
    meant ? 'warning' : 'info',
    `${limiting.length > 1 ? 'The NetworkPolicies' : 'This NetworkPolicy'} for ${pod.label} ${limiting.length > 1 ? 'allow' : 'allows'} ${ranges.length === 0 ? 'no ports' : `only ${[...new Set(ranges.map(portWords))].join(', ')}`}, but the side channel listens on ${portWords(last)}: unless another policy allows it, ${otherSide(engine)} in another pod cannot shake hands. Allow ${portWords(last)}/TCP.`,
    [],
    [{ place: last.place, message: 'the engine' }],
  );
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly name: string | undefined;
  readonly place: Place;
}

/** Does a policy limit what reaches the pod? */
function choosesIngress(policy: NetworkPolicy, pod: Pod): boolean | undefined {
  const same = pod.object ? sameNamespace(policy.object, pod.object) : undefined;
  if (same === false || policy.ingress === false) return false;
  const chooses = selects(policy.selector, pod.labels);
  if (chooses === false) return false;
  return same === undefined || policy.ingress === undefined || chooses === undefined ? undefined : true;
}

/** The TCP ports that an entry allows: a name is that of a port of the pod's containers. */
function rangeOf({ port, endPort, protocol, place }: PolicyPort, pod: Pod): Range | 'unknown' | undefined {
  if (protocol && protocol.kind !== 'known') return 'unknown';
  if ((knownText(protocol) ?? 'TCP') !== 'TCP') return undefined;
  if (!port) return { first: 1, last: 65_535, name: undefined, place };
  const text = knownText(port);
  if (text === undefined) return 'unknown';
  const number = knownInteger(port) ?? namedPort(text, pod);
  if (number === undefined) return isClosed(pod) ? undefined : 'unknown';
  const end = endPort ? knownInteger(endPort) : number;
  return end === undefined ? 'unknown' : { first: number, last: end, name: text, place: placeOf(port) };
}

function namedPort(name: string, pod: Pod): number | undefined {
  const ports = pod.containers.flatMap((container) => container.ports);
  return knownInteger(ports.find((port) => knownText(port.name) === name)?.number);
}

function isAllowed({ first, last }: Listeners, ranges: readonly Range[]): boolean {
  for (let port = first; port <= last; port++) {
    if (!ranges.some((range) => port >= range.first && port <= range.last)) return false;
  }
  return true;
}

/** An entry that was meant for the side channel: by its name, or because it allows a part of it. */
function isMeant(range: Range, listeners: Listeners): boolean {
  return /nixl|side-?ch/i.test(range.name ?? '') || commonPorts(range, listeners) !== undefined;
}

export const page = (): Page => ({
  description: `
A NetworkPolicy that selects a pod shuts all its ports but those that it allows. The handshake needs the side channel's
ports, one for each data-parallel rank from \`VLLM_NIXL_SIDE_CHANNEL_PORT\` on (5600, up to 0.11.0 5557). A port that is
given by name is the one that the container declares, whatever the engine listens on. RDMA passes by policies; UCX over TCP
takes ports of its own, unless \`UCX_TCP_PORT_RANGE\` is set.

Policies add up, and others may be out of sight: a warning where an entry is meant for the side channel and misses it, else
only noted.`,
  sources: ['vllm#25056', 'vllm#26338', 'https://kubernetes.io/docs/concepts/services-networking/network-policies/'],
  examples: [
    {
      title: 'A declared port that is not the one',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: prefill
spec:
  podSelector:
    matchLabels: { app: prefill }
  ingress:
    - ports:
        - port: 8000
        - port: nixl
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
  labels: { app: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      ports:
        - name: nixl
          containerPort: 5557
`,
      findings: [{ covers: 'nixl', severity: 'warning', message: 'allows only 8000, 5557' }],
    },
    {
      title: 'One port for four ranks',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: prefill
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 8000
        - port: 5600
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --data-parallel-size=4
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
`,
      findings: [{ covers: '5600', severity: 'warning', message: 'listens on 5600–5603' }],
    },
    {
      title: 'Only the API',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: api-only
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 8000
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
`,
      findings: [{ covers: 'api-only', severity: 'info', message: 'unless another policy allows it' }],
    },
    {
      title: 'All ports between the roles',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: prefill
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 8000
    - from:
        - podSelector: { matchLabels: { app: decode } }
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
`,
    },
    {
      title: 'The default of the release',
      kind: 'version',
      file: 'prefill.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: prefill
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 8000
        - port: 5557
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model=Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
    },
    {
      title: 'A policy that may choose the pod',
      kind: 'open',
      file: 'prefill.yaml',
      text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: prefill
spec:
  podSelector:
    matchLabels: { app: '{{ .Values.name }}' }
  ingress:
    - ports:
        - port: 8000
---
apiVersion: v1
kind: Pod
metadata:
  name: prefill
  labels: { app: prefill }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
    },
  ],
});
