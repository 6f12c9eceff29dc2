import { lookupExtraKey } from '../knowledge/extra-config';
import { connectorName, type Engine, extraMember } from '../model';
import { type Finding, type Page, rule, type Severity } from './rule';
import { nixlConnectors } from './support/connectors';
import { finding } from './support/findings';
import { dated, type Factor, pairFactors } from './support/pair-factors';
import { dialler, type Pair, pairsIn } from './support/pairs';
import { truthiness } from './support/tree';
import { applies, atMost, named, unverified, versionOf } from './support/versions';
import { code } from './support/words';

export const pairMismatch = rule({
  id: 'pair-mismatch',
  title: 'Prefill and decode that do not fit together',
  category: 'kv-transfer-config',
  severity: 'error',
  *checkDeployment(deployment, around) {
    for (const pair of pairsIn(deployment, around)) {
      for (const factor of pairFactors) {
        const found = compare(factor, pair);
        if (found) yield found;
      }
    }
  },
});

function compare(factor: Factor, pair: Pair): Finding | undefined {
  const prefill = factor.read(pair.prefill);
  const decode = factor.read(pair.decode);
  // What both take from one place is the same, however it is read.
  if (!prefill || !decode || samePlace(prefill.place, decode.place)) return undefined;
  const severity = factor.judge(prefill.text, decode.text, pair);
  if (!severity) return undefined;
  const check = factor.hashed ? compatibilityCheck(dialler(pair)) : 'on';
  const release = dated(pair);
  const who = versionOf(release) === undefined ? 'vLLM from 0.13.0 on' : named(release);
  const outcome = !factor.hashed
    ? 'the transfer fails at the first request'
    : check === 'off'
      ? 'the handshake check is off, so that decode reads what does not fit'
      : `${who} compares it at the handshake and refuses the transfer`;
  return finding(
    decode.place,
    limited(severity, check, release, factor),
    `${factor.name} is ${code(decode.text)} at decode and ${code(prefill.text)} at prefill: ${outcome}. ${factor.advice}`,
    [],
    [{ place: prefill.place, message: 'prefill' }],
  );
}

function limited(severity: Severity, check: 'on' | 'off' | 'unknown', release: Engine, { hashed }: Factor): Severity {
  if (check === 'off') return atMost(severity, 'info');
  // Newer releases may compare other things, and take other sizes.
  if (unverified(release)) return atMost(severity, hashed ? 'warning' : 'info');
  return check === 'unknown' ? atMost(severity, 'warning') : severity;
}

/** Does the engine that dials refuse what does not fit? */
function compatibilityCheck(engine: Engine): 'on' | 'off' | 'unknown' {
  const answers = nixlConnectors(engine).map((connector) => {
    const value = extraMember(connector, 'enforce_handshake_compat')?.value;
    const key = lookupExtraKey(connectorName(connector) ?? '', 'enforce_handshake_compat');
    if (!value || !key || applies(key.range, engine) === 'no') return 'on';
    const truth = truthiness(value);
    return truth === undefined ? 'unknown' : truth ? 'on' : 'off';
  });
  return answers.includes('off') ? 'off' : answers.includes('unknown') ? 'unknown' : 'on';
}

interface PlaceLike {
  readonly source: object;
  readonly span: { readonly start: number; readonly end: number };
}

function samePlace(a: PlaceLike, b: PlaceLike): boolean {
  return a.source === b.source && a.span.start === b.span.start && a.span.end === b.span.end;
}

