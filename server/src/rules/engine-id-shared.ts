import { at, type Engine, isClosed, type Place } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding } from './support/findings';
import { isDialled, opensSideChannel, sideOf } from './support/nixl-engine';
import { oncePer } from './support/once';
import { contentPlace, knownString } from './support/tree';
import { code } from './support/words';

export const engineIdShared = rule({
  id: 'engine-id-shared',
  title: 'Engine id that several engines have',
  category: 'kv-transfer-config',
  severity: 'error',
  *checkDeployment(deployment, around) {
    const { engines } = deployment;
    for (const engine of engines) {
      const id = idOf(engine);
      if (!id) continue;
      const found = ofReplicas(engine, id) ?? ofThePeer(engine, id, engines);
      if (found) yield found;
    }
    for (const pair of around.pairs) {
      if (pair.every((engine) => engines.includes(engine))) continue;
      for (const engine of pair) {
        const id = idOf(engine);
        const found = id && ofThePeer(engine, id, pair);
        if (found) yield found;
      }
    }
  },
});

interface EngineId {
  readonly text: string;
  readonly place: Place;
}

/** The id that is written, unless a wrapper makes another one of it (Ray Serve does). */
const idOf = oncePer((engine: Engine): EngineId | undefined => {
  if (opensSideChannel(engine) !== 'yes' || engine.flags.open.some(({ kind }) => kind === 'wrapper')) return undefined;
  const node = at(engine.kvTransfer?.root, 'engine_id');
  const text = knownString(node);
  return node && text ? { text, place: contentPlace(node) } : undefined;
});

/** Decode knows by the id whose blocks it reads, and shakes hands once per id (`_remote_agents` in `base_worker.py`). */
function ofReplicas(engine: Engine, { text, place }: EngineId): Finding | undefined {
  const { pod, replicated } = engine;
  const copies = pod?.replicas.number ?? 0;
  if (isDialled(engine) !== 'yes' || (pod ? copies < 2 : !replicated)) return undefined;
  return finding(
    place,
    pod && isClosed(pod) && !engine.conditional ? 'error' : 'warning',
    `The engine id is ${code(text)} in all ${pod ? `${copies} ` : ''}copies of this engine: the other side takes them for one and reads blocks at the addresses of whichever it met first. Leave ${code('engine_id')} out; vLLM draws one for each.`,
    [],
    pod ? pod.replicas.places.map((count) => ({ place: count, message: 'the number of copies' })) : [],
  );
}

function ofThePeer(engine: Engine, { text, place }: EngineId, engines: readonly Engine[]): Finding | undefined {
  const side = sideOf(engine)?.role;
  if (side !== 'consumer' || engine.conditional) return undefined;
  const peer = engines.find(
    (other) => sideOf(other)?.role === 'producer' && !other.conditional && idOf(other)?.text === text,
  );
  if (!peer) return undefined;
  return finding(
    place,
    'error',
    `Decode and prefill have the same engine id, ${code(text)}: decode takes prefill's blocks for its own and does not find them. Leave ${code('engine_id')} out; vLLM draws one for each.`,
    [],
    [{ place: idOf(peer)!.place, message: 'the same id at prefill' }],
  );
}

export const page = (): Page => ({
  description: `
By its \`engine_id\` an engine is known to the other side: decode shakes hands once per id and keeps the addresses that it is
told there. Two replicas with one id are one engine to it, so that it reads the blocks of one at the addresses of the other.
Where prefill has the id of decode itself, decode's own entry is overwritten. Without the field vLLM draws an id for each
process; with data parallelism it adds the rank.

Replicas that nobody dials (decode that pulls) are not reported, nor what Ray Serve or Dynamo start, nor an id with a
reference (\`$(POD_NAME)\`).`,
  sources: [
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_worker.py@v0.25.1',
    'vllm:vllm/config/kv_transfer.py@v0.25.1',
    'https://github.com/volcano-sh/kthena/issues/937',
  ],
  examples: [
    {
      title: 'Two replicas',
      kind: 'bad',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","engine_id":"prefill-0"}'
`,
      findings: [{ covers: 'prefill-0', severity: 'error', message: 'in all 2 copies' }],
    },
    {
      title: 'One id on both sides',
      kind: 'bad',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","engine_id":"qwen"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5700 vllm serve Qwen/Qwen3-32B --port 8200 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","engine_id":"qwen"}' &
`,
      findings: [{ covers: 'qwen', severity: 'error', message: 'the same engine id' }],
    },
    {
      title: 'An id for each side',
      kind: 'good',
      file: 'serve.sh',
      text: `vllm serve Qwen/Qwen3-32B --port 8100 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","engine_id":"p"}' &
VLLM_NIXL_SIDE_CHANNEL_PORT=5700 vllm serve Qwen/Qwen3-32B --port 8200 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","engine_id":"d"}' &
`,
    },
    {
      title: 'The name of each pod',
      kind: 'open',
      file: 'prefill.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.25.1
          args:
            - Qwen/Qwen3-32B
            - --kv-transfer-config
            - '{"kv_connector":"NixlConnector","kv_role":"kv_producer","engine_id":"$(POD_NAME)"}'
          env:
            - name: POD_NAME
              valueFrom: { fieldRef: { fieldPath: metadata.name } }
`,
    },
  ],
});
