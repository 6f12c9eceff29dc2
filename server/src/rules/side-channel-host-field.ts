import { placeOf } from '../model';
import { type Page, rule } from './rule';
import { SIDE_CHANNEL_HOST } from './support/environment';
import { finding } from './support/findings';
import { isDialled, opensSideChannel, usesNixl } from './support/nixl-engine';
import { otherSide } from './support/placement';
import { code } from './support/words';

export const sideChannelHostField = rule({
  id: 'side-channel-host-field',
  title: 'Side channel on a field that is no address of the pod',
  category: 'side-channel',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine) || opensSideChannel(engine) === 'no') return;
    const value = engine.environment.get(SIDE_CHANNEL_HOST)?.value;
    if (value?.kind !== 'unknown' || value.reason.kind !== 'field') return;
    const field = value.reason.detail;
    const is = `${code(SIDE_CHANNEL_HOST)} takes ${code(field)}`;
    const advice = 'Use `status.podIP`.';
    if (field === 'status.hostIP' && engine.network.kind === 'pod') {
      const open = engine.network.mayBeHost;
      yield finding(
        placeOf(value),
        open ? 'warning' : 'error',
        `${is}, the address of the node, which this pod does not own without \`hostNetwork: true\`${open ? ' (which a template or an overlay may add)' : ''}: the listener cannot bind and the engine hangs while starting. ${advice}`,
      );
    } else if (field === 'status.podIPs' || field === 'status.hostIPs') {
      yield finding(
        placeOf(value),
        'warning',
        `${is}, which is a list of two addresses on a dual-stack cluster: the listener cannot bind to it and the engine hangs while starting. ${advice}`,
      );
    } else if (field === 'metadata.name' && engine.network.kind === 'pod' && isDialled(engine) !== 'no') {
      yield finding(
        placeOf(value),
        'warning',
        `${is}: only this pod resolves its own name, ${otherSide(engine)} in another pod does not. ${advice}`,
      );
    }
  },
});

export const page = (): Page => ({
  description: `
Of the fields that the downward API offers, \`status.podIP\` is the one that the engine can bind and its peers can dial.
\`status.hostIP\` is the node's address: without \`hostNetwork: true\` the pod does not own it, the bind fails in a background
thread, and the engine waits without end. \`status.podIPs\` is a comma list on a dual-stack cluster. \`metadata.name\` resolves
inside the pod only.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
    'https://kubernetes.io/docs/concepts/workloads/pods/downward-api/',
  ],
  examples: [
    {
      title: 'The address of the node',
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
              valueFrom:
                fieldRef:
                  fieldPath: status.hostIP
`,
      findings: [{ covers: 'status.hostIP', severity: 'error', message: 'which this pod does not own' }],
    },
    {
      title: 'A template that may add host networking',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    spec:
      {{- toYaml .Values.podSpec | nindent 6 }}
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
                  fieldPath: status.hostIP
`,
      findings: [{ covers: 'status.hostIP', severity: 'warning', message: 'a template or an overlay may add' }],
    },
    {
      title: 'Both addresses of a dual-stack pod',
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
              valueFrom:
                fieldRef:
                  fieldPath: status.podIPs
`,
      findings: [{ covers: 'status.podIPs', severity: 'warning', message: 'list of two addresses' }],
    },
    {
      title: 'The name of the pod',
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
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
`,
      findings: [{ covers: 'metadata.name', severity: 'warning' }],
    },
    {
      title: 'The address of the node on the network of the node',
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
              valueFrom:
                fieldRef:
                  fieldPath: status.hostIP
`,
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
      title: 'A key of a Secret',
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
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              valueFrom:
                secretKeyRef: { name: nixl, key: host }
`,
    },
  ],
});
