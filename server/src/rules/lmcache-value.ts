import { checkLmcacheValue } from '../knowledge';
import { type Page, rule } from './rule';
import { finding } from './support/findings';
import { lmcacheSettings } from './support/lmcache';
import { code } from './support/words';

export const lmcacheValue = rule({
  id: 'lmcache-value',
  title: "Value that one of LMCache's settings does not take",
  category: 'lmcache',
  severity: 'warning',
  *check(engine) {
    for (const { key, name, value, valuePlace, source } of lmcacheSettings(engine)) {
      const fault = checkLmcacheValue(key, value, source);
      if (!fault) continue;
      const shown =
        typeof value === 'string' ? code(value) : typeof value === 'object' ? kind(value) : code(String(value));
      // What old releases and forks took is not known so well.
      yield finding(
        valuePlace,
        key.gone === undefined ? 'warning' : 'info',
        `${code(name)} is ${shown}, where ${fault.expected} is needed: ${fault.effect}.`,
      );
    }
  },
});

function kind(value: object | null): string {
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

export const page = (): Page => ({
  description: `
LMCache converts what its file and its variables say: \`int()\` for numbers, lists also from a text with commas, and for
switches only \`true\` and \`1\` count for true. A value that cannot be converted is dropped with a warning; a switch that is
\`"enabled"\` is off without one. Sizes are plain numbers: \`1GB\` is none, and \`1e9\` is a text to Python's YAML.

\`extra_config\` is taken as it is: \`"false"\` in quotes counts for true there.`,
  sources: ['lmcache:lmcache/v1/config_base.py@9f5cee0c', 'lmcache:lmcache/v1/storage_backend/pd_backend.py@9f5cee0c'],
  examples: [
    {
      title: 'A role of vLLM, and sizes with units',
      kind: 'bad',
      file: 'lmcache-prefiller-config.yaml',
      text: `local_cpu: "enabled"
enable_pd: true
pd_role: kv_producer
pd_buffer_size: 1GB
max_local_cpu_size: 5 GB
nixl_buffer_size: 1e9
`,
      findings: [
        { covers: 'enabled', severity: 'warning', message: 'takes it for `false`' },
        { covers: 'kv_producer', severity: 'warning', message: '`sender`, `receiver` or `both`' },
        { covers: '1GB', severity: 'warning', message: 'a whole number' },
        { covers: '5 GB', severity: 'warning', message: 'a number' },
        { covers: '1e9', severity: 'warning', message: 'a whole number' },
      ],
    },
    {
      title: 'As variables, and in the extra configuration',
      kind: 'bad',
      file: 'lmcache.yaml',
      text: `local_cpu: true
nixl_buffer_device: cpu
pd_peer_init_port: [7300, "x"]
extra_config:
  enable_nixl_storage: "false"
  nixl_pool_size: "64"
`,
      findings: [
        { covers: '[7300, "x"]', severity: 'warning', message: 'is a list' },
        { covers: 'false', severity: 'warning', message: 'without quotes' },
        { covers: '64', severity: 'warning', message: 'a whole number' },
      ],
    },
    {
      title: 'What is converted',
      kind: 'good',
      file: 'lmcache.yaml',
      text: `local_cpu: "True"
enable_pd: 1
use_layerwise: no
chunk_size: "256"
max_local_cpu_size: 1.5
pd_peer_init_port: "7300,7301"
pd_peer_alloc_port: 7400
nixl_backends: UCX
remote_url:
extra_config: {enable_nixl_storage: true, nixl_pool_size: 64}
`,
    },
    {
      title: 'A value that a template writes',
      kind: 'open',
      file: 'lmcache.yaml',
      text: `local_cpu: {{ .Values.cpu }}
pd_role: {{ .Values.role }}
pd_buffer_size: \${BUFFER_SIZE}
`,
    },
  ],
});
