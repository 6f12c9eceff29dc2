import { lmcacheVariable } from '../knowledge';
import { at, type Engine, isScalar, type Member, type Place, removeMember, renameKey } from '../model';
import { type Finding, type Page, rule } from './rule';
import { finding, fix } from './support/findings';
import { topMembers } from './support/lmcache';
import { keyPlace, knownPlain, knownString } from './support/tree';
import { code } from './support/words';

/** What is written at the top of LMCache's file. */
class Top {
  private readonly byKey: ReadonlyMap<string, Member>;

  constructor(engine: Engine) {
    this.byKey = new Map(topMembers(engine).map((member) => [member.key, member]));
  }

  get(key: string): Member | undefined {
    return this.byKey.get(key);
  }

  isOn(key: string): Member | undefined {
    const found = this.byKey.get(key);
    return found && isScalar(found.value) && knownPlain(found.value) === true ? found : undefined;
  }

  has(...keys: readonly string[]): boolean {
    return keys.some((key) => this.byKey.has(key));
  }
}

const BUFFER: readonly (readonly [string, string])[] = [
  ['pd_buffer_size', 'nixl_buffer_size'],
  ['pd_buffer_device', 'nixl_buffer_device'],
];

/** What the receiver listens at, and what the sender reports to. */
function ofRole(top: Top): readonly string[] {
  const role = knownString(top.get('pd_role')?.value);
  if (role === 'receiver') return ['pd_peer_host', 'pd_peer_init_port', 'pd_peer_alloc_port'];
  return role === 'sender' && !top.has('pd_skip_proxy_notification') ? ['pd_proxy_host', 'pd_proxy_port'] : [];
}

/** P/D is left on for NIXL storage, which has nothing to do with it. */
function forStorage(top: Top, engine: Engine): Finding | undefined {
  const on = top.isOn('enable_nixl') ?? top.isOn('enable_pd');
  const storage = at(engine.lmcache?.root, 'extra_config', 'enable_nixl_storage');
  if (!on || !storage || knownPlain(storage) !== true || top.has('nixl_role', 'pd_role')) return undefined;
  return finding(
    keyPlace(on),
    'warning',
    `${code(on.key)} switches P/D on, which needs a role: LMCache fails at start. NIXL storage (${code('enable_nixl_storage')}) does not need it: leave it out.`,
    [fix(`Remove ${code(on.key)}`, false, removeMember(engine.lmcache!.root, on))],
  );
}

function missing(place: Place, keys: readonly string[]): Finding | undefined {
  if (keys.length === 0) return undefined;
  const variables = keys.map((key) => code(lmcacheVariable(key)));
  const names = keys.map(code).join(', ');
  const unless = `unless the environment gives ${variables.length === 1 ? variables[0] : 'them'}`;
  return finding(place, 'info', `P/D needs ${names} here: LMCache fails at start, ${unless}.`);
}

export const lmcachePdIncomplete = rule({
  id: 'lmcache-pd-incomplete',
  title: "LMCache's P/D without what it needs",
  category: 'lmcache',
  severity: 'warning',
  *check(engine) {
    if (!engine.lmcache) return;
    const top = new Top(engine);
    const storage = forStorage(top, engine);
    if (storage) {
      yield storage;
      return;
    }
    const on = top.isOn('enable_pd');
    if (!on) return;
    const peer = top.isOn('enable_p2p');
    if (peer) {
      yield finding(
        keyPlace(peer),
        'warning',
        `${code('enable_p2p')} and ${code('enable_pd')} exclude each other: LMCache fails at start. Switch one of them off.`,
      );
    }
    const renamed = BUFFER.filter(([present, old]) => !top.has(present) && top.has(old));
    for (const [present, old] of renamed) {
      const member = top.get(old)!;
      yield finding(
        keyPlace(member),
        'warning',
        `${code(old)} is for NIXL storage: with ${code('enable_pd')} LMCache needs ${code(present)}, and fails at start.`,
        [fix(`Write ${code(present)}`, false, renameKey(member, present))],
      );
    }
    if (engine.lmcache.root.open) return;
    const role = top.has('pd_role', 'nixl_role') ? [] : ['pd_role'];
    const buffer = BUFFER.filter(([present, old]) => !top.has(present, old)).map(([present]) => present);
    const found = missing(keyPlace(on), [...role, ...buffer, ...ofRole(top).filter((key) => !top.has(key))]);
    if (found) yield found;
  },
});

