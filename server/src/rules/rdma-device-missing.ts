import { EFA_RESOURCE, mayAttachNetwork, mayBeRdmaResource } from '../knowledge/device-resources';
import { type Engine, extraMember, items, type Place, resourcesOf } from '../model';
import { type Page, rule } from './rule';
import { nixlConnectors } from './support/connectors';
import { known, valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { gpusOf, isAsWritten, mayHaveOtherDevices, type Placed, placed } from './support/pods';
import { knownString } from './support/tree';
import { deviceList, entryKind, UCX_NET_DEVICES } from './support/ucx-devices';
import {
  detectsPeerFailure,
  meantTransports,
  possibleTransports,
  transportList,
  UCX_TLS,
} from './support/ucx-transports';
import { code } from './support/words';

const ASK = `Ask for one in ${code('resources.limits')} (${code('rdma/…')}, as the device plugin of the cluster names it)`;

export const rdmaDeviceMissing = rule({
  id: 'rdma-device-missing',
  title: 'Settings for RDMA in a container that asks for no RDMA device',
  category: 'pods',
  severity: 'warning',
  *check(engine) {
    const place = placed(engine);
    if (!place || !usesNixl(engine) || !isAsWritten(place) || mayReachDevices(place)) return;
    // A container that asks for no GPU either gets its devices in a way that the manifest does not show.
    if (!gpusOf(place.container)) return;
    const only = onlyRdma(engine);
    if (only) {
      const { name, place: where, advice } = only;
      yield finding(
        where,
        'warning',
        `${code(name)} leaves RDMA as the one network, and the container asks for no RDMA device: unless something adds one to the pod, NIXL has no transport to another pod. ${ASK}, or ${advice}.`,
      );
      return;
    }
    const provider = known(engine, 'FI_PROVIDER');
    if (provider?.text !== 'efa' || !usesLibfabric(engine)) return;
    yield finding(
      valuePlace(provider.variable),
      'warning',
      `${code('FI_PROVIDER')} is ${code('efa')}, and the container asks for no ${code(EFA_RESOURCE)}: unless something adds one to the pod, libfabric finds no device and NIXL's LIBFABRIC backend does not start. Ask for ${code(EFA_RESOURCE)} in ${code('resources.limits')}.`,
    );
  },
});

export const page = (): Page => ({
  description: `
A container sees RDMA devices only when it asks for them: by a resource of a device plugin, a claim, or an annotation for
further networks; a privileged one sees those of its node. Where \`UCX_TLS\` lists RDMA transports and no \`tcp\`, or
\`UCX_NET_DEVICES\` names RDMA devices only, nothing else can connect two pods. Shared memory does not: NIXL's endpoints cannot
be built on it.

It is a warning, since an admission webhook may add the device. Nothing is reported for a container that asks for no GPU
either, for patches, and where an operator, a chart or an overlay may add it.`,
  sources: [
    'ucx:src/ucp/core/ucp_context.c@v1.22.0',
    'nixl:src/plugins/ucx/ucx_utils.cpp@v1.3.0',
    'https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/',
  ],
  examples: [
    {
      title: 'Transports',
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
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
          env:
            - name: UCX_TLS
              value: rc,sm,self,cuda_copy,cuda_ipc
          resources:
            limits: { nvidia.com/gpu: 1 }
`,
      findings: [{ covers: 'rc,sm,self,cuda_copy,cuda_ipc', severity: 'warning', message: 'asks for no RDMA device' }],
    },
    {
      title: 'Devices',
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
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_NET_DEVICES, value: "mlx5_0:1,mlx5_1:1" }
      resources:
        limits: { nvidia.com/gpu: 1 }
`,
      findings: [{ covers: 'mlx5_0:1,mlx5_1:1', severity: 'warning', message: 'add an interface' }],
    },
    {
      title: 'The provider for EFA',
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
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"backends":["LIBFABRIC"]}}'
      env:
        - { name: FI_PROVIDER, value: efa }
      resources:
        limits: { nvidia.com/gpu: 1 }
`,
      findings: [{ covers: 'efa', severity: 'warning', message: '`vpc.amazonaws.com/efa`' }],
    },
    {
      title: 'With a device, with TCP beside it, or privileged',
      kind: 'good',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: device
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "rc,cuda_copy" }
      resources:
        limits: { rdma/ib: 1 }
---
apiVersion: v1
kind: Pod
metadata:
  name: tcp
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "rc,tcp,cuda_copy" }
---
apiVersion: v1
kind: Pod
metadata:
  name: privileged
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      securityContext: { privileged: true }
      env:
        - { name: UCX_TLS, value: "rc,cuda_copy" }
`,
    },
    {
      title: 'No device at all, a further network, a claim, and a patch',
      kind: 'open',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: bare
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "rc,cuda_copy" }
---
apiVersion: v1
kind: Pod
metadata:
  name: network
  annotations:
    k8s.v1.cni.cncf.io/networks: roce-p2
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "rc,cuda_copy" }
---
apiVersion: v1
kind: Pod
metadata:
  name: claim
spec:
  resourceClaims:
    - { name: nic, resourceClaimTemplateName: roce }
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "rc,cuda_copy" }
      resources:
        claims: [{ name: nic }]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
          env:
            - { name: UCX_TLS, value: "rc,cuda_copy" }
`,
    },
  ],
});

/** True when the container has, or may have, a network device of its own. */
function mayReachDevices(place: Placed): boolean {
  return (
    mayHaveOtherDevices(place) ||
    resourcesOf(place.container).some(({ name }) => mayBeRdmaResource(name)) ||
    place.pod.annotations.list.some(({ key }) => mayAttachNetwork(key))
  );
}

interface OnlyRdma {
  readonly name: string;
  readonly place: Place;
  readonly advice: string;
}

/** The setting that leaves RDMA as the one network. */
function onlyRdma(engine: Engine): OnlyRdma | undefined {
  const tls = transportList(engine);
  const transports = tls && [...possibleTransports(tls), ...meantTransports(tls)];
  if (transports?.some((transport) => detectsPeerFailure(transport, engine))) return undefined;
  const network = transports?.filter(({ device }) => device === 'net') ?? [];
  if (tls && network.length > 0 && network.every(({ rdma }) => rdma)) {
    return { name: UCX_TLS, place: valuePlace(tls.variable), advice: `add ${code('tcp')}` };
  }
  const devices = deviceList(engine, UCX_NET_DEVICES);
  if (!devices || devices.negated || devices.names.length === 0) return undefined;
  if (!devices.names.every(({ text }) => entryKind(text) === 'rdma')) return undefined;
  // Without an RDMA transport the device list is at odds with the transports, which has a rule of its own.
  if (tls && !network.some(({ rdma }) => rdma)) return undefined;
  return {
    name: UCX_NET_DEVICES,
    place: valuePlace(devices.variable),
    advice: `add an interface such as ${code('eth0')} for TCP`,
  };
}

function usesLibfabric(engine: Engine): boolean {
  return nixlConnectors(engine).some((connector) =>
    items(extraMember(connector, 'backends')?.value).some((name) => knownString(name) === 'LIBFABRIC'),
  );
}
