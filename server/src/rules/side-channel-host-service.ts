import { type Page, rule } from './rule';
import { isQuoted, known, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { hostShape, serviceName } from './support/hosts';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { code } from './support/words';

export const sideChannelHostService = rule({
  id: 'side-channel-host-service',
  title: 'Side channel on the name of a Service',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment) {
    for (const engine of deployment.engines) {
      if (engine.network.kind !== 'pod' || !usesNixl(engine) || opensSideChannel(engine) === 'no') continue;
      const host = known(engine, SIDE_CHANNEL_HOST);
      if (!host || isQuoted(host.text) || hostShape(host.text) !== 'name') continue;
      const name = serviceName(host.text);
      if (!name || name.ofPod) continue;
      const services = deployment.services.filter((service) => service.name === name.service);
      if (services.some(({ headless }) => headless === true) || (services.length === 0 && !name.qualified)) continue;
      const certain = services.length > 0 && services.every(({ headless }) => headless === false);
      const named = `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}, the name of a Service`;
      const outcome = certain
        ? 'its cluster IP is no address of this pod, so the listener cannot bind and the engine hangs while starting'
        : 'unless that Service is headless, the listener cannot bind to it and the engine hangs while starting';
      yield finding(
        valuePlace(host.variable),
        certain ? 'error' : 'warning',
        `${named}: ${outcome}. Use the pod IP (fieldRef status.podIP).`,
        [usePodAddress(host.variable, engine)],
        services.map(({ place }) => ({ place, message: 'the Service' })),
      );
    }
  },
});

export const page = (): Page => ({
  description: `
The engine binds its handshake listener to \`VLLM_NIXL_SIDE_CHANNEL_HOST\`. The name of a Service resolves to its cluster IP,
which is no address of any pod: the bind fails in a background thread, and the engine waits for it without end.

An error for a Service of these files that has a cluster IP; a warning for a name in the cluster that may be one. A headless
Service and a name with a pod's own name in front resolve to pods and are not reported.`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
    'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/',
  ],
  examples: [
    {
      title: 'A Service of the same file',
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
              value: prefill-svc
---
apiVersion: v1
kind: Service
metadata:
  name: prefill-svc
spec:
  selector: { app: prefill-svc }
  ports:
    - port: 5600
`,
      findings: [{ covers: 'prefill-svc', severity: 'error', message: 'its cluster IP is no address of this pod' }],
    },
    {
      title: 'A name in the cluster',
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
              value: prefill.llm.svc.cluster.local
`,
      findings: [
        { covers: 'prefill.llm.svc.cluster.local', severity: 'warning', message: 'unless that Service is headless' },
      ],
    },
    {
      title: 'A headless Service',
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
              value: prefill-svc
---
apiVersion: v1
kind: Service
metadata:
  name: prefill-svc
spec:
  clusterIP: None
  selector: { app: prefill-svc }
  ports:
    - port: 5600
`,
    },
    {
      title: 'The name of one pod',
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
              value: prefill-0.prefill.llm.svc.cluster.local
`,
    },
    {
      title: 'A name that no file explains',
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
              value: prefill-host
`,
    },
    {
      title: 'On a host the name may be its own',
      kind: 'good',
      file: 'prefill.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_HOST=prefill.llm.svc vllm serve Qwen/Qwen3-32B \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
