import {
  type BackendFact,
  type BackendParameter,
  type ConnectorFact,
  describeBounds,
  type EnvFact,
  type ExtraKey,
  type FlagFact,
  type FlagKey,
  flagValues,
  type ImageFact,
  inRange,
  type KvField,
  type TransportAlias,
  type TransportFact,
  type Versions,
  valueAt,
} from '../knowledge';
import { allowed, card, common, defaults, list, rangesText } from './card';

export function fieldText(field: KvField, versions: Versions): string {
  return card({
    ...common(field),
    kind: 'key of `--kv-transfer-config`',
    facts: [field.type, defaults(field.defaults, 'vllm', versions), allowed(field.values)],
    text: [field.description, field.inertFor.length > 0 ? `Without effect for ${list(field.inertFor)}.` : ''],
  });
}

export function extraKeyText(key: ExtraKey, versions: Versions): string {
  const only = key.onlyFor ? `Read by ${list(key.onlyFor)} only.` : '';
  return card({
    ...common(key),
    kind: `key of \`kv_connector_extra_config\` of ${key.connector}`,
    facts: [key.type, key.required ? 'required' : defaults(key.defaults, 'vllm', versions)],
    text: [key.description, only, key.effect ? `With a value of another kind ${key.effect}.` : ''],
  });
}

export function variableText(fact: EnvFact, versions: Versions): string {
  const library = fact.owner === 'other' ? undefined : fact.owner;
  const component = fact.component ? ` (${fact.component})` : '';
  return card({
    ...common(fact),
    kind: `variable of ${fact.reader}${component}`,
    facts: [fact.typeWords, library ? defaults(fact.defaults, library, versions) : ''],
    text: [
      fact.description,
      fact.deprecated ? 'Accepted and ignored.' : '',
      fact.inert ?? '',
      fact.aliasOf ? `Another name of \`${fact.aliasOf}\`.` : '',
      fact.insteadUse ? `Instead: ${fact.insteadUse}.` : '',
      fact.sets.length > 0 ? `Sets ${list(fact.sets)}, unless they are set themselves.` : '',
      fact.setBy.length > 0 ? `Also set by ${list(fact.setBy)}.` : '',
      fact.ucxTwin ? `NIXL does not read it; the UCX variable for the same is \`${fact.ucxTwin}\`.` : '',
    ],
  });
}

export function flagText(fact: FlagFact, versions: Versions): string {
  return card({
    ...common(fact),
    name: `--${fact.name}`,
    kind: 'option of `vllm serve`',
    facts: [
      fact.type,
      defaults(fact.defaults, 'vllm', versions),
      allowed(fact.closed ? flagValues(fact, versions.vllm) : []),
    ],
    text: [
      fact.description,
      fact.deprecated ? `Deprecated: ${rangesText([fact.deprecated]) || 'every release'} warns about it.` : '',
      fact.aliases.length > 0 ? `Also written ${list(fact.aliases.map(({ name }) => name))}.` : '',
      fact.insteadUse ? `Instead: ${fact.insteadUse}.` : '',
    ],
  });
}

/** The values of a key that the release takes, or may take. */
export function possibleValues({ values }: FlagKey, versions: Versions): readonly string[] {
  return values.filter(({ range }) => inRange([range], versions) !== 'no').map(({ name }) => name);
}

/** A key of the JSON object that an option takes. */
export function flagKeyText(key: FlagKey, versions: Versions): string {
  return card({
    ...common(key),
    kind: `key of \`--${key.flag}\``,
    facts: [
      key.nullable ? `${key.type} or null` : key.type,
      defaults(key.defaults, 'vllm', versions),
      allowed(possibleValues(key, versions)),
    ],
  });
}

