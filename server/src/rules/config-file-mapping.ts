import { behaviour } from '../knowledge/behaviours';
import { flagPlace } from '../model';
import { rule } from './rule';
import { finding } from './support/findings';
import { actor, severityIn } from './support/versions';

export const configFileMapping = rule({
  id: 'config-file-mapping',
  title: 'Mapping in a --config file before 0.16.0',
  category: 'flags',
  severity: 'error',
  description: `
From 0.16.0 on \`kv-transfer-config:\` in a \`--config\` file may be a YAML mapping. Earlier releases write the mapping in Python's
notation, with single quotes, take that for JSON, and refuse to start. A quoted JSON string works in all of them.`,
  sources: ['vllm#33193'],
  *check(engine) {
    const config = engine.kvTransfer;
    if (config?.form !== 'mapping' || config.root?.type !== 'object') return;
    const { range } = behaviour('config-file-mapping-refused');
    const severity = severityIn(range, engine, 'error');
    if (!severity) return;
    yield finding(
      config.flag ? flagPlace(config.flag) : config.root.place,
      severity,
      `${actor(range, engine)} takes no mapping here: it hands it on in Python's notation, which is not JSON, and refuses to start. Write one JSON string in single quotes.`,
    );
  },
  examples: [
    {
      title: 'In 0.15',
      kind: 'bad',
      file: 'vllm-config.yaml',
      text: `# nixl: vllm=0.15.1
model: a/b
kv-transfer-config:
  kv_connector: NixlConnector
  kv_role: kv_producer
`,
      findings: [{ covers: 'kv-transfer-config', severity: 'error', message: 'JSON string' }],
    },
    {
      title: 'Without a known release',
      kind: 'version',
      file: 'vllm-config.yaml',
      text: `model: a/b
kv-transfer-config:
  kv_connector: NixlConnector
  kv_role: kv_producer
`,
      findings: [{ covers: 'kv-transfer-config', severity: 'info', message: 'up to 0.15' }],
    },
    {
      title: 'From 0.16.0 on',
      kind: 'version',
      file: 'vllm-config.yaml',
      text: `# nixl: vllm=0.16.0
model: a/b
kv-transfer-config:
  kv_connector: NixlConnector
  kv_role: kv_producer
`,
    },
    {
      title: 'A JSON string',
      kind: 'good',
      file: 'vllm-config.yaml',
      text: `# nixl: vllm=0.15.1
model: a/b
kv-transfer-config: '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A value from a template',
      kind: 'open',
      file: 'vllm-config.yaml',
      text: `# nixl: vllm=0.15.1
model: a/b
kv-transfer-config: {{ .Values.kvTransferConfig }}
`,
    },
  ],
});
