import type { Engine } from '../model';
import { type Page, rule } from './rule';
import { isQuoted, known, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { hostShape } from './support/hosts';
import { opensSideChannel, sideOf, usesNixl } from './support/nixl-engine';
import { code } from './support/words';

export const sideChannelHostFixed = rule({
  id: 'side-channel-host-fixed',
  title: 'Fixed address for the side channel of a pod',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment, { pairs }) {
    const pods = deployment.engines.flatMap(fixedIn);
    for (const { engine, host } of pods) {
      const others = pairs.flatMap(([own, other]) => (own === engine ? fixedIn(other) : []));
      const twin = [...pods, ...others].find(
        (other) =>
          other.host.text === host.text &&
          other.engine.network.key !== engine.network.key &&
          sideOf(other.engine)?.role !== sideOf(engine)?.role,
      );
      const shared = engine.replicated || twin !== undefined;
      const owner = engine.replicated ? 'its replicas cannot all own' : 'two pods cannot both own';
      yield finding(
        valuePlace(host.variable),
        shared && !engine.network.mayBeHost ? 'error' : 'warning',
        `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}, ${shared ? `an address that ${owner}` : 'but a pod gets a new address when it is created'}: the listener cannot bind and the engine hangs while starting. Use the pod IP (fieldRef status.podIP).`,
        [usePodAddress(host.variable, engine)],
        twin ? [{ place: valuePlace(twin.host.variable), message: 'the same address in another pod' }] : [],
      );
    }
  },
});

/** The engine with its address, where that is a literal one. */
function fixedIn(engine: Engine) {
  if (engine.network.kind !== 'pod' || !usesNixl(engine) || opensSideChannel(engine) === 'no') return [];
  if (isLaterNode(engine)) return [];
  const host = known(engine, SIDE_CHANNEL_HOST);
  const shape = host && !isQuoted(host.text) ? hostShape(host.text) : undefined;
  return host && (shape === 'ipv4' || shape === 'ipv6') ? [{ engine, host }] : [];
}

export const page = (): Page => ({
  description: `
A pod gets a new address whenever it is created. The engine can bind its handshake listener only to an address that it owns:
with a literal one it hangs while starting, unless the cluster gives the pod that very address. Several replicas cannot
share it, nor can prefill and decode in two pods. Later nodes of one engine are not looked at: they may have no listener.`,
  sources: ['vllm#22093', 'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1'],
  examples: [
    {
      title: 'Several replicas',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 10.244.1.17
`,
      findings: [{ covers: '10.244.1.17', severity: 'error', message: 'its replicas cannot all own' }],
    },
    {
      title: 'The same address on both sides',
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 10.244.1.17
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: decode
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 10.244.1.17
`,
      findings: [
        { covers: '10.244.1.17', severity: 'error', message: 'two pods cannot both own' },
        { covers: '10.244.1.17', severity: 'error' },
      ],
    },
    {
      title: 'One pod',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 10.244.1.17
`,
      findings: [{ covers: '10.244.1.17', severity: 'warning', message: 'a new address when it is created' }],
    },
    {
      title: 'The pod IP',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
    },
    {
      title: 'The network of the node',
      kind: 'good',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      hostNetwork: true
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 10.0.0.5
`,
    },
    {
      title: 'A value that Helm fills in',
      kind: 'open',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: {{ .Values.host }}
`,
    },
  ],
});

/** True for a node that may have no listener of its own: it belongs to an engine whose head runs elsewhere. */
function isLaterNode(engine: Engine): boolean {
  return ['node-rank', 'nnodes', 'headless'].some((flag) => engine.flags.all(flag).length > 0);
}
