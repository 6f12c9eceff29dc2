import { EFA_RESOURCE, isRdmaResource } from '../knowledge/device-resources';
import { type Engine, extraMember, quantity, type Resource, resourcesOf } from '../model';
import { type Finding, type Page, rule } from './rule';
import { nixlConnectors } from './support/connectors';
import { valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesNixl, usesUcx } from './support/nixl-engine';
import { placed } from './support/pods';
import { deviceList, entryKind, UCX_NET_DEVICES } from './support/ucx-devices';
import { allState, meantTransports, possibleTransports, transportList, UCX_TLS } from './support/ucx-transports';
import { code } from './support/words';

/** The transports of UCX that run on EFA: it has no reliable connections of InfiniBand's. */
const ON_EFA = ['srd', 'ud_verbs'];

export const rdmaDeviceUnused = rule({
  id: 'rdma-device-unused',
  title: 'RDMA device that the transfers do not use',
  category: 'pods',
  severity: 'warning',
  *check(engine) {
    const place = placed(engine);
    if (!place || !usesNixl(engine) || !usesUcx(engine)) return;
    const devices = resourcesOf(place.container).filter(isDevice);
    const [device] = devices;
    if (!device) return;
    const efaOnly = devices.every(({ name }) => name === EFA_RESOURCE);
    const unused = notUsed(engine, device.name, efaOnly);
    if (unused) yield unused;
    else if (efaOnly) yield* overUcx(engine, device);
  },
});

export const page = (): Page => ({
  description: `
The container asks for an RDMA device, and \`UCX_TLS\` or \`UCX_NET_DEVICES\` leaves TCP as the one network: KV blocks go over TCP,
and the device serves other libraries at most.

EFA, the adapter of AWS, is RDMA of its own kind: UCX reaches it by \`srd\` (from 1.19 on) and \`ud_verbs\`, not by \`rc\` or \`dc\`. A
list with those and without \`tcp\` leaves nothing that connects. Without a list UCX chooses, which people report as slow on EFA;
NIXL's \`LIBFABRIC\` backend is made for it.`,
  sources: [
    'ucx:src/uct/ib/efa/srd/srd_iface.c@v1.22.0',
    'nixl:src/plugins/libfabric/README.md@v1.4.0',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html',
  ],
  examples: [
    {
      title: 'TCP alone',
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
        - { name: UCX_TLS, value: "tcp,cuda_copy" }
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
`,
      findings: [{ covers: 'tcp,cuda_copy', severity: 'info', message: 'KV blocks go over TCP' }],
    },
    {
      title: 'An interface alone',
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
        - { name: UCX_NET_DEVICES, value: eth0 }
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
`,
      findings: [{ covers: 'eth0', severity: 'info' }],
    },
    {
      title: 'Transports that EFA does not have',
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
        - { name: UCX_TLS, value: "rc,cuda_copy" }
      resources:
        limits: { nvidia.com/gpu: 1, vpc.amazonaws.com/efa: 4 }
`,
      findings: [{ covers: 'rc,cuda_copy', severity: 'warning', message: '`srd`' }],
    },
    {
      title: 'EFA through UCX',
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
      resources:
        limits: { nvidia.com/gpu: 1, vpc.amazonaws.com/efa: 4 }
`,
      findings: [{ covers: 'vpc.amazonaws.com/efa', severity: 'info', message: '`LIBFABRIC`' }],
    },
    {
      title: 'RDMA transports, and LIBFABRIC on EFA',
      kind: 'good',
      file: 'pods.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: ib
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args: [Qwen/Qwen3-32B, '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - { name: UCX_TLS, value: "rc,tcp,cuda_copy" }
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
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"backends":["LIBFABRIC"]}}'
      resources:
        limits: { nvidia.com/gpu: 1, vpc.amazonaws.com/efa: 4 }
`,
    },
    {
      title: 'A list that is not known',
      kind: 'open',
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
        - name: UCX_TLS
          valueFrom: { configMapKeyRef: { name: ucx, key: tls } }
      resources:
        limits: { nvidia.com/gpu: 1, rdma/ib: 1 }
`,
    },
  ],
});

function isDevice({ name, value }: Resource): boolean {
  return (name === EFA_RESOURCE || isRdmaResource(name)) && quantity(value) !== 0;
}

function notUsed(engine: Engine, device: string, efaOnly: boolean): Finding | undefined {
  const tls = transportList(engine);
  const network = tls
    ? [...possibleTransports(tls), ...meantTransports(tls)].filter((transport) => transport.device === 'net')
    : [];
  if (tls && network.length > 0) {
    const place = valuePlace(tls.variable);
    if (network.every(({ rdma }) => !rdma)) {
      const add = code(efaOnly ? 'srd' : 'rc');
      return finding(
        place,
        'info',
        `The container asks for ${code(device)}, and ${code(UCX_TLS)} lists no transport that uses it: KV blocks go over TCP. Add ${add}, or leave the device to others.`,
      );
    }
    if (efaOnly && network.every(({ name, rdma }) => rdma && !ON_EFA.includes(name))) {
      return finding(
        place,
        'warning',
        `The one RDMA device that the container asks for is EFA, which has ${code('srd')} and ${code('ud_verbs')} only: with this list UCX has no transport to another pod. Write ${code('srd')}, or use the backend ${code('LIBFABRIC')}.`,
      );
    }
  }
  const devices = deviceList(engine, UCX_NET_DEVICES);
  if (!devices || devices.negated || devices.names.length === 0) return undefined;
  if (!devices.names.every(({ text }) => entryKind(text) === 'interface')) return undefined;
  // Lists that are at odds with each other have a rule of their own.
  if (tls && !network.some((transport) => transport.interface)) return undefined;
  return finding(
    valuePlace(devices.variable),
    'info',
    `The container asks for ${code(device)}, and ${code(UCX_NET_DEVICES)} names interfaces only: KV blocks go over TCP. Add an RDMA device such as ${code('mlx5_0:1')}, or remove the variable.`,
  );
}

/** EFA with UCX works and is slow, as people report. */
function* overUcx(engine: Engine, device: Resource): Iterable<Finding> {
  const [connector] = nixlConnectors(engine);
  const tls = transportList(engine);
  // Whoever names `srd` has chosen; an unknown list or backend may be anything.
  if (!connector || connector.node.open || extraMember(connector, 'backends')) return;
  const chosen = tls !== undefined && (tls.negated || allState(tls) !== 'alone');
  if (chosen || (!tls && !engine.environment.absent(UCX_TLS))) return;
  yield finding(
    device.namePlace,
    'info',
    `The container has EFA, and KV blocks go over UCX, which people report to be slow on it. Consider the backend ${code('LIBFABRIC')} (${code('backends')} in ${code('kv_connector_extra_config')}), with an image that has it.`,
  );
}
