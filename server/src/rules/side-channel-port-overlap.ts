import type { Certainty } from '../knowledge/version';
import type { Engine } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { SIDE_CHANNEL_PORT } from './support/environment';
import { finding } from './support/findings';
import { defaultPort } from './support/listening-flags';
import { opensSideChannel, usesNixl } from './support/nixl-engine';
import { mostNeighbours, runTogether, sameAddress, sideChannelHost } from './support/same-socket';
import {
  commonPorts,
  type Era,
  erasOf,
  eraWords,
  inheritSamePort,
  inNetwork,
  type Listeners,
  listenersOf,
  portWords,
} from './support/side-channel-ports';
import { code } from './support/words';

export const sideChannelPortOverlap = rule({
  id: 'side-channel-port-overlap',
  title: 'Side-channel ports of two engines overlap',
  category: 'side-channel',
  severity: 'error',
  *checkDeployment(deployment) {
    const engines = deployment.engines.filter((engine) => usesNixl(engine) && opensSideChannel(engine) === 'yes');
    const before = new Map<string, Engine[]>();
    for (const engine of engines) {
      if (engine.network.kind === 'unknown') continue;
      const others = before.get(engine.network.key) ?? [];
      for (const other of others) {
        const found = compare(other, engine, deployment.engines);
        if (!found) continue;
        yield found;
        // One engine that is certainly in the way is enough.
        if (found.severity === 'error') break;
      }
      if (others.length < mostNeighbours) others.push(engine);
      before.set(engine.network.key, others);
    }
  },
});

