import { behaviour } from '../knowledge/behaviours';
import { connectorName, type Engine, knownText } from '../model';
import { type Page, rule } from './rule';
import { connectors } from './support/connectors';
import { finding, fix } from './support/findings';
import { actor, atMost, severityIn, unverified } from './support/versions';
import { code } from './support/words';

const SETTING = 'expandable_segments:True';
/** Flags with which KV memory comes from the cumem allocator, so that vLLM does not mind. */
const EXCUSES = ['enable-cumem-allocator', 'enable-sleep-mode'] as const;

/** Is one of the flags given that make the setting harmless? */
function excused(engine: Engine): 'no' | 'maybe' | 'yes' {
  if (EXCUSES.some((name) => engine.flags.all(name).some(({ negated }) => !negated))) return 'yes';
  return EXCUSES.every((name) => engine.flags.absent(name)) ? 'no' : 'maybe';
}

export const expandableSegments = rule({
  id: 'expandable-segments',
  title: 'Expandable segments beside a connector',
  category: 'environment',
  severity: 'error',
  *check(engine) {
    const variable = engine.environment.get('PYTORCH_CUDA_ALLOC_CONF');
    const text = knownText(variable?.value);
    const start = text?.indexOf(SETTING) ?? -1;
    const [top] = connectors(engine);
    const name = top && connectorName(top);
    if (variable?.value.kind !== 'known' || start < 0 || !name) return;
    const excuse = excused(engine);
    const { range } = behaviour('expandable-segments-refused');
    const severity = severityIn(range, engine, 'error');
    if (!severity || excuse === 'yes') return;
    const { source } = variable.value;
    const end = start + SETTING.length;
    yield finding(
      source.place({ start, end }),
      excuse === 'no' && !unverified(engine) ? severity : atMost(severity, 'warning'),
      `${actor(range, engine)} refuses to start with ${code(SETTING)} beside ${code(name)}, because the memory that a connector registers must not move. Remove the setting, or add \`--enable-cumem-allocator\` (from 0.22.0 on).`,
      [
        fix('Write `expandable_segments:False`', false, {
          place: source.place({ start: end - 'True'.length, end }),
          newText: 'False',
        }),
      ],
    );
  },
});

export const page = (): Page => ({
  description: `
From 0.21.0 on vLLM refuses to start when \`PYTORCH_CUDA_ALLOC_CONF\` holds \`expandable_segments:True\` and a KV connector is
configured: memory that PyTorch moves under the connector's registration would be read from the wrong place. Nothing is
reported with \`--enable-cumem-allocator\` or \`--enable-sleep-mode\`, which take KV memory from elsewhere; where flags may be
missing from sight it is a warning.`,
  sources: ['vllm#41237', 'vllm#33648', 'vllm:vllm/config/vllm.py@v0.25.1'],
  examples: [
    {
      title: 'In the environment of a container',
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
      args: ["--model=a/b", "--kv-transfer-config", '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}']
      env:
        - name: PYTORCH_CUDA_ALLOC_CONF
          value: max_split_size_mb:512,expandable_segments:True
`,
      findings: [{ covers: 'expandable_segments:True', severity: 'error', message: 'refuses to start' }],
    },
    {
      title: 'More flags may come from the caller',
      kind: 'bad',
      file: 'serve.sh',
      text: `# nixl: vllm=0.25.1
export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}' "$@"
`,
      findings: [{ covers: 'expandable_segments:True', severity: 'warning' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'serve.sh',
      text: `export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'expandable_segments:True', severity: 'info', message: 'from 0.21.0 on' }],
    },
    {
      title: 'Before 0.21.0',
      kind: 'version',
      file: 'serve.sh',
      assume: { vllm: '0.20.2' },
      text: `export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'With the cumem allocator',
      kind: 'good',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
vllm serve a/b --enable-cumem-allocator --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A setting from outside',
      kind: 'open',
      file: 'serve.sh',
      assume: { vllm: '0.25.1' },
      text: `export PYTORCH_CUDA_ALLOC_CONF="$ALLOC_CONF"
vllm serve a/b --kv-transfer-config '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
  ],
});
