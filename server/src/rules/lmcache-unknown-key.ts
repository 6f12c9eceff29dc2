import {
  lmcacheExtraKey,
  lmcacheKey,
  lmcacheVariable,
  lookupEnv,
  lookupLmcacheVariable,
  nearestLmcacheKeys,
} from '../knowledge';
import { type Engine, type Member, renameKey, type Variable } from '../model';
import { type Finding, type Page, rule } from './rule';
import { rename } from './support/environment';
import { finding, fix } from './support/findings';
import { extraObject, topMembers } from './support/lmcache';
import { countingMembers, keyPlace } from './support/tree';
import { code } from './support/words';

/** Keys of the second configuration, for encoders, in the same file. */
const ENCODER_PREFIX = 'ec_';

function atTop(member: Member, engine: Engine): Finding | undefined {
  const { key } = member;
  if (lmcacheKey(key) || (key.startsWith(ENCODER_PREFIX) && lmcacheKey(key.slice(ENCODER_PREFIX.length))))
    return undefined;
  const outcome = 'LMCache drops it with a warning';
  if (lmcacheExtraKey(key)) {
    return finding(
      keyPlace(member),
      'warning',
      `${code(key)} belongs in ${code('extra_config')}: at the top ${outcome}.`,
    );
  }
  const meant = nearestLmcacheKeys(key, false).find((name) => !topMembers(engine).some((other) => other.key === name));
  if (meant === undefined) return undefined;
  return finding(
    keyPlace(member),
    'warning',
    `${code(key)} is not a setting of LMCache: ${outcome}. Write ${code(meant)}.`,
    [fix(`Write ${code(meant)}`, false, renameKey(member, meant))],
  );
}

/** Any backend may look for keys of its own in `extra_config`: only names of NIXL and of P/D say whose they are. */
function inExtra(member: Member): Finding | undefined {
  const { key } = member;
  if (lmcacheExtraKey(key) || !/nixl|^(?:enable_)?pd_?|^(?:max_)?local_cpu/.test(key)) return undefined;
  const top = lmcacheKey(key);
  if (top) {
    return top.gone === undefined
      ? finding(
          keyPlace(member),
          'warning',
          `${code(key)} belongs at the top of the file: in ${code('extra_config')} nobody reads it.`,
        )
      : undefined;
  }
  const meant = nearestLmcacheKeys(key, true)[0];
  if (meant === undefined) return undefined;
  return finding(
    keyPlace(member),
    'warning',
    `${code(key)} is nothing that LMCache looks for in ${code('extra_config')}: it has no effect. Write ${code(meant)}.`,
    [fix(`Write ${code(meant)}`, false, renameKey(member, meant))],
  );
}

function variable(one: Variable): Finding | undefined {
  const { name } = one;
  if (!one.nameText.known || !/^LMCACHE_[A-Z0-9_]+$/.test(name) || name.startsWith('LMCACHE_EC_')) return undefined;
  if (lookupEnv(name) || lookupLmcacheVariable(name)) return undefined;
  const meant = nearestLmcacheKeys(name.slice('LMCACHE_'.length).toLowerCase(), false)[0];
  if (meant === undefined) return undefined;
  const present = lmcacheVariable(meant);
  return finding(
    one.nameText.place(),
    'info',
    `${code(name)} sets nothing in LMCache that we know of: it has probably no effect. Write ${code(present)}.`,
    [fix(`Write ${code(present)}`, false, rename(one, present))],
  );
}

export const lmcacheUnknownKey = rule({
  id: 'lmcache-unknown-key',
  title: 'Setting that LMCache does not have',
  category: 'lmcache',
  severity: 'warning',
  *check(engine) {
    for (const member of topMembers(engine)) {
      const found = atTop(member, engine);
      if (found) yield found;
    }
    const extra = extraObject(engine);
    for (const member of extra ? countingMembers(extra) : []) {
      const found = inExtra(member);
      if (found) yield found;
    }
    for (const one of engine.environment.effective()) {
      const found = variable(one);
      if (found) yield found;
    }
  },
});

export const page = (): Page => ({
  description: `
LMCache warns about a key at the top of its file that it does not know, and goes on without it. What stands in
\`extra_config\` is looked up by single backends: a misspelt key there is never missed by anybody, nor is a setting that
belongs at the top. Variables are looked up by name (\`LMCACHE_CHUNK_SIZE\`), others never.

Only names close to a known one, and keys at the wrong level, are reported.`,
  sources: ['lmcache:lmcache/v1/config.py@9f5cee0c', 'lmcache:lmcache/v1/config_base.py@9f5cee0c', 'lmcache#2854'],
  examples: [
    {
      title: 'A plural, and the wrong level',
      kind: 'bad',
      file: 'lmcache-config.yaml',
      text: `local_cpu: false
pd_roles: sender
enable_nixl_storage: true
nixl_buffer_device: cpu
extra_config:
  nixl_backends: POSIX
  nixl_pool_sizes: 64
`,
      findings: [
        { covers: 'pd_roles', severity: 'warning', message: 'Write `pd_role`' },
        { covers: 'enable_nixl_storage', severity: 'warning', message: 'belongs in `extra_config`' },
        { covers: 'nixl_backends', severity: 'warning', message: 'belongs at the top' },
        { covers: 'nixl_pool_sizes', severity: 'warning', message: 'Write `nixl_pool_size`' },
      ],
    },
    {
      title: 'A variable without its underscore',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export LMCACHE_CHUNKSIZE=256
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"LMCacheConnectorV1","kv_role":"kv_both"}'
`,
      findings: [{ covers: 'LMCACHE_CHUNKSIZE', severity: 'info', message: 'Write `LMCACHE_CHUNK_SIZE`' }],
      fixed: `export LMCACHE_CHUNK_SIZE=256
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"LMCacheConnectorV1","kv_role":"kv_both"}'
`,
    },
    {
      title: 'Settings of other backends and of encoders',
      kind: 'good',
      file: 'lmcache-config.yaml',
      text: `chunk_size: 256
local_cpu: true
ec_max_local_cpu_size: 2
extra_config:
  save_only_first_rank: true
  remote_storage_plugin.store.module_path: my.store
`,
    },
    {
      title: 'A key that a template writes',
      kind: 'open',
      file: 'lmcache-config.yaml',
      text: `local_cpu: false
{{ .Values.roleKey }}: sender
`,
    },
  ],
});
