import { behaviour } from '../knowledge/behaviours';
import { lookupTransport, transportNames } from '../knowledge/transports';
import { deviceLimit, netDeviceKind } from '../knowledge/ucx-devices';
import type { UcxListEntry } from '../knowledge/ucx-list';
import type { Certainty } from '../knowledge/version';
import type { Engine } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { valuePlace } from './support/environment';
import { finding, fix } from './support/findings';
import { usesNixl } from './support/nixl-engine';
import {
  countNames,
  type DeviceList,
  deviceList,
  devicePlace,
  deviceRange,
  neverMatches,
  splitPort,
  UCX_NET_DEVICES,
} from './support/ucx-devices';
import { detectsPeerFailure } from './support/ucx-transports';
import { actor, applies, atMost, releases, severityIn } from './support/versions';
import { code } from './support/words';

export const ucxNetDevices = rule({
  id: 'ucx-net-devices',
  title: 'Entry of UCX_NET_DEVICES that selects no device',
  category: 'ucx',
  severity: 'error',
  *check(engine) {
    const list = deviceList(engine, UCX_NET_DEVICES);
    if (!list) return;
    if (list.names.length === 0) {
      if (!list.negated && usesNixl(engine)) yield empty(list);
      return;
    }
    yield* tooMany(list, engine);
    const faults = list.names.flatMap((entry, index) => faultOf(entry, index, list, engine) ?? []);
    const dead = faults.filter(({ certain }) => certain === 'yes');
    const nothingLeft =
      usesNixl(engine) && !denies(list, engine) && dead.length === list.names.length && !sharedMemoryConnects(engine);
    for (const fault of faults) yield report(fault, list, nothingLeft, engine);
    yield* mixedAll(list, engine);
    yield* duplicates(list, engine);
  },
});