export const page = (): Page => ({
  description: `
With \`enable_pd: true\` LMCache needs \`pd_role\`, \`pd_buffer_size\` and \`pd_buffer_device\`; a receiver its \`pd_peer_host\` with the
ports for handshake and allocations; a sender the proxy that it reports to. Without them an assertion fails at start, and
says no more than that. Up to about 0.3.6 the buffer was given by \`nixl_buffer_size\` and \`nixl_buffer_device\`, which are for
NIXL storage now.

NIXL storage (\`enable_nixl_storage\` in \`extra_config\`) has nothing to do with P/D. LMCache's own page once switched both
on, and such a file fails for want of a role.

The environment can give what a file leaves out (\`LMCACHE_PD_ROLE\`): what is missing is information only.`,
  sources: [
    'lmcache:lmcache/v1/config.py@9f5cee0c',
    'lmcache:lmcache/v1/storage_backend/pd_backend.py@9f5cee0c',
    'lmcache#1449',
  ],
  examples: [
    {
      title: 'P/D switched on for storage',
      kind: 'bad',
      file: 'lmcache.yaml',
      text: `chunk_size: 256
enable_nixl: true
nixl_buffer_size: 1073741824
nixl_buffer_device: cpu
extra_config: {enable_nixl_storage: true, nixl_backend: POSIX, nixl_pool_size: 64, nixl_path: /mnt/nixl/cache/}
`,
      findings: [{ covers: 'enable_nixl', severity: 'warning', message: 'leave it out' }],
      fixed: `chunk_size: 256
nixl_buffer_size: 1073741824
nixl_buffer_device: cpu
extra_config: {enable_nixl_storage: true, nixl_backend: POSIX, nixl_pool_size: 64, nixl_path: /mnt/nixl/cache/}
`,
    },
    {
      title: 'The buffer under its older name, and P2P as well',
      kind: 'bad',
      file: 'lmcache-prefiller-config.yaml',
      text: `enable_pd: true
enable_p2p: true
pd_role: sender
nixl_buffer_size: 1073741824
pd_buffer_device: cuda
pd_proxy_host: proxy
pd_proxy_port: 7500
`,
      findings: [
        { covers: 'enable_p2p', severity: 'warning', message: 'exclude each other' },
        { covers: 'nixl_buffer_size', severity: 'warning', message: '`pd_buffer_size`' },
      ],
    },
    {
      title: 'A receiver that nobody can reach',
      kind: 'bad',
      file: 'lmcache-decoder-config.yaml',
      text: `enable_pd: true
pd_role: receiver
pd_peer_host: localhost
pd_buffer_size: 1073741824
pd_buffer_device: cuda
`,
      findings: [{ covers: 'enable_pd', severity: 'info', message: '`pd_peer_init_port`, `pd_peer_alloc_port`' }],
    },
    {
      title: 'A sender with all that it needs',
      kind: 'good',
      file: 'lmcache-prefiller-config.yaml',
      text: `local_cpu: false
enable_pd: true
pd_role: sender
pd_proxy_host: proxy
pd_proxy_port: 7500
pd_buffer_size: 1073741824
pd_buffer_device: cuda
transfer_channel: nixl
`,
    },
    {
      title: 'A part that a template adds',
      kind: 'open',
      file: 'lmcache-decoder-config.yaml',
      text: `enable_pd: true
{{ toYaml .Values.role }}
`,
    },
  ],
});
