import { type Page, rule } from './rule';
import { ownAddress, SIDE_CHANNEL_HOST } from './support/environment';
import { finding } from './support/findings';
import { isDialled, opensSideChannel } from './support/nixl-engine';
import { holder, otherSide, placementOf, thisSide } from './support/placement';
import { code } from './support/words';

const PLAIN_ENTRIES = new Set(['vllm serve', 'api_server', 'image']);

export const sideChannelHostUnset = rule({
  id: 'side-channel-host-unset',
  title: 'Side-channel host not set, so that it is localhost',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment, around) {
    for (const engine of deployment.engines) {
      if (!PLAIN_ENTRIES.has(engine.entry) || opensSideChannel(engine) !== 'yes') continue;
      if (!engine.environment.absent(SIDE_CHANNEL_HOST) || isDialled(engine) !== 'yes') continue;
      const { kind } = engine.network;
      if (kind !== 'pod' && kind !== 'container') continue;
      const { where, peer } = placementOf(engine, deployment, around);
      if (where !== 'apart' && where !== 'alone') continue;
      const missing = `${code(SIDE_CHANNEL_HOST)} is not set, so ${thisSide(engine)} tells ${otherSide(engine)} to dial \`localhost\``;
      const outcome =
        where === 'apart' && peer
          ? `${otherSide(engine)} in another ${holder(peer)} will dial itself`
          : `outside this ${holder(engine)} it will dial itself`;
      yield finding(
        engine.place,
        where === 'apart' ? 'error' : 'warning',
        `${missing}: ${outcome}. Set it to ${ownAddress(undefined, engine)}.`,
        [],
        peer ? [{ place: peer.place, message: `${thisSide(peer)} runs in ${peer.network.label}` }] : [],
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Without \`VLLM_NIXL_SIDE_CHANNEL_HOST\` vLLM binds its handshake listener to \`localhost\` and tells the other side to dial
that. Between two pods or containers the decoder then reaches itself.

Nothing is reported where something that we cannot see may set it: an unresolved \`envFrom\`, an image of your own, an
overlay, an operator, a wrapper script; nor for Dynamo and Ray Serve, which set it themselves.`,
  sources: ['vllm#27083', 'vllm#53018', 'vllm:vllm/envs.py@v0.25.1'],
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
            - name: VLLM_NIXL_SIDE_CHANNEL_PORT
              value: "5600"
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
      findings: [{ covers: 'prefill', severity: 'error', message: 'decode in another pod will dial itself' }],
    },
    {
      title: 'Only prefill in sight',
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
`,
      findings: [{ covers: 'prefill', severity: 'warning' }],
    },
    {
      title: 'Roles by label only: nobody dials a decoder that pulls',
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: first
spec:
  template:
    metadata:
      labels: { llm-d.ai/role: prefill }
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.22.0
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}']
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: second
spec:
  template:
    metadata:
      labels: { llm-d.ai/role: decode }
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.22.0
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_both"}']
`,
      findings: [{ covers: 'vllm', severity: 'error', message: 'prefill tells decode to dial `localhost`' }],
    },
    {
      title: 'Set in both pods',
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
      title: 'Both containers in one pod',
      kind: 'good',
      file: 'pod.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: pd
spec:
  containers:
    - name: prefill
      image: vllm/vllm-openai:v0.25.1
      args: ["Qwen/Qwen3-32B", "--port=8100", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
    - name: decode
      image: vllm/vllm-openai:v0.25.1
      args: ["Qwen/Qwen3-32B", "--port=8200", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5700"
`,
    },
    {
      title: 'A ConfigMap may set it',
      kind: 'open',
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
          envFrom:
            - configMapRef:
                name: nixl
`,
    },
    {
      title: 'An image of your own may set it',
      kind: 'open',
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
          image: registry.example.com/team/llm:7
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Dynamo sets it',
      kind: 'good',
      file: 'worker.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: worker
      image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.7.0
      command: ["python3", "-m", "dynamo.vllm", "--model", "Qwen/Qwen3-32B", "--is-prefill-worker"]
      args: ["--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_both"}']
`,
    },
  ],
});
