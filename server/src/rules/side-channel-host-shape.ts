import type { Certainty } from '../knowledge/version';
import type { Engine } from '../model';
import { type Page, rule, type Severity } from './rule';
import {
  isQuoted,
  type KnownVariable,
  known,
  ownAddress,
  SIDE_CHANNEL_HOST,
  setValue,
  usePodAddress,
  valuePlace,
} from './support/environment';
import { finding, fix } from './support/findings';
import { type HostShape, hostShape } from './support/hosts';
import { isDialled, opensSideChannel, usesNixl } from './support/nixl-engine';
import { code } from './support/words';

const HANGS = 'the listener cannot bind and the engine hangs while starting';

export const sideChannelHostShape = rule({
  id: 'side-channel-host-shape',
  title: 'Side-channel host that is no single address',
  category: 'side-channel',
  severity: 'error',
  *check(engine) {
    if (!usesNixl(engine) || opensSideChannel(engine) === 'no') return;
    const host = known(engine, SIDE_CHANNEL_HOST);
    if (!host || isQuoted(host.text)) return;
    const shape = hostShape(host.text);
    const judged =
      late(host, engine) ?? judge(shape, /^(?:kubernetes|config-map)$/.test(host.variable.via), isDialled(engine));
    if (!judged) return;
    const { severity, problem } = judged;
    const mended = mend(shape, host.text);
    yield finding(
      valuePlace(host.variable),
      severity,
      `${code(SIDE_CHANNEL_HOST)} is ${host.text === '' ? 'empty' : code(host.text)}${problem}. ${
        mended === undefined ? `Use ${ownAddress(host.variable, engine)}` : `Write ${code(mended)}`
      }.`,
      [
        mended === undefined
          ? usePodAddress(host.variable, engine)
          : fix(`Write ${code(mended)}`, false, setValue(host.variable, mended)),
      ],
    );
  },
});

export const page = (): Page => ({
  description: `
vLLM builds \`tcp://HOST:PORT\` from \`VLLM_NIXL_SIDE_CHANNEL_HOST\` and its port variable. An empty host, a URL, a host with a
port, a list, blanks, or a variable that nothing replaced do not bind: the listener's thread dies and the engine waits for
it without end. The name of a network interface does bind, but the other side is told that name and cannot dial it.

IPv6 addresses are fine with and without brackets.`,
  sources: [
    'vllm:vllm/utils/network_utils.py@v0.25.1',
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py@v0.25.1',
    'https://libzmq.readthedocs.io/en/latest/zmq_tcp.html',
  ],
  examples: [
    {
      title: 'Empty',
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
              value: ""
`,
      findings: [{ covers: 'VLLM_NIXL_SIDE_CHANNEL_HOST', severity: 'error', message: 'is empty' }],
    },
    {
      title: 'A URL',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export VLLM_NIXL_SIDE_CHANNEL_HOST=tcp://10.0.0.5:5600
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'tcp://10.0.0.5:5600', severity: 'error', message: 'only a host belongs there' }],
      fixed: `export VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.5
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'With the port',
      kind: 'bad',
      file: 'prefill.env',
      text: `VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.5:5600
`,
      findings: [{ covers: '10.0.0.5:5600', severity: 'error', message: 'the port has a variable of its own' }],
      fixed: `VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.5
`,
    },
    {
      title: 'An interface',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.25.1
    environment:
      - VLLM_NIXL_SIDE_CHANNEL_HOST=eth0
    command: ["Qwen/Qwen3-32B", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
`,
      findings: [{ covers: 'eth0', severity: 'error', message: 'the other side cannot dial that' }],
    },
    {
      title: 'A variable that Kubernetes does not replace',
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
              value: \${POD_IP}
`,
      findings: [{ covers: `\${POD_IP}`, severity: 'warning', message: 'which Kubernetes does not replace' }],
    },
    {
      title: 'The pod IP, set further down',
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
          value: $(POD_IP)
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
`,
      findings: [{ covers: '$(POD_IP)', severity: 'error', message: '`POD_IP` is set further down' }],
    },
    {
      title: 'IPv6 with and without brackets',
      kind: 'good',
      file: 'pd.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_HOST=fd00::5 vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
VLLM_NIXL_SIDE_CHANNEL_HOST='[fd00::6]' vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'Something that a command prints',
      kind: 'open',
      file: 'prefill.sh',
      text: `export VLLM_NIXL_SIDE_CHANNEL_HOST=$(hostname -I | cut -d" " -f1)
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});

/** A reference that Kubernetes leaves as it is, because the name that it means is set further down. */
function late(
  { text, variable: host }: KnownVariable,
  { environment: { variables } }: Engine,
): { severity: Severity; problem: string } | undefined {
  const name = /^\$\(([A-Za-z_][\w.-]*)\)$/.exec(text)?.[1];
  const variable = variables.slice(variables.indexOf(host) + 1).find((other) => other.name === name);
  if (host.via !== 'kubernetes' || !variable) return undefined;
  return {
    severity: 'error',
    problem: `, which Kubernetes leaves as it is because ${code(variable.name)} is set further down in the list: ${HANGS}`,
  };
}

function judge(
  shape: HostShape,
  kubernetes: boolean,
  dialled: Certainty,
): { severity: Severity; problem: string } | undefined {
  switch (shape) {
    case 'empty':
      return { severity: 'error', problem: `: ${HANGS}` };
    case 'url':
      return { severity: 'error', problem: `, but only a host belongs there: ${HANGS}` };
    case 'port':
      return { severity: 'error', problem: `, but the port has a variable of its own: ${HANGS}` };
    case 'list':
      return { severity: 'error', problem: `, but it takes one address: ${HANGS}` };
    case 'blank':
      return { severity: 'error', problem: ` with blanks: ${HANGS}` };
    case 'placeholder':
      return {
        severity: 'warning',
        problem: `${kubernetes ? ', which Kubernetes does not replace' : ''}: unless another tool does, ${HANGS}`,
      };
    case 'interface':
      if (dialled === 'no') return undefined;
      return {
        severity: dialled === 'yes' ? 'error' : 'warning',
        problem: ', an interface: the engine binds to it, but the other side cannot dial that',
      };
    default:
      return undefined;
  }
}

/** The host in a text that holds more than a host. */
function mend(shape: HostShape, text: string): string | undefined {
  const host =
    shape === 'blank'
      ? text.trim()
      : shape === 'port'
        ? text.replace(/:\d+$/, '')
        : shape === 'url'
          ? text
              .replace(/^[a-z+]+:\/\//i, '')
              .replace(/[/?#].*$/, '')
              .replace(/:\d+$/, '')
          : undefined;
  const kind = host === undefined ? undefined : hostShape(host);
  return kind === 'ipv4' || kind === 'ipv6' || kind === 'name' ? host : undefined;
}
