import { behaviour } from '../knowledge/behaviours';
import { expandTransport, type TransportFact } from '../knowledge/transports';
import type { Engine } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { valuePlace } from './support/environment';
import { finding } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import { type DeviceList, deviceList, entryKind, UCX_NET_DEVICES } from './support/ucx-devices';
import {
  allState,
  detectsPeerFailure,
  entryPlace,
  isSharedMemory,
  meantTransports,
  namedEntries,
  nothingIsLeft,
  possibleTransports,
  type TransportList,
  transportList,
  UCX_TLS,
} from './support/ucx-transports';
import { applies, severityIn } from './support/versions';
import { code } from './support/words';

export const ucxDevicesTls = rule({
  id: 'ucx-devices-tls',
  title: 'UCX_NET_DEVICES and UCX_TLS that exclude each other',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const tls = transportList(engine);
    const devices = deviceList(engine, UCX_NET_DEVICES);
    if (!tls || !devices || !usesNixl(engine) || devices.negated || allState(tls) === 'refused') return;
    if (namedEntries(tls).length === 0 || nothingIsLeft(tls)) return;
    yield* compare(tls, devices, engine);
  },
});

export const page = (): Page => ({
  description: `
\`UCX_NET_DEVICES\` filters TCP and RDMA transports together: \`tcp\` runs over interfaces (\`eth0\`), \`rc\`, \`dc\`, \`ud\` over RDMA
devices (\`mlx5_0:1\`), and one does not stand for the other. A list of RDMA devices beside \`UCX_TLS=tcp\`, or of interfaces
beside RDMA transports only, leaves nothing that can connect: UCX or the first endpoint fails.

A transport that is listed and has no device is noted: it is no fallback.`,
  sources: ['ucx:src/ucp/core/ucp_context.c@v1.22.0', 'ucx:docs/source/faq.md@v1.22.0'],
  examples: [
    {
      title: 'RDMA devices for TCP',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp,cuda_copy
export UCX_NET_DEVICES=mlx5_0:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_0:1', severity: 'error', message: 'leaves `tcp`' }],
    },
    {
      title: 'Interfaces for RDMA',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,cuda_copy,cuda_ipc
        - name: UCX_NET_DEVICES
          value: eth0
`,
      findings: [{ covers: 'eth0', severity: 'error', message: 'run over RDMA devices' }],
    },
    {
      title: 'No device at all',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_TLS
          value: rc,tcp,cuda_copy
        - name: UCX_NET_DEVICES
          value: ""
`,
      findings: [{ covers: 'UCX_NET_DEVICES', severity: 'error', message: 'switches off every network transport' }],
    },
    {
      title: 'Shared memory, which NIXL before 0.4.1 could do with on one host',
      kind: 'version',
      file: 'pd.sh',
      text: `export UCX_TLS=rc,sm,cuda_copy
export UCX_NET_DEVICES=eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'eth0', severity: 'info' }],
    },
    {
      title: 'A fallback without a device',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,tcp,cuda_copy
export UCX_NET_DEVICES=mlx5_0:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'tcp', severity: 'info', message: 'it is no fallback' }],
    },
    {
      title: 'Devices of both kinds',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS=rc,tcp,cuda_copy
export UCX_NET_DEVICES=mlx5_0:1,eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'TCP over an interface',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp,cuda_copy
export UCX_NET_DEVICES=eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A device that a command finds',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_TLS=tcp,cuda_copy
export UCX_NET_DEVICES=$NIC
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

/** Releases of NIXL that asked for no peer error handling could do with shared memory, between engines that share it. */
function severityOf(possible: readonly TransportFact[], engine: Engine): Severity | undefined {
  const { range } = behaviour('nixl-peer-error-handling');
  if (!possible.some(isSharedMemory) || applies(range, engine) === 'yes') return 'error';
  const separate = engine.network.kind === 'pod' || engine.network.kind === 'container';
  return separate ? 'warning' : severityIn(range, engine, 'error');
}

function* compare(tls: TransportList, devices: DeviceList, engine: Engine): Iterable<Finding> {
  const possible = [...possibleTransports(tls), ...meantTransports(tls)];
  const network = possible.filter(({ device }) => device === 'net');
  if (network.length === 0 || possible.some((transport) => detectsPeerFailure(transport, engine))) return;
  const severity = severityOf(possible, engine);
  if (!severity) return;
  const fails = 'no transport that connects to a peer is left, and NIXL cannot transfer anything';
  const place = valuePlace(devices.variable);
  const related = [{ place: valuePlace(tls.variable), message: UCX_TLS }];
  if (devices.names.length === 0) {
    const message = `${code(UCX_NET_DEVICES)} is empty, which switches off every network transport that ${code(UCX_TLS)} allows: ${fails}. Remove it or write \`all\`.`;
    yield finding(place, severity, message, [], related);
    return;
  }
  const kinds = new Set(devices.names.map(({ text }) => entryKind(text)));
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined) return;
  const usable = network.filter((transport) => (kind === 'rdma' ? transport.rdma : transport.interface));
  if (usable.length === 0) {
    const message =
      kind === 'rdma'
        ? `${code(UCX_NET_DEVICES)} names RDMA devices only, while ${code(UCX_TLS)} leaves \`tcp\` as the one transport for the network, which runs over interfaces: ${fails}. Add an interface such as \`eth0\`, or an RDMA transport such as \`rc\`.`
        : `${code(UCX_NET_DEVICES)} names interfaces only, while ${code(UCX_TLS)} leaves RDMA transports for the network, which run over RDMA devices: ${fails}. Add an RDMA device such as \`mlx5_0:1\`, or \`tcp\`.`;
    yield finding(place, severity, message, [], related);
    return;
  }
  if (tls.negated) return;
  for (const entry of namedEntries(tls)) {
    const named = expandTransport(entry.text, tls.ucx) ?? [];
    if (named.length === 0 || named.some((transport) => transport.device !== 'net' || usable.includes(transport)))
      continue;
    yield finding(
      entryPlace(tls, entry),
      'info',
      `${code(entry.name)} has no device here, because ${code(UCX_NET_DEVICES)} names ${kind === 'rdma' ? 'RDMA devices' : 'interfaces'} only: it is no fallback. Add ${kind === 'rdma' ? 'an interface' : 'an RDMA device'} to that list if you want one.`,
      [],
      [{ place, message: UCX_NET_DEVICES }],
    );
  }
}