export const page = (): Page => ({
  description: `
Decode reads the very bytes that prefill wrote. From 0.13.0 on vLLM compares a hash at the handshake, of the release, the
model's name as it is written, the dtypes, the attention backend, the hybrid KV cache manager (0.18.0) and blocks across
layers (0.16.0); where it differs, every transfer fails. Block and tensor-parallel sizes are compared one by one, the
connectors have to move blocks in the same way, and NIXL needs a backend that both sides have.

Only pairs that nobody can doubt are compared: prefill and decode as the only two engines of a file, unless their namespaces,
labels or names tell them apart, or of one object; or two whose objects are called the same but for the role, or are chosen by one InferencePool, in one file or in two of one
folder or chart. Of each factor only what both sides write, never a default. With \`"enforce_handshake_compat": false\` the difference is noted
and not more.`,
  sources: [
    'vllm#29503',
    'vllm#26759',
    'vllm#27274',
    'vllm:vllm/distributed/kv_transfer/kv_connector/v1/nixl/metadata.py@v0.25.1',
  ],
  examples: [
    {
      title: 'In two namespaces',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: prefill
  namespace: old
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.19.1
          args:
            - Qwen/Qwen3-8B
            - '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: decode
  namespace: new
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.20.0
          args:
            - Qwen/Qwen3-8B
            - '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'Of two models, by name',
      kind: 'good',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: qwen-prefill
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.19.1
          args:
            - Qwen/Qwen3-8B
            - '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: llama-decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.20.0
          args:
            - meta-llama/Llama-3.1-8B
            - '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
    },
    {
      title: 'Two models under names that belong together',
      kind: 'bad',
      file: 'pd.yaml',
      text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: qwen-prefill
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.20.0
          args:
            - Qwen/Qwen3-8B
            - '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: qwen-decode
spec:
  template:
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.20.0
          args:
            - Qwen/Qwen3-4B
            - '--kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'Qwen/Qwen3-4B', severity: 'error', message: 'The model is' }],
    },
    {
      title: 'A path on one side',
      kind: 'bad',
      file: 'pd.yaml',
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
        - --kv-cache-dtype=fp8
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
---
apiVersion: v1
kind: Pod
metadata:
  name: decode
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - /models/Qwen3-32B
        - --kv-cache-dtype=bfloat16
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_consumer"}
`,
      findings: [
        { covers: '/models/Qwen3-32B', severity: 'error', message: '`Qwen/Qwen3-32B` at prefill' },
        { covers: 'bfloat16', severity: 'error', message: 'refuses the transfer' },
      ],
    },
    {
      title: 'Two releases',
      kind: 'bad',
      file: 'compose.yaml',
      text: `services:
  prefill:
    image: vllm/vllm-openai:v0.24.0
    command: Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
  decode:
    image: vllm/vllm-openai:v0.25.1
    command: Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: 'vllm/vllm-openai:v0.25.1', severity: 'error', message: '`0.24.0` at prefill' }],
    },
    {
      title: 'Sizes, and ways to move blocks',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b -tp 2 --block-size 64 --kv-transfer-config '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer","kv_connector_extra_config":{"backends":["UCX"]}}' &
vllm serve a/b -tp 3 --block-size 16 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"backends":["LIBFABRIC"]}}' &
`,
      findings: [
        { covers: '3', severity: 'error', message: 'a multiple of prefill' },
        { covers: '16', severity: 'error', message: '`--block-size`' },
        { covers: '"NixlConnector"', severity: 'error', message: '`pull` at decode and `push` at prefill' },
        { covers: '["LIBFABRIC"]', severity: 'error', message: 'one that both sides have' },
      ],
    },
    {
      title: 'The check is off',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --dtype float16 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer","kv_connector_extra_config":{"enforce_handshake_compat":false}}' &
vllm serve a/b --dtype bfloat16 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer","kv_connector_extra_config":{"enforce_handshake_compat":false}}' &
`,
      findings: [{ covers: 'bfloat16', severity: 'info', message: 'check is off' }],
    },
    {
      title: 'What may differ',
      kind: 'good',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --port 8100 -tp 2 --dtype half --max-num-seqs 8 --block-size 16 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve a/b --port 8200 -tp 4 --dtype float16 --max-num-seqs 256 --block-size 32 --enforce-eager --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
`,
    },
    {
      title: 'Before 0.13.0 nothing was compared',
      kind: 'version',
      file: 'serve.sh',
      text: `# nixl: vllm=0.12.0
vllm serve a/b -tp 4 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve /models/b -tp 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
`,
      findings: [{ covers: '2', severity: 'error', message: 'from 0.14.0 on' }],
    },
    {
      title: 'Several of each, and values that are not known',
      kind: 'open',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
vllm serve a/b --port 8100 --dtype $DTYPE --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve c/d --port 8200 --dtype half --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' &
vllm serve a/b --port 8300 --dtype half --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
vllm serve c/d --port 8400 --dtype float --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}' &
`,
    },
  ],
});
