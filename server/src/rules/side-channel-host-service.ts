import { type Engine, isClosed, knownText, type Service, sameNamespace, selects } from '../model';
import { type Page, rule, type Severity } from './rule';
import { isQuoted, known, SIDE_CHANNEL_HOST, usePodAddress, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { type HostShape, hostShape, isOwnName, serviceName } from './support/hosts';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { code } from './support/words';

export const sideChannelHostService = rule({
  id: 'side-channel-host-service',
  title: 'Side channel on the name of a Service',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment, around) {
    const all = [...deployment.services, ...around.services];
    for (const engine of deployment.engines) {
      if (engine.network.kind !== 'pod' || !usesNixl(engine) || opensSideChannel(engine) === 'no') continue;
      const host = known(engine, SIDE_CHANNEL_HOST);
      if (!host || isQuoted(host.text)) continue;
      const shape = hostShape(host.text);
      const services = all.filter((service) => isNamed(service, engine, host.text, shape));
      const name = shape === 'name' ? serviceName(host.text) : undefined;
      if (services.length === 0 && !(name?.qualified && !name.ofPod)) continue;
      const judged = judge(services, engine);
      if (!judged) continue;
      yield finding(
        valuePlace(host.variable),
        judged.severity,
        `${code(SIDE_CHANNEL_HOST)} is ${code(host.text)}, ${shape === 'name' ? 'the name' : 'the address'} of a ${judged.words} Use the pod IP (fieldRef status.podIP).`,
        [usePodAddress(host.variable, engine)],
        services.map(({ place }) => ({ place, message: 'the Service' })),
      );
    }
  },
});

/** Is this the Service that a host means, by its name or its address? */
function isNamed(service: Service, { pod }: Engine, text: string, shape: HostShape): boolean {
  if (shape === 'ipv4' || shape === 'ipv6') return knownText(service.clusterIP) === text;
  const name = shape === 'name' ? serviceName(text) : undefined;
  if (!name || name.ofPod || service.name !== name.service) return false;
  if (isOwnName(text, pod)) return false;
  return !pod?.object || sameNamespace(pod.object, service.object) !== false || name.qualified;
}

const HANGS = 'the listener cannot bind and the engine hangs while starting';

function judge(
  services: readonly Service[],
  engine: Engine,
): { readonly severity: Severity; readonly words: string } | undefined {
  if (services.some(({ headless }) => headless === true)) return judgeHeadless(services, engine);
  const certain = services.length > 0 && services.every(({ headless }) => headless === false);
  if (!certain) return { severity: 'warning', words: `Service: unless that Service is headless, ${HANGS}.` };
  // On the network of a node kube-proxy's IPVS gives the node the addresses of all Services.
  const severity = engine.network.mayBeHost ? 'warning' : 'error';
  return { severity, words: `Service: its cluster IP is no address of this pod, so that ${HANGS}.` };
}

/** The name of a headless Service is that of all pods behind it: fine where that is one, and where it resolves in time. */
function judgeHeadless(
  services: readonly Service[],
  { pod }: Engine,
): { readonly severity: Severity; readonly words: string } | undefined {
  const [service] = services;
  if (!pod || services.length !== 1 || service?.headless !== true || !service.selector) return undefined;
  if (!isClosed(service) || !isClosed(pod) || selects(service.selector, pod.labels) !== true) return undefined;
  const copies = pod.replicas.number;
  if (copies !== undefined && copies > 1) {
    return {
      severity: 'warning',
      words: `headless Service with ${copies} pods behind it: the other side may reach another of them, which has another engine id.`,
    };
  }
  const waits = pod.containers.some(({ probes }) =>
    probes.some(({ kind }) => kind === 'readiness' || kind === 'startup'),
  );
  if (!waits || service.publishNotReadyAddresses.on !== false) return undefined;
  return {
    severity: 'warning',
    words: `headless Service that names no pod before it is ready: this one waits for its own name to resolve while it starts, and ${HANGS}. Add \`publishNotReadyAddresses: true\` to the Service.`,
  };
}

export const page = (): Page => ({
  description: `
The engine binds its handshake listener to \`VLLM_NIXL_SIDE_CHANNEL_HOST\`. The name of a Service resolves to its cluster IP,
which is no address of any pod: the bind fails in a background thread, and the engine waits for it without end.

An error for a Service of these files that has a cluster IP; a warning for a name in the cluster that may be one. The name of
a headless Service is that of the pods behind it: right for a single pod, if the Service names pods before they are ready
(\`publishNotReadyAddresses\`), because the engine resolves it while it starts. A name with a pod's own name in front is
always that of one pod.`,
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
      title: 'A headless Service with three pods',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 3
  template:
    metadata:
      labels: { app: prefill }
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
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
  publishNotReadyAddresses: true
  selector: { app: prefill }
`,
      findings: [{ covers: 'prefill-svc', severity: 'warning', message: '3 pods behind it' }],
    },
    {
      title: 'A headless Service that names no pod before it is ready',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  template:
    metadata:
      labels: { app: prefill }
    spec:
      containers:
        - name: prefill
          image: vllm/vllm-openai:v0.25.1
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
          env:
            - name: VLLM_NIXL_SIDE_CHANNEL_HOST
              value: prefill-svc
          readinessProbe:
            httpGet: { path: /health, port: 8000 }
---
apiVersion: v1
kind: Service
metadata:
  name: prefill-svc
spec:
  clusterIP: None
  selector: { app: prefill }
`,
      findings: [{ covers: 'prefill-svc', severity: 'warning', message: '`publishNotReadyAddresses: true`' }],
    },
    {
      title: 'The address of a Service',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: prefill
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_HOST
          value: 10.96.0.20
---
apiVersion: v1
kind: Service
metadata:
  name: prefill-svc
spec:
  clusterIP: 10.96.0.20
  selector: { app: prefill }
  ports:
    - port: 5600
`,
      findings: [{ covers: '10.96.0.20', severity: 'error', message: 'the address of a Service' }],
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
