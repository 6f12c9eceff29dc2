import { EFA_RESOURCE, isRdmaResource } from '../knowledge/device-resources';
import { type Engine, hasCapability, knownText, placeOf, quantity, type Resource, resourcesOf } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { usesNixl, usesUcx } from './support/nixl-engine';
import { isAsWritten, placed, serviceOf } from './support/pods';
import { possibleTransports, transportList } from './support/ucx-transports';
import { code } from './support/words';

export const memoryLock = rule({
  id: 'memory-lock',
  title: 'RDMA device without the right to lock memory',
  category: 'pods',
  severity: 'info',
  *check(engine) {
    yield* inService(engine);
    const place = placed(engine);
    if (!place || !usesNixl(engine) || !isAsWritten(place) || !mayUseRdma(engine)) return;
    const { container } = place;
    const device = resourcesOf(container).find(isDevice);
    // With `SYS_RESOURCE` a script may lift the limit itself.
    if (!device || hasCapability(container, 'IPC_LOCK') !== false || hasCapability(container, 'SYS_RESOURCE')) return;
    yield finding(
      device.namePlace,
      'info',
      `The container has ${code(device.name)} and not the capability ${code('IPC_LOCK')}: unless the container runtime lifts the limit of locked memory, RDMA cannot register the KV cache ("Cannot allocate memory"). Add ${code('IPC_LOCK')} under ${code('securityContext.capabilities.add')}.`,
    );
  },
});

/** A service of Compose that is given the devices of InfiniBand. */
function* inService(engine: Engine): Iterable<Finding> {
  const container = serviceOf(engine);
  const device = container?.service.devices.find((one) => /^\/dev\/infiniband\b/.test(knownText(one) ?? ''));
  if (!container || !device || container.service.lockedMemory || container.privileged.place) return;
  if (!usesNixl(engine) || !mayUseRdma(engine)) return;
  const { add } = container.capabilities;
  if (add.some((value) => /^(?:CAP_)?(?:IPC_LOCK|SYS_RESOURCE|ALL)$/.test(knownText(value) ?? 'ALL'))) return;
  yield finding(
    placeOf(device),
    'info',
    `The service has the devices of InfiniBand, and neither ${code('ulimits: { memlock: -1 }')} nor the capability ${code('IPC_LOCK')}: unless the Docker daemon lifts the limit of locked memory, RDMA cannot register the KV cache ("Cannot allocate memory").`,
  );
}

export const page = (): Page => ({
  description: `
RDMA pins the memory that it transfers, the whole KV cache for NIXL. The kernel refuses that beyond the limit of locked memory,
unless the process has the capability \`IPC_LOCK\` (a privileged container has it, too).

Many container runtimes are set up without that limit, and a manifest does not tell: hence no more than information. EFA is left
out: the nodes of EKS lift the limit. Nothing is reported where UCX is told to use TCP.`,
  sources: [
    'llm-d#2442',
    'https://github.com/Mellanox/k8s-rdma-shared-dev-plugin/issues/305',
    'ucx#7930',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  examples: [
    {
      title: 'A device and no capability',
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
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
          resources:
            limits:
              nvidia.com/gpu: 1
              rdma/ib: 1
`,
      findings: [{ covers: 'rdma/ib', severity: 'info', message: '`IPC_LOCK`' }],
    },
    {
      title: 'Services of Compose',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
    devices: [/dev/infiniband]
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
    devices: [/dev/infiniband]
    ulimits: { memlock: -1 }
`,
      findings: [{ covers: '/dev/infiniband', severity: 'info', message: '`ulimits: { memlock: -1 }`' }],
    },
    {
      title: 'Virtual functions, whose nodes often have no limit',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
      securityContext:
        capabilities: { drop: [ALL] }
      resources:
        limits: { nvidia.com/gpu: 1, nvidia.com/sriov-rdma-vf: 1 }
`,
      findings: [{ covers: 'nvidia.com/sriov-rdma-vf', severity: 'info' }],
    },
    {
      title: 'With it, privileged, or without RDMA',
      kind: 'good',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      securityContext:
        capabilities: { add: [IPC_LOCK] }
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
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
      securityContext: { privileged: true }
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
---
apiVersion: v1
kind: Pod
metadata:
  name: tcp
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - { name: UCX_TLS, value: "tcp,cuda_copy" }
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
---
apiVersion: v1
kind: Pod
metadata:
  name: efa
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      resources:
        limits: { nvidia.com/gpu: 1, vpc.amazonaws.com/efa: 4 }
`,
    },
    {
      title: 'A security context that a template fills in',
      kind: 'open',
      file: 'templates/decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
`,
    },
  ],
});

function isDevice({ name, value }: Resource): boolean {
  return name !== EFA_RESOURCE && isRdmaResource(name) && quantity(value) !== 0;
}

/** Not when UCX carries the transfers and is told to leave RDMA alone. */
function mayUseRdma(engine: Engine): boolean {
  const list = usesUcx(engine) ? transportList(engine) : undefined;
  return !list || possibleTransports(list).some(({ rdma }) => rdma);
}
