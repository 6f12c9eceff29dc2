import { type Engine, knownText, placeOf, type Service, sameNamespace, type Value } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { hostShape, isOwnName, serviceName } from './support/hosts';
import { opensSideChannel } from './support/nixl-engine';
import { code } from './support/words';

/** Where the nodes of one engine meet; the first of them binds it. */
const MEETING_POINTS = ['data-parallel-address', 'master-addr'] as const;

export const dataParallelAddressService = rule({
  id: 'data-parallel-address-service',
  title: 'Head of a group of nodes at the address of a Service',
  category: 'pods',
  severity: 'error',
  *checkDeployment(deployment, around) {
    const services = [...deployment.services, ...around.services];
    for (const engine of deployment.engines) {
      if (engine.network.kind !== 'pod' || opensSideChannel(engine) !== 'yes') continue;
      for (const name of MEETING_POINTS) {
        const value = engine.flags.get(name)?.value;
        const found = value && judge(engine, name, value, services);
        if (found) yield found;
      }
    }
  },
});

function judge(engine: Engine, name: string, value: Value, all: readonly Service[]): Finding | undefined {
  const text = knownText(value);
  if (text === undefined || hostShape(text) !== 'name' || isOwnName(text, engine.pod)) return undefined;
  const parts = serviceName(text);
  if (!parts || parts.ofPod) return undefined;
  const services = all.filter((service) => service.name === parts.service && isSeen(engine, service));
  const [service] = services;
  if (!service || !services.every(({ headless }) => headless === false)) return undefined;
  const certain = isHead(engine, name) && !engine.network.mayBeHost && services.length === 1;
  return finding(
    placeOf(value),
    certain ? 'error' : 'warning',
    `${code(`--${name}`)} is ${code(text)}, a Service with a cluster IP: the head cannot bind an address that is not its own, and the random ports on which its nodes meet are none of the Service's. Use the head's own name or address, for example \`$(LWS_LEADER_ADDRESS)\`, or a headless Service that publishes addresses before pods are ready.`,
    [],
    [{ place: service.place, message: 'the Service' }],
  );
}

function isSeen({ pod }: Engine, { object }: Service): boolean {
  return !!pod?.object && sameNamespace(pod.object, object) !== false;
}

/** The node that binds: rank 0 of several, or the first of `--nnodes`. */
function isHead({ parallel, flags }: Engine, name: string): boolean {
  if (name === 'master-addr') return knownText(flags.get('node-rank')?.value) === '0';
  const { data, dataLocal, dataStart } = parallel;
  return dataStart === 0 && data !== undefined && dataLocal !== undefined && dataLocal < data;
}

export const page = (): Page => ({
  description: `
The nodes of one engine meet at \`--data-parallel-address\` (\`--master-addr\` with \`--nnodes\`): the first of them listens there,
on \`--data-parallel-rpc-port\` and on ports that it draws, and the others dial it. The cluster IP of a Service is no address
of any pod, so that the bind fails, and a Service forwards only the ports that it lists.

A headless Service is fine where it chooses the head alone; the other nodes dial before the head is ready, so it has to
publish such addresses (\`publishNotReadyAddresses\`). LeaderWorkerSet makes one by itself: \`$(LWS_LEADER_ADDRESS)\`.`,
  sources: [
    'vllm:vllm/v1/engine/utils.py@v0.25.1',
    'vllm:vllm/v1/engine/coordinator.py@v0.25.1',
    'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/',
  ],
  examples: [
    {
      title: 'A Service with a cluster IP',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Service
metadata:
  name: decode-head
spec:
  selector: { app: decode-head }
  ports:
    - port: 5555
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode-head
spec:
  template:
    metadata:
      labels: { app: decode-head }
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-30B-A3B
            - --data-parallel-size=4
            - --data-parallel-size-local=2
            - --data-parallel-address=decode-head
            - --data-parallel-rpc-port=5555
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [{ covers: 'decode-head', severity: 'error', message: 'cannot bind' }],
    },
    {
      title: 'A headless Service',
      kind: 'good',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Service
metadata:
  name: decode-head
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: { app: decode-head }
---
apiVersion: v1
kind: Pod
metadata:
  name: decode-head
  labels: { app: decode-head }
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-30B-A3B
        - --data-parallel-size=4
        - --data-parallel-size-local=2
        - --data-parallel-address=decode-head
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
    {
      title: 'A name that no file explains',
      kind: 'open',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode-head
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-30B-A3B
        - --data-parallel-size=4
        - --data-parallel-size-local=2
        - --data-parallel-address=decode-head
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
    },
  ],
});