export const page = (): Page => ({
  description: `
UCX compares the names in \`UCX_NET_DEVICES\` exactly. What it understands beyond names depends on the release:

| | up to 1.20 | 1.21 | from 1.22 |
| --- | --- | --- | --- |
| \`mlx5_0\` without port | selects nothing | every port | every port |
| \`^\` in front | part of the first name | denies the list | denies the list |
| \`all\` with others | keyword anywhere | refused when in front | refused when in front |
| \`mlx5_[0-3]:1\` | selects nothing | selects nothing | four names |

Wildcards, NCCL's \`=\`, blanks, and a port behind an interface (\`eth0:1\`) select nothing anywhere. A name that selects nothing
is a warning in UCX's log and its device is not used; when no name is left, no network transport is, and NIXL cannot
connect. More than ${deviceLimit} names abort the process.`,
  sources: [
    'ucx:src/ucp/core/ucp_context.c@v1.22.0',
    'ucx:src/ucp/core/ucp_context.c@v1.20.1',
    'ucx:src/ucs/config/parser.c@v1.22.0',
    'ucx#11142',
  ],
  examples: [
    {
      title: 'A port is missing',
      kind: 'bad',
      file: 'decode.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_NET_DEVICES
          value: mlx5_0
`,
      findings: [{ covers: 'mlx5_0', severity: 'error', message: 'Write `mlx5_0:1`' }],
      fixed: `apiVersion: v1
kind: Pod
metadata:
  name: prefill
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.19.1
      args:
        - Qwen/Qwen3-32B
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
      env:
        - name: UCX_NET_DEVICES
          value: mlx5_0:1
`,
    },
    {
      title: 'One of two',
      kind: 'bad',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.20
export UCX_NET_DEVICES=mlx5_0,eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_0', severity: 'warning', message: 'does not use that device' }],
    },
    {
      title: 'From 1.21 on a port may be missing',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.21
export UCX_NET_DEVICES=mlx5_0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=mlx5_0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_0', severity: 'info', message: 'selects a device in some releases only' }],
    },
    {
      title: 'A port behind an interface',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=eth0:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'eth0:1', severity: 'warning', message: 'an interface has no port number' }],
      fixed: `export UCX_NET_DEVICES=eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'NCCL notation',
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
        - name: UCX_NET_DEVICES
          value: =mlx5_0:1
`,
      findings: [{ covers: '=mlx5_0:1', severity: 'error', message: 'NCCL' }],
      fixed: `apiVersion: v1
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
        - name: UCX_NET_DEVICES
          value: mlx5_0:1
`,
    },
    {
      title: 'A wildcard',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES='mlx5_*:1'
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_*:1', severity: 'error', message: 'wildcards' }],
    },
    {
      title: 'A blank',
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
        - name: UCX_NET_DEVICES
          value: "mlx5_0:1, mlx5_1:1"
`,
      findings: [{ covers: ' mlx5_1:1', severity: 'warning', message: 'blanks' }],
      fixed: `apiVersion: v1
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
        - name: UCX_NET_DEVICES
          value: "mlx5_0:1,mlx5_1:1"
`,
    },
    {
      title: 'A deny list before 1.21',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.20
export UCX_NET_DEVICES=^eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '^eth0', severity: 'error', message: 'part of the first name' }],
    },
    {
      title: 'A deny list from 1.21 on',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.21
export UCX_NET_DEVICES=^eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A range before 1.22',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.21
export UCX_NET_DEVICES='mlx5_[0-3]:1'
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_[0-3]:1', severity: 'error', message: 'expands ranges' }],
    },
    {
      title: 'A range from 1.22 on',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_NET_DEVICES='mlx5_[0-3]:1'
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'More names than UCX bears',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_NET_DEVICES='mlx5_[0-99]:1'
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_[0-99]:1', severity: 'error', message: '100 names' }],
    },
    {
      title: 'All and one',
      kind: 'version',
      file: 'prefill.sh',
      text: `# nixl: ucx=1.22
export UCX_NET_DEVICES=all,eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'all,eth0', severity: 'error', message: 'must stand alone' }],
      fixed: `# nixl: ucx=1.22
export UCX_NET_DEVICES=all
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'Twice the same',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=mlx5_0:1,mlx5_0:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'mlx5_0:1', severity: 'warning', message: 'second time' }],
    },
    {
      title: 'Set to nothing',
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
        - name: UCX_NET_DEVICES
          value: ""
`,
      findings: [{ covers: 'UCX_NET_DEVICES', severity: 'info', message: 'switches all network devices off' }],
    },
    {
      title: 'Devices and interfaces',
      kind: 'good',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=mlx5_0:1,mlx5_bond_0:1,rdmap85s0:1,eth0,ibp24s0:1
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A device that a command finds',
      kind: 'open',
      file: 'prefill.sh',
      text: `export UCX_NET_DEVICES=$(ibdev2netdev | head -1),eth0
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

interface Fault {
  readonly entry: UcxListEntry;
  /** Does it select nothing in the release that runs here? */
  readonly certain: Certainty;
  readonly sure: boolean;
  readonly why: string;
  readonly meant?: string;
}

function denies(list: DeviceList, engine: Engine): boolean {
  return list.negated && applies(behaviour('device-denial').range, engine) !== 'no';
}

function faultOf(entry: UcxListEntry, index: number, list: DeviceList, engine: Engine): Fault | undefined {
  const { text } = entry;
  if (list.negated && index === 0) {
    const { range } = behaviour('device-denial');
    const denial = applies(range, engine);
    if (denial !== 'yes') {
      const first = { ...entry, text: `^${text}`, start: entry.start - 1 };
      const certain = denial === 'no' ? 'yes' : 'unknown';
      return {
        entry: first,
        certain,
        sure: true,
        why: `before UCX ${range.since} a \`^\` in front is part of the first name`,
      };
    }
  }
  const never = neverMatches(text);
  if (never) return { entry, certain: 'yes', ...never };
  if (deviceRange(text)) return inRange('device-ranges', entry, engine, (range) => `only ${range} expands ranges`);
  const { device, port } = splitPort(text);
  if (port !== undefined || netDeviceKind(device) !== 'rdma') return undefined;
  return inRange(
    'device-base-name',
    entry,
    engine,
    (range) => `before ${range} an RDMA device needs its port`,
    `${text}:1`,
  );
}

/** A notation that came with a release. */
function inRange(
  id: 'device-ranges' | 'device-base-name',
  entry: UcxListEntry,
  engine: Engine,
  words: (release: string) => string,
  meant?: string,
): Fault | undefined {
  const { range } = behaviour(id);
  const understood = applies(range, engine);
  if (understood === 'yes') return undefined;
  const why = words(id === 'device-ranges' ? releases(range) : `UCX ${range.since}`);
  return { entry, certain: understood === 'no' ? 'yes' : 'unknown', sure: true, why, ...(meant && { meant }) };
}

/** True when shared memory may carry NIXL's endpoints, so that they do not need the network. */
function sharedMemoryConnects(engine: Engine): boolean {
  return transportNames().some((name) => {
    const transport = lookupTransport(name);
    return transport !== undefined && detectsPeerFailure(transport, engine);
  });
}

function report(fault: Fault, list: DeviceList, nothingLeft: boolean, engine: Engine): Finding {
  const { entry, certain, sure, why, meant } = fault;
  const place = devicePlace(list, entry);
  const severity: Severity = nothingLeft && sure ? 'error' : 'warning';
  const outcome = denies(list, engine)
    ? 'it denies nothing'
    : nothingLeft
      ? 'no network device is left and NIXL cannot connect'
      : 'UCX warns and does not use that device';
  const selects =
    certain === 'yes'
      ? `selects no device, as ${why}: ${outcome}`
      : `selects a device in some releases only, as ${why}`;
  return finding(
    place,
    certain === 'yes' ? severity : atMost(severity, 'info'),
    `${code(entry.text)} in ${code(UCX_NET_DEVICES)} ${selects}.${meant === undefined ? '' : ` Write ${code(meant)}.`}`,
    [meant === undefined ? undefined : fix(`Write ${code(meant)}`, false, { place, newText: meant })],
  );
}

function empty(list: DeviceList): Finding {
  return finding(
    valuePlace(list.variable),
    'info',
    `An empty ${code(UCX_NET_DEVICES)} switches all network devices off without a word, and NIXL then has no transport that connects to a peer. Remove the variable or write \`all\`.`,
  );
}

function* mixedAll(list: DeviceList, engine: Engine): Iterable<Finding> {
  const [first, second] = list.names;
  if (first?.text !== 'all' || !second) return;
  const { range } = behaviour('device-denial');
  const severity = severityIn(range, engine, 'error');
  if (!severity) return;
  yield finding(
    valuePlace(list.variable),
    severity,
    `${actor(range, engine)} refuses ${code(list.text)}: \`all\` must stand alone, and NIXL cannot create its UCX backend. Write \`all\`, or the devices without it.`,
    [fix('Write `all`', false, { place: valuePlace(list.variable), newText: 'all' })],
  );
}

function* tooMany(list: DeviceList, engine: Engine): Iterable<Finding> {
  const { range } = behaviour('device-ranges');
  const plain = countNames(list, false);
  const expanded = countNames(list, true);
  const severity = plain.tooMany ? 'error' : expanded.tooMany ? severityIn(range, engine, 'error') : undefined;
  if (!severity) return;
  yield finding(
    valuePlace(list.variable),
    severity,
    `${code(UCX_NET_DEVICES)} comes to ${plain.tooMany ? plain.count : expanded.count} names, but UCX takes at most ${deviceLimit}: ${plain.tooMany ? 'it' : actor(range, engine)} aborts the process. Name fewer devices.`,
  );
}

/** UCX warns when two names select one device. */
function* duplicates(list: DeviceList, engine: Engine): Iterable<Finding> {
  const whole = applies(behaviour('device-base-name').range, engine) === 'yes';
  const seen = new Set<string>();
  for (const entry of list.names) {
    const { device, port } = splitPort(entry.text);
    const repeated =
      seen.has(entry.text) || (whole && port !== undefined && netDeviceKind(device) === 'rdma' && seen.has(device));
    if (repeated) {
      yield finding(
        devicePlace(list, entry),
        'warning',
        `${code(entry.text)} is listed a second time in ${code(UCX_NET_DEVICES)}: UCX warns about it. Name another device or remove it.`,
      );
    }
    seen.add(entry.text);
  }
}
