import { behaviour } from '../knowledge/behaviours';
import { flagPlace, isKnown, type TreeNode } from '../model';
import { type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { knownPlain } from './support/tree';
import { applies, named } from './support/versions';

/** The mapping as JSON in YAML's single quotes. */
function quoted(root: TreeNode): string {
  return `'${JSON.stringify(knownPlain(root)).replaceAll("'", "''")}'`;
}

export const configFileMapping = rule({
  id: 'config-file-mapping',
  title: 'Mapping in a --config file before 0.16.0',
  category: 'flags',
  severity: 'error',
  *check(engine) {
    const config = engine.kvTransfer;
    if (config?.form !== 'mapping' || config.root?.type !== 'object') return;
    const { range } = behaviour('config-file-mapping-refused');
    if (applies(range, engine) !== 'yes') return;
    yield finding(
      config.flag ? flagPlace(config.flag) : config.root.place,
      'error',
      `${named(engine)} takes no mapping here: it hands it on in Python's notation, which is not JSON, and refuses to start. Write one JSON string in single quotes.`,
      [
        isKnown(config.root)
          ? fix('Write it as a JSON string', false, { place: config.root.place, newText: quoted(config.root) })
          : undefined,
      ],
    );
  },
});

export const page = (): Page => ({
  description: `
From 0.16.0 on \`kv-transfer-config:\` in a \`--config\` file may be a YAML mapping. Earlier releases write the mapping in Python's
notation, with single quotes, take that for JSON, and refuse to start. A quoted JSON string works in all of them. Without a
known release nothing is reported.`,
  sources: ['vllm#33193'],
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
      fixed: `# nixl: vllm=0.15.1
model: a/b
kv-transfer-config:
  '{"kv_connector":"NixlConnector","kv_role":"kv_producer"}'
`,
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