/** What an image reference tells. */
export function imageText(reference: string, fact: ImageFact): string {
  const tells = [
    fact.vllm ? `vLLM ${fact.vllm}` : '',
    fact.nixl ? `NIXL ${fact.nixl.replace('..', ' to ')}` : '',
    fact.ucx ? `UCX ${fact.ucx.replace('..', ' to ')}` : '',
    fact.cuda ? `CUDA ${fact.cuda}` : '',
  ].filter((part) => part !== '');
  return card({
    name: reference,
    kind: 'image with vLLM',
    facts: [fact.family.includes('/') ? '' : fact.family, fact.platform ? `platform ${fact.platform}` : ''],
    text: [
      tells.length > 0 ? `It carries ${tells.join(', ')}.` : 'Its tag does not tell which release it carries.',
      fact.ownLibraries ? 'It builds NIXL and UCX itself, so that their releases do not follow from that of vLLM.' : '',
    ],
    ranges: [],
    sources: fact.sources,
    confidence: 'source',
  });
}

export function connectorText(fact: ConnectorFact): string {
  const mode = { pull: 'decode reads from prefill', push: 'prefill writes to decode' };
  const origin = { vllm: 'connector of vLLM', plugin: 'connector of another package', fork: 'connector of a fork' };
  const hybrid = fact.hma.filter(({ value }) => value).map((bounds) => ({ ...bounds, library: 'vllm' as const }));
  const module = fact.modules.at(-1)?.value;
  return card({
    ...common({ ...fact, range: undefined }),
    kind: origin[fact.origin],
    ranges: fact.ranges,
    facts: [fact.mode ? mode[fact.mode] : ''],
    text: [
      fact.description,
      fact.replacedBy ? `Instead: \`${fact.replacedBy}\`.` : '',
      rolesWords(fact),
      fact.hma.length > 0 ? `Works with the hybrid KV cache manager (${rangesText(hybrid) || 'vLLM'}).` : '',
      module ? `Module: \`${module}\`.` : '',
    ],
  });
}

/** The roles that a connector is made for in its newest release. */
function rolesWords({ roles, roleIgnored }: ConnectorFact): string {
  if (roleIgnored) return 'It never looks at `kv_role`.';
  const newest = roles.at(-1)?.value ?? [];
  return newest.length > 0 ? `Roles: ${list(newest)}.` : '';
}

export function backendText(fact: BackendFact): string {
  const wheel = {
    yes: 'in the PyPI wheel',
    no: 'not in the PyPI wheel',
    'without-libraries': 'in the PyPI wheel, without the libraries that it needs',
  };
  return card({
    ...common(fact),
    kind: `NIXL backend for ${fact.kind} transfers`,
    facts: [fact.memory.join(', '), fact.remote ? 'reaches other agents' : 'local only', wheel[fact.inWheel]],
  });
}

export function parameterText(fact: BackendParameter, versions: Versions): string {
  return card({
    ...common(fact),
    kind: `parameter of NIXL's \`${fact.backend}\` backend`,
    facts: [fact.typeWords, defaults(fact.defaults, 'nixl', versions)],
    text: [fact.description, 'Its value is written as a text.'],
  });
}

export function transportText(fact: TransportFact): string {
  return card({
    ...common(fact),
    kind: 'UCX transport',
    facts: [
      fact.rdma ? 'RDMA' : '',
      fact.crossHost ? 'reaches other hosts' : 'stays on the host',
      fact.gpu ? `handles ${fact.gpu} memory` : '',
      fact.baseLane
        ? 'can carry the connection that NIXL needs'
        : 'cannot carry the connection that NIXL needs by itself',
    ],
  });
}

export function aliasText(fact: TransportAlias, versions: Versions): string {
  const certain = valueAt(fact.members, 'ucx', versions.ucx);
  const only = certain ?? (fact.members.length === 1 ? fact.members[0]!.value : undefined);
  const byRelease = fact.members.map((entry) => `\n- ${list(entry.value)} (${describeBounds(entry)})`).join('');
  return card({
    ...common(fact),
    kind: 'name for several UCX transports',
    text: [fact.description, only ? `Stands for ${list(only)}.` : `Stands for, by release:\n${byRelease}`],
  });
}