export const page = (): Page => ({
  description: `
Every data-parallel rank of an engine listens for handshakes on a port of its own, counted from
\`VLLM_NIXL_SIDE_CHANNEL_PORT\`: base + rank from 0.11.1 on, base + rank × TP + TP rank before. Two engines that share a
network namespace (one script, one pod, \`network_mode: host\`) need ranges that do not touch, also when both leave the port
at its default (5600, up to 0.11.0 5557). The second one to come fails to bind in a background thread and waits without end.

Launches in branches, launches that follow each other (in the foreground, with a \`wait\` or \`kill\` between them, or with
one API port), and engines that bind different addresses are not compared. When the release decides and is not known, it is only noted.`,
  sources: ['vllm#20965', 'vllm#26338', 'vllm#25056', 'https://github.com/ray-project/ray/issues/60057'],
  examples: [
    {
      title: 'Ranges of data-parallel ranks',
      kind: 'bad',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8100 --data-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5602 vllm serve Qwen/Qwen3-32B --port 8200 --data-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
      findings: [{ covers: '5602', severity: 'error', message: '5602–5603' }],
    },
    {
      title: 'Both leave it at the default',
      kind: 'bad',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve Qwen/Qwen3-32B --port 8200 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
      findings: [{ covers: 'vllm serve', severity: 'error', message: 'which is not set for either' }],
    },
    {
      title: 'One export for both',
      kind: 'bad',
      file: 'pd.sh',
      text: `export VLLM_NIXL_SIDE_CHANNEL_PORT=5600
vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve Qwen/Qwen3-32B --port 8200 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
      findings: [{ covers: '5600', severity: 'error', message: 'take this one' }],
    },
    {
      title: 'Two containers of a pod',
      kind: 'bad',
      file: 'pod.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: pd
spec:
  containers:
    - name: prefill
      image: vllm/vllm-openai:v0.25.1
      args: ["Qwen/Qwen3-32B", "--port=8100", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
    - name: decode
      image: vllm/vllm-openai:v0.25.1
      args: ["Qwen/Qwen3-32B", "--port=8200", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
      env:
        - name: VLLM_NIXL_SIDE_CHANNEL_PORT
          value: "5600"
`,
      findings: [{ covers: '5600', severity: 'error' }],
    },
    {
      title: 'Ranges that do not touch',
      kind: 'good',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8100 --data-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5604 vllm serve Qwen/Qwen3-32B --port 8200 --data-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
    },
    {
      title: 'Tensor parallelism needs no ports of its own',
      kind: 'good',
      file: 'pd.sh',
      text: `# nixl: vllm=0.25.1
VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8100 --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5601 vllm serve Qwen/Qwen3-32B --port 8200 --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
    },
    {
      title: 'Up to 0.11.0 it did',
      kind: 'version',
      file: 'pd.sh',
      text: `# nixl: vllm=0.11.0
VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8100 --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5601 vllm serve Qwen/Qwen3-32B --port 8200 --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
      findings: [{ covers: '5601', severity: 'error', message: '5601–5603' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'pd.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8100 --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5601 vllm serve Qwen/Qwen3-32B --port 8200 --tensor-parallel-size 4 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
      findings: [{ covers: '5601', severity: 'info', message: '0.9.2 to 0.11.0' }],
    },
    {
      title: 'Services that start with profiles of their own, each on its host',
      kind: 'good',
      file: 'compose.yaml',
      text: `x-engine: &engine
  image: vllm/vllm-openai:v0.25.1
  network_mode: host
services:
  prefill:
    <<: *engine
    profiles: [prefill]
    environment: [VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1]
    command: ["Qwen/Qwen3-32B", "--port=8100", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
  decode:
    <<: *engine
    profiles: [decode]
    environment: [VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1]
    command: ["Qwen/Qwen3-32B", "--port=8200", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
    },
    {
      title: 'Services of one profile',
      kind: 'bad',
      file: 'compose.yaml',
      text: `x-engine: &engine
  image: vllm/vllm-openai:v0.25.1
  network_mode: host
  profiles: [pd]
  environment: [VLLM_NIXL_SIDE_CHANNEL_HOST=10.0.0.1]
services:
  prefill:
    <<: *engine
    command: ["Qwen/Qwen3-32B", "--port=8100", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
  decode:
    <<: *engine
    command: ["Qwen/Qwen3-32B", "--port=8200", '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}']
`,
      findings: [{ covers: 'decode', severity: 'error' }],
    },
    {
      title: 'A port that is computed while the script runs',
      kind: 'open',
      file: 'pd.sh',
      text: `VLLM_NIXL_SIDE_CHANNEL_PORT=$BASE_PORT vllm serve Qwen/Qwen3-32B --port 8100 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5600 vllm serve Qwen/Qwen3-32B --port 8200 \\
  --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
wait
`,
    },
    {
      title: 'One after the other',
      kind: 'good',
      file: 'compare.sh',
      text: `vllm serve Qwen/Qwen3-8B --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
vllm serve Qwen/Qwen3-8B --port 8200 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
bench.sh
kill $!
vllm serve Qwen/Qwen3-8B --port 8300 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
wait
`,
    },
    {
      title: 'A shell that does not wait',
      kind: 'bad',
      file: 'pd.sh',
      text: `bash -c 'vllm serve m --port 8100 --kv-transfer-config "{\\"kv_connector\\":\\"NixlConnector\\",\\"kv_role\\":\\"kv_producer\\"}" &'
vllm serve m --port 8300 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'vllm serve', severity: 'error' }],
    },
    {
      title: 'One launch of two',
      kind: 'open',
      file: 'serve.sh',
      text: `if [ "$ROLE" = prefill ]; then
  vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
else
  vllm serve Qwen/Qwen3-32B --port 8200 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
fi
`,
    },
  ],
});

interface Clash {
  readonly era: Era;
  readonly first: Listeners;
  readonly second: Listeners;
}

function compare(first: Engine, second: Engine, all: readonly Engine[]): Finding | undefined {
  const together = runTogether(first, second, all, defaultPort(second, 'port') ?? 0);
  const address = sameAddress(sideChannelHost(first), sideChannelHost(second));
  if (together === 'no' || address === 'no') return undefined;
  const inherited = inheritSamePort(first, second);
  const eras = erasOf(second);
  const clashes = eras.flatMap((era): Clash[] => {
    const a = listenersOf(first, era, inherited);
    const b = listenersOf(second, era, inherited);
    return a && b && commonPorts(a, b) ? [{ era, first: a, second: b }] : [];
  });
  const clash = clashes.at(-1);
  if (!clash) return undefined;
  const always = clashes.length === eras.length;
  return finding(
    clash.second.place,
    judge(together, address, always),
    words(clash, second, always, inherited),
    [],
    [{ place: clash.first.given ? clash.first.place : first.place, message: 'the other engine' }],
  );
}

function judge(together: Certainty, address: Certainty, always: boolean): Severity {
  if (!always) return 'info';
  return together === 'yes' && address === 'yes' ? 'error' : 'warning';
}

function words({ era, first, second }: Clash, engine: Engine, always: boolean, inherited: boolean): string {
  const where = inNetwork(engine);
  const when = always ? '' : ` with ${eraWords(era)}`;
  const outcome = 'the one that comes second cannot bind and hangs while starting';
  if (inherited || (!first.given && !second.given)) {
    return `Two engines ${where} run with the same ${code(SIDE_CHANNEL_PORT)}, which is not set for either${when}: ${outcome}. Give one of them a port of its own.`;
  }
  if (isSame(first, second)) {
    return `Two engines ${where} take this one ${code(SIDE_CHANNEL_PORT)}${when}: ${outcome}. Give one of them a port of its own.`;
  }
  const common = commonPorts(first, second)!;
  const equal = portWords(first) === portWords(second);
  const listens = equal
    ? `This engine and another one ${where} listen on ${portWords(common)}`
    : `This engine listens on ${portWords(second)} and another one ${where} on ${portWords(first)}, both on ${portWords(common)}`;
  return `${listens}${when}: ${outcome}. Start one of them at ${code(String(first.last + 1))} or higher.`;
}

function isSame(a: Listeners, b: Listeners): boolean {
  return a.place.source === b.place.source && a.place.span.start === b.place.span.start;
}
