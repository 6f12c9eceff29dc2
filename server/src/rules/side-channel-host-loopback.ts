import { type Page, rule } from './rule';
import { isQuoted, known, ownAddress, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { hostShape } from './support/hosts';
import { isDialled, opensSideChannel, usesNixl } from './support/nixl-engine';
import { holder, otherSide, placementOf, thisSide } from './support/placement';
import { code } from './support/words';

export const sideChannelHostLoopback = rule({
  id: 'side-channel-host-loopback',
  title: 'Side channel on a loopback address while the peer runs elsewhere',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment, around) {
    for (const engine of deployment.engines) {
      if (!usesNixl(engine) || opensSideChannel(engine) === 'no') continue;
      const host = known(engine, SIDE_CHANNEL_HOST);
      if (!host || isQuoted(host.text) || hostShape(host.text) !== 'loopback') continue;
      const { where, peer } = placementOf(engine, deployment, around);
      if (where === 'together' || where === 'unknown') continue;
      const dialled = isDialled(engine);
      const place = valuePlace(host.variable);
      const fixes = [usePodAddress(host.variable, engine)];
      const is = `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}`;
      if (dialled === 'no') {
        yield finding(
          place,
          'info',
          `${is}: nobody dials a decoder that pulls, but with a push connector or \`bidirectional_kv_xfer\` the other side would dial itself. Use ${ownAddress(host.variable, engine)}.`,
          fixes,
        );
        continue;
      }
      const sent = `${is}, which ${thisSide(engine)} also sends to ${otherSide(engine)} as its address`;
      const advice = `Use ${ownAddress(host.variable, engine)}`;
      if (where === 'apart' && peer) {
        yield finding(
          place,
          dialled === 'yes' ? 'error' : 'warning',
          `${sent}: ${otherSide(engine)} in another ${holder(peer)} will dial itself. ${advice}.`,
          fixes,
          [{ place: peer.place, message: `${thisSide(peer)} runs in ${peer.network.label}` }],
        );
      } else if (where === 'scattered') {
        yield finding(
          place,
          'warning',
          `${sent}: ${otherSide(engine)} on another host will dial itself. ${advice}.`,
          fixes,
        );
      } else {
        yield finding(
          place,
          'warning',
          `${sent}: outside this ${holder(engine)} it will dial itself. ${advice}.`,
          fixes,
        );
      }
    }
  },
});

