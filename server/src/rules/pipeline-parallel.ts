import { behaviour } from '../knowledge/behaviours';
import { lookupConnector } from '../knowledge/connectors';
import { type Engine, knownInteger, member, placeOf } from '../model';
import { type Page, rule, type Severity } from './rule';
import { connectorClass, nixlConnectors } from './support/connectors';
import { finding } from './support/findings';
import { knownString } from './support/tree';
import { applies, named } from './support/versions';

interface Outcome {
  readonly severity: Severity;
  readonly message: string;
}

const ADVICE = 'Use `--tensor-parallel-size` instead.';

function outcome(engine: Engine, decodes: boolean, pushes: boolean): Outcome | undefined {
  const refused = applies(behaviour('pipeline-parallel-refused').range, engine);
  const unguarded = applies(behaviour('pipeline-parallel-unguarded').range, engine);
  if (refused === 'yes') {
    const message = `${named(engine)} fails to start with a NIXL connector and more than one pipeline stage. ${ADVICE}`;
    return { severity: 'error', message };
  }
  if (unguarded === 'yes') {
    const message = `${named(engine)} does not support pipeline stages with a NIXL connector: their workers overwrite each other's handshake metadata without an error. ${ADVICE}`;
    return { severity: 'warning', message };
  }
  if (decodes) {
    const message = `No release of vLLM that is known supports pipeline stages with a NIXL connector on the decode side: up to 0.22 they overwrite each other's handshake metadata, later ones refuse to start. ${ADVICE}`;
    return { severity: 'warning', message };
  }
  if (refused === 'no' && unguarded === 'no') {
    const message = `${named(engine)} supports pipeline stages on prefill in push mode only. ${ADVICE}`;
    return pushes ? undefined : { severity: 'info', message };
  }
  const message = `vLLM up to 0.25 does not support pipeline stages with a NIXL connector, and later releases only on prefill in push mode. ${ADVICE}`;
  return { severity: 'info', message };
}

export const pipelineParallel = rule({
  id: 'pipeline-parallel',
  title: 'Pipeline parallelism with a NIXL connector',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    const value = engine.flags.get('pipeline-parallel-size')?.value;
    const stages = knownInteger(value);
    const [connector] = nixlConnectors(engine);
    if (!value || stages === undefined || stages < 2 || !connector) return;
    const role = knownString(member(connector.node, 'kv_role')?.value);
    const decodes = role === 'kv_consumer' || role === 'kv_both';
    const pushes = lookupConnector(connectorClass(connector, engine)!)?.mode === 'push';
    const found = outcome(engine, decodes, pushes);
    if (found) yield finding(placeOf(value), found.severity, found.message);
  },
});

export const page = (): Page => ({
  description: `
NIXL connectors are not made for pipeline stages. Up to 0.22 the workers of different stages overwrite each other's handshake
metadata, and nobody notices; from 0.23.0 to 0.25 the start fails. Later releases allow a prefill engine with stages in push
mode, and still none on decode.

Without a known release this is a warning on decode (\`kv_consumer\`, \`kv_both\`) and information on prefill.`,
  sources: ['vllm#22430', 'vllm#45880', 'vllm:vllm/distributed/kv_transfer/kv_connector/v1/base.py@v0.23.0'],
  examples: [
    {
      title: 'Refused from 0.23.0 to 0.25',
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
        - --model=a/b
        - --pipeline-parallel-size=2
        - --kv-transfer-config={"kv_connector":"NixlConnector","kv_role":"kv_producer"}
`,
      findings: [{ covers: '2', severity: 'error', message: 'fails to start' }],
    },
    {
      title: 'Not noticed before',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.19.1
vllm serve a/b -tp 4 -pp 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '2', severity: 'warning', message: 'without an error' }],
    },
    {
      title: 'On decode, without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --pipeline-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
`,
      findings: [{ covers: '2', severity: 'warning', message: 'on the decode side' }],
    },
    {
      title: 'On prefill, without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `vllm serve a/b --pipeline-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: '2', severity: 'info' }],
    },
    {
      title: 'Push mode in a later release',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.28.0' },
      text: `vllm serve a/b --pipeline-parallel-size 2 --kv-transfer-config '{"kv_connector":"NixlPushConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'One stage',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --tensor-parallel-size 8 --pipeline-parallel-size 1 --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A number from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `vllm serve a/b --pipeline-parallel-size "$PP" --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
