import { type LmcacheKey, lmcacheKey, lmcacheRelease, lmcacheVariable } from '../knowledge';
import type { Engine } from '../model';
import { type Page, rule, type Severity } from './rule';
import { finding, fix } from './support/findings';
import { extraObject, type LmcacheSetting, lmcacheSettings, topMembers } from './support/lmcache';
import { code } from './support/words';

/** The newest key of the file: LMCache of that day, or a newer one, is meant to read it. */
function newestKey(engine: Engine): LmcacheKey | undefined {
  const known = topMembers(engine).flatMap(({ key }) => lmcacheKey(key) ?? []);
  return known
    .filter(({ from, gone }) => from !== undefined && gone === undefined)
    .reduce<LmcacheKey | undefined>((best, key) => (best?.from && best.from >= key.from! ? best : key), undefined);
}

/** Is the present name there as well, in the file or among the variables? Then the old one is for old releases. */
function hasPresent({ key, source }: LmcacheSetting, engine: Engine): boolean {
  const { replacedBy } = key;
  if (replacedBy === undefined) return false;
  if (source === 'variable') return engine.environment.get(lmcacheVariable(replacedBy)) !== undefined;
  const members = key.inExtra ? (extraObject(engine)?.members ?? []) : topMembers(engine);
  return members.some((member) => member.key === replacedBy);
}

export const lmcacheOldKey = rule({
  id: 'lmcache-old-key',
  title: "Older name of one of LMCache's settings",
  category: 'lmcache',
  severity: 'warning',
  *check(engine) {
    const newest = newestKey(engine);
    const given = new Set<string>();
    for (const setting of lmcacheSettings(engine)) {
      const { key, name, namePlace, source } = setting;
      if (key.gone === undefined || hasPresent(setting, engine)) continue;
      const certain = source === 'file' && newest?.from !== undefined && newest.from >= key.gone;
      const severity: Severity = key.taken ? 'hint' : certain ? 'warning' : 'info';
      const evidence = certain && !key.taken ? `, and ${code(newest.name)} is no older` : '';
      const present = presentName(setting);
      // Of two older names for one setting the first becomes the present one.
      const first = present === undefined || !given.has(present);
      if (present !== undefined) given.add(present);
      yield finding(
        namePlace,
        severity,
        `${code(name)} is an older setting: LMCache from ${lmcacheRelease(key.gone)} on ${outcome(key)}${evidence}.${advice(setting, present, first)}`,
        [present && first ? fix(`Write ${code(present)}`, false, setting.rename(key.replacedBy!)) : undefined],
      );
    }
  },
});

function outcome({ inExtra, taken }: LmcacheKey): string {
  if (taken) return 'takes it with a warning';
  return inExtra ? 'does not look for it' : 'drops it with a warning';
}

function presentName({ key: { replacedBy }, source }: LmcacheSetting): string | undefined {
  return replacedBy !== undefined && source === 'variable' ? lmcacheVariable(replacedBy) : replacedBy;
}

function advice({ key, source }: LmcacheSetting, present: string | undefined, first: boolean): string {
  if (present !== undefined) return first ? ` Write ${code(present)}.` : ` Leave it out: ${code(present)} is for both.`;
  const words = key.insteadUse?.replace(/(?<=`)\w+(?=`)/g, (name) =>
    source === 'variable' ? lmcacheVariable(name) : name,
  );
  return words === undefined ? '' : ` Use ${words}.`;
}

export const page = (): Page => ({
  description: `
LMCache renamed most of its settings for P/D in September 2025: \`enable_nixl\` became \`enable_pd\`, \`nixl_role\` \`pd_role\`,
\`nixl_peer_host\` \`pd_peer_host\`, and so on. Newer releases warn about an unknown configuration key, and go on without it.
Guides for each generation of names are still around. The same holds for the variables: \`LMCACHE_NIXL_ROLE\`.

Which release of LMCache reads a file is hardly ever known: an old name is information, and a warning where a newer key
stands beside it. A file that has both names, for several releases, is left alone.`,
  sources: ['lmcache:lmcache/v1/config.py@9f5cee0c', 'lmcache#1601', 'lmcache#1557', 'vllm#22532'],
  examples: [
    {
      title: 'Two generations in one file',
      kind: 'bad',
      file: 'lmcache-prefiller-config.yaml',
      text: `local_cpu: false
enable_pd: true
nixl_role: sender
pd_buffer_size: 1073741824
pd_buffer_device: cuda
transfer_channel: nixl
`,
      findings: [{ covers: 'nixl_role', severity: 'warning', message: 'Write `pd_role`' }],
      fixed: `local_cpu: false
enable_pd: true
pd_role: sender
pd_buffer_size: 1073741824
pd_buffer_device: cuda
transfer_channel: nixl
`,
    },
    {
      title: 'The older generation',
      kind: 'bad',
      file: 'lmcache-decoder-config.yaml',
      text: `local_cpu: false
enable_nixl: true
enable_xpyd: true
nixl_role: receiver
nixl_peer_host: localhost
nixl_peer_init_port: 7300
nixl_buffer_size: 1073741824
nixl_buffer_device: cuda
`,
      findings: [
        { covers: 'enable_nixl', severity: 'info', message: 'about 0.3.7' },
        { covers: 'enable_xpyd', severity: 'info', message: 'Leave it out' },
        { covers: 'nixl_role', severity: 'info' },
        { covers: 'nixl_peer_host', severity: 'info' },
        { covers: 'nixl_peer_init_port', severity: 'info' },
      ],
    },
    {
      title: 'As a variable',
      kind: 'bad',
      file: 'prefill.sh',
      text: `export LMCACHE_ENABLE_NIXL=true
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"LMCacheConnectorV1","kv_role":"kv_producer"}'
`,
      findings: [{ covers: 'LMCACHE_ENABLE_NIXL', severity: 'info', message: 'Write `LMCACHE_ENABLE_PD`' }],
      fixed: `export LMCACHE_ENABLE_PD=true
vllm serve Qwen/Qwen3-32B --kv-transfer-config '{"kv_connector":"LMCacheConnectorV1","kv_role":"kv_producer"}'
`,
    },
    {
      title: 'A pool of files, in the extra configuration',
      kind: 'bad',
      file: 'lmcache.yaml',
      text: `chunk_size: 256
local_cpu: false
nixl_buffer_device: cpu
extra_config:
  enable_nixl_storage: true
  nixl_backend: POSIX
  nixl_file_pool_size: 64
`,
      findings: [{ covers: 'nixl_file_pool_size', severity: 'info', message: 'Write `nixl_pool_size`' }],
    },
    {
      title: 'A name that is taken still',
      kind: 'version',
      file: 'lmcache.yaml',
      text: `local_cpu: true
external_backends: [store]
`,
      findings: [{ covers: 'external_backends', severity: 'hint' }],
    },
    {
      title: 'The present names',
      kind: 'good',
      file: 'lmcache-decoder-config.yaml',
      text: `local_cpu: false
enable_pd: true
pd_role: receiver
pd_peer_host: localhost
pd_peer_init_port: [7300, 7301]
pd_peer_alloc_port: [7400, 7401]
pd_buffer_size: 1073741824
pd_buffer_device: cuda
transfer_channel: nixl
`,
    },
    {
      title: 'Both names, for several releases',
      kind: 'open',
      file: 'lmcache-decoder-config.yaml',
      text: `local_cpu: false
enable_pd: true
pd_role: receiver
nixl_role: receiver
`,
    },
  ],
});