export const page = (): Page => ({
  description: `
\`VLLM_NIXL_SIDE_CHANNEL_HOST\` is used twice: the engine binds its handshake listener to it, and sends it to the other side
as the address to dial. There is no separate setting for the second. With \`localhost\` (also the default) the decoder dials
itself: its own listener answers with another engine id, or nobody answers, and the request fails or is computed again.

An error when both roles are in sight and live in different pods or containers, a warning when only one is, nothing when
they share a network namespace or are bound to one node and its network, where \`localhost\` is right. A consumer that pulls is never dialled: there it is only noted.`,
  sources: [
    'vllm#27083',
    'vllm#53018',
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
  ],
  examples: [
    {
      title: 'Prefill and decode in pods of their own',
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
              value: localhost
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
      findings: [{ covers: 'localhost', severity: 'error', message: 'decode in another pod will dial itself' }],
    },
    {
      title: 'The pod has its address in another variable',
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
            - name: POD_IP
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: 127.0.0.1
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
      findings: [{ covers: '127.0.0.1', severity: 'error' }],
      fixed: `apiVersion: apps/v1
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
            - name: POD_IP
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: $(POD_IP)
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
    },
    {
      title: 'One role in sight',
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
              value: "::1"
`,
      findings: [{ covers: '::1', severity: 'warning', message: 'outside this pod' }],
    },
    {
      title: 'A decoder that pulls is never dialled',
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
        - name: decode
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: localhost
`,
      findings: [{ covers: 'localhost', severity: 'info', message: 'nobody dials a decoder' }],
    },
    {
      title: 'A decoder that is pushed to',
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
        - name: decode
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlPushConnector","kv_role":"kv_consumer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: localhost
`,
      findings: [{ covers: 'localhost', severity: 'warning' }],
    },
    {
      title: 'Prefill that pushes: decode registers with it first',
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
            - '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}'
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: localhost
`,
      findings: [{ covers: 'localhost', severity: 'warning', message: 'outside this pod' }],
    },
    {
      title: 'Services with addresses of their own',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    environment:
      VLLM_NIXL_SIDE_CHANNEL_HOST: 127.0.0.1
    command: ["Qwen/Qwen3-32B", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
  decode:
    image: vllm/vllm-openai:v0.25.1
    environment:
      VLLM_NIXL_SIDE_CHANNEL_HOST: decode
    command: ["Qwen/Qwen3-32B", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
      findings: [{ covers: '127.0.0.1', severity: 'error', message: 'decode in another container' }],
    },
    {
      title: "Models of the production stack's chart, which have pods of their own",
      kind: 'bad',
      file: 'values-pd.yaml',
      text: `servingEngineSpec:
  modelSpec:
    - name: qwen-prefill
      repository: vllm/vllm-openai
      tag: v0.12.0
      modelURL: Qwen/Qwen3-8B
      requestGPU: 1
      vllmConfig:
        extraArgs: ["--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          value: localhost
    - name: qwen-decode
      repository: vllm/vllm-openai
      tag: v0.12.0
      modelURL: Qwen/Qwen3-8B
      requestGPU: 1
      vllmConfig:
        extraArgs: ["--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
      findings: [{ covers: 'localhost', severity: 'error', message: 'decode in another pod will dial itself' }],
    },
    {
      title: "Workers of Kthena's ModelBooster, which share their variables",
      kind: 'bad',
      file: 'booster.yaml',
      text: `apiVersion: workload.serving.volcano.sh/v1alpha1
kind: ModelBooster
metadata:
  name: qwen
spec:
  backend:
    name: qwen
    type: vLLMDisaggregated
    modelURI: hf://Qwen/Qwen3-0.6B
    env:
      - name: VLLM_NIXL_SIDE_CHANNEL_HOST
        value: localhost
    workers:
      - type: prefill
        image: vllm/vllm-openai:v0.25.1
        config:
          kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      - type: decode
        image: vllm/vllm-openai:v0.25.1
        config:
          kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'localhost', severity: 'error', message: 'decode in another pod will dial itself' }],
    },
    {
      title: 'The pod IP',
      kind: 'good',
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
    },
    {
      title: 'Both engines on one host',
      kind: 'good',
      file: 'pd.sh',
      text: `export VLLM_NIXL_SIDE_CHANNEL_HOST=localhost
VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5700 vllm serve Qwen/Qwen3-32B --port 8200 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
    },
    {
      title: 'Both services on the network of the host',
      kind: 'good',
      file: 'compose.yaml',
      text: `x-engine: &engine
  image: vllm/vllm-openai:v0.25.1
  network_mode: host
services:
  prefill:
    <<: *engine
    environment: [VLLM_NIXL_SIDE_CHANNEL_HOST=localhost, VLLM_NIXL_SIDE_CHANNEL_PORT=5600]
    command: ["Qwen/Qwen3-32B", "--port=8100", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
  decode:
    <<: *engine
    environment: [VLLM_NIXL_SIDE_CHANNEL_HOST=localhost, VLLM_NIXL_SIDE_CHANNEL_PORT=5700]
    command: ["Qwen/Qwen3-32B", "--port=8200", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
    },
    {
      title: 'Both pods on the network of one node',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  hostNetwork: true
  nodeSelector: { kubernetes.io/hostname: node-1 }
  containers:
    - name: prefill
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: localhost }
        - { name: VLLM_NIXL_SIDE_CHANNEL_PORT, value: "5700" }
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  hostNetwork: true
  nodeSelector: { kubernetes.io/hostname: node-1 }
  containers:
    - name: decode
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, --port=8100, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: VLLM_NIXL_SIDE_CHANNEL_HOST, value: localhost }
`,
    },
    {
      title: 'An environment file whose engine is not in sight',
      kind: 'open',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_HOST=localhost
VLLM_NIXL_SIDE_CHANNEL_PORT=5600
`,
    },
    {
      title: 'A value from a ConfigMap',
      kind: 'open',
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
              valueFrom:
                configMapKeyRef: { name: nixl, key: host }
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
`,
    },
  ],
});
