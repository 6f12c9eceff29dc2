import {
  type BackendFact,
  type ConnectorFact,
  describeBounds,
  type EnvFact,
  type ExtraKey,
  type Fact,
  type FlagFact,
  type KvField,
  type Library,
  type Range,
  type TransportAlias,
  type TransportFact,
  type Versioned,
  type Versions,
  valueAt,
} from '../knowledge';

const LIBRARIES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

/** A name with what it is, for hovers and the documentation of completion items. Markdown. */
interface Card {
  readonly name: string;
  /** What kind of thing: `key of --kv-transfer-config`. */
  readonly kind: string;
  /** Short facts in a row: type, default. */
  readonly facts: readonly string[];
  readonly text: readonly string[];
  readonly ranges: readonly Range[];
  readonly sources: Fact['sources'];
}

export function fieldText(field: KvField, versions: Versions): string {
  return card({
    ...common(field),
    kind: 'key of `--kv-transfer-config`',
    facts: [field.type, defaults(field.defaults, 'vllm', versions), allowed(field.values)],
  });
}

export function extraKeyText(key: ExtraKey, versions: Versions): string {
  const only = key.onlyFor ? `Read by ${list(key.onlyFor)} only.` : '';
  return card({
    ...common(key),
    kind: `key of \`kv_connector_extra_config\` of ${key.connector}`,
    facts: [key.type, key.required ? 'required' : defaults(key.defaults, 'vllm', versions)],
    text: [key.description, only],
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
    ],
  });
}

export function flagText(fact: FlagFact, versions: Versions): string {
  return card({
    ...common(fact),
    name: `--${fact.name}`,
    kind: 'option of `vllm serve`',
    facts: [fact.type, defaults(fact.defaults, 'vllm', versions)],
    text: [
      fact.description,
      fact.aliases.length > 0 ? `Also written ${list(fact.aliases.map(({ name }) => name))}.` : '',
      fact.insteadUse ? `Instead: ${fact.insteadUse}.` : '',
    ],
  });
}

export function connectorText(fact: ConnectorFact): string {
  const mode = { pull: 'decode reads from prefill', push: 'prefill writes to decode' };
  const origin = { vllm: 'connector of vLLM', plugin: 'connector of another package', fork: 'connector of a fork' };
  return card({
    ...common({ ...fact, range: undefined }),
    kind: origin[fact.origin],
    ranges: fact.ranges,
    facts: [fact.mode ? mode[fact.mode] : ''],
    text: [fact.description, fact.replacedBy ? `Instead: \`${fact.replacedBy}\`.` : ''],
  });
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
  const members = valueAt(fact.members, 'ucx', versions.ucx) ?? fact.members.at(-1)?.value ?? [];
  return card({
    ...common(fact),
    kind: 'name for several UCX transports',
    facts: [],
    text: [fact.description, members.length > 0 ? `Stands for ${list(members)}.` : ''],
  });
}

function common(fact: Omit<Fact, 'range'> & { readonly range: Range | undefined }): Card {
  return {
    name: fact.name,
    kind: '',
    facts: [],
    text: [fact.description],
    ranges: fact.range ? [fact.range] : [],
    sources: fact.sources,
  };
}

function card({ name, kind, facts, text, ranges, sources }: Card): string {
  const head = [`**\`${name}\`**`, kind, ...facts].filter((part) => part !== '').join(' · ');
  const body = text.filter((part) => part !== '').join(' ');
  const releases = ranges
    .map(rangeText)
    .filter((part) => part !== '')
    .join(', ');
  return [head, body, releases, sourcesText(sources)].filter((part) => part !== '').join('\n\n');
}

/** `vLLM from 0.16.0`; nothing where all releases know the name. */
function rangeText(range: Range): string {
  const bounds = describeBounds(range);
  return bounds === 'all versions' ? '' : `${LIBRARIES[range.library]} ${bounds}`;
}

function sourcesText(sources: Fact['sources']): string {
  const shown = sources.slice(0, 3).map(({ text, url }) => (url ? `[${text}](${url})` : text));
  return shown.length > 0 ? `Source: ${shown.join(', ')}` : '';
}

/** The default of this version, or all with their releases. */
function defaults(values: readonly Versioned<unknown>[], library: Library, versions: Versions): string {
  if (values.length === 0) return '';
  const certain = valueAt(values, library, versions[library]);
  if (certain !== undefined) return `default ${valueWords(certain)}`;
  return values.map((entry) => `default ${valueWords(entry.value)} (${describeBounds(entry)})`).join(', ');
}

function allowed(values: readonly string[] | undefined): string {
  return values && values.length > 0 ? `one of ${list(values)}` : '';
}

const LISTED = 12;

function list(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return names.slice(0, LISTED).map(code).join(', ') + more;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** A value as code; what the table says in words (`the platform's device type`) as words. */
function valueWords(value: unknown): string {
  return typeof value === 'string' && /^the [a-z]/.test(value) ? value : code(value);
}
