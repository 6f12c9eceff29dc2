import nixlTable from '../../../schemas/nixl-environment.json';
import otherTable from '../../../schemas/other-environment.json';
import vllmTable from '../../../schemas/vllm-environment.json';
import type { EnvFact, EnvOwner, EnvReplacement } from './env-fact';
import { envNamesStarting } from './env-names';
import { boundsOf, type Confidence, type FactRow } from './fact';
import { lazy, remembered } from './lazy';
import { nearest } from './nearest';
import { readSource } from './source';
import { ucxMembers, ucxNames, ucxVariable } from './ucx-table';
import { ucxProposals, ucxTypeWords } from './ucx-values';
import { type At, inRange, type Versioned, type Versions, valueAt } from './version';

export type * from './env-fact';
export { type EnvName, envNamesStarting } from './env-names';
export { checkEnvValue } from './env-values';

interface Row extends FactRow {
  readonly type: string;
  readonly reader?: string;
  readonly values?: readonly string[];
  readonly suggest?: readonly string[];
  readonly valuesByRelease?: readonly Versioned<readonly string[]>[];
  readonly checkedSince?: string;
  readonly defaults?: readonly Versioned<string>[];
  readonly important?: boolean;
  readonly insteadUse?: string;
  readonly replacedBy?: Omit<EnvReplacement, 'sameValue'> & { readonly sameValue?: false };
  readonly inert?: string;
  readonly ucxTwin?: string;
  /** Names that people write for it and that nobody reads. */
  readonly alsoWritten?: readonly string[];
}

interface Table {
  readonly sources?: readonly string[];
  readonly confidence?: Confidence;
  readonly variables: Readonly<Record<string, Row>>;
}

const tables: Readonly<Record<Exclude<EnvOwner, 'ucx'>, Table>> = {
  vllm: vllmTable as unknown as Table,
  nixl: nixlTable as unknown as Table,
  other: otherTable as unknown as Table,
};

const READERS: Readonly<Record<EnvOwner, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX', other: '' };

/** The fact of this exact name, whatever the version; see its `range`. */
export const lookupEnv = remembered((name): EnvFact | undefined =>
  name.startsWith('UCX_') ? (ucxFact(name) ?? tableFact(name)) : tableFact(name),
);

function tableFact(name: string): EnvFact | undefined {
  for (const owner of ['vllm', 'nixl', 'other'] as const) {
    const table = tables[owner];
    if (!Object.hasOwn(table.variables, name)) continue;
    const row = table.variables[name]!;
    const library = owner === 'nixl' ? 'nixl' : 'vllm';
    return {
      name,
      owner,
      reader: row.reader ?? READERS[owner],
      range: { library, ...boundsOf(row) },
      description: row.description ?? '',
      sources: (row.sources ?? table.sources ?? []).map(readSource),
      confidence: row.confidence ?? table.confidence ?? 'source',
      type: row.type,
      typeWords: typeWords(row),
      values: valuesOf(row),
      ...(row.valuesByRelease && { valueSets: row.valuesByRelease }),
      suggest: row.suggest ? [...valuesOf(row), ...row.suggest] : proposals(row),
      defaults: row.defaults ?? [],
      ...(row.checkedSince && { checked: { library, since: row.checkedSince } }),
      deprecated: false,
      sets: [],
      setBy: [],
      ...(row.insteadUse && { insteadUse: row.insteadUse }),
      ...(row.replacedBy && { replacedBy: { sameValue: true, ...row.replacedBy } }),
      ...(row.inert && { inert: row.inert }),
      ...(row.ucxTwin && { ucxTwin: row.ucxTwin }),
      important: row.important === true,
    };
  }
  return undefined;
}

function ucxFact(name: string): EnvFact | undefined {
  const variable = ucxVariable(name);
  if (!variable) return undefined;
  const type = variable.types.at(-1)!.value;
  return {
    name,
    owner: 'ucx',
    reader: READERS.ucx,
    range: { library: 'ucx', ...variable.bounds },
    description: variable.description,
    sources: [readSource('ucx:src/ucs/config/parser.c@v1.22.0')],
    confidence: 'source',
    type: type.name,
    typeWords: ucxTypeWords(type),
    values: type.name === 'enum' || type.name === 'enum_list' ? type.values : [],
    ...(type.valueType && { keys: type.values, valueType: type.valueType }),
    suggest: ucxProposals(type),
    defaults: variable.defaults,
    scope: variable.scope,
    component: variable.component,
    ...(variable.aliasOf && { aliasOf: variable.aliasOf }),
    deprecated: variable.deprecated,
    // Finding the members reads the whole table: only when somebody asks.
    get sets() {
      return ucxMembers(name);
    },
    setBy: variable.setBy,
    important: variable.important,
  };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  'int-bool': '0 or 1',
  float: 'a number',
  one: '1 for true; anything else is false',
  path: 'a path',
  directory: 'a folder',
  list: 'names separated by commas',
  presence: 'anything: that it is set counts',
  'nixl-bool': 'y, yes, on, 1, n, no, off or 0; from 1.0.0 also true, enable, false and disable',
  'nixl-deepbind': 'y, yes, on, 1, true, enable, n, no, off, 0, false or disable',
  'nixl-debug-logging': 'true, 1 or yes',
  'nixl-log-level': 'TRACE, DEBUG, INFO, WARN, ERROR or FATAL',
  'nixl-port': 'a port number',
  'nixl-uint': 'a whole number',
  'nixl-size': 'a whole number above 0',
  'libfabric-uint': 'a whole number',
  json: 'a JSON object',
  'json-or-file': 'a JSON object, or a file that holds one',
};

function typeWords(row: Row): string {
  const values = valuesOf(row);
  if (row.type === 'word-bool') return `${values.join(' or ')} for true; anything else is false`;
  if (values.length > 1) return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return TYPE_WORDS[row.type] ?? 'text';
}

function proposals(row: Row): readonly string[] {
  switch (row.type) {
    case 'int-bool':
      return ['1', '0'];
    case 'one':
      return ['1', '0'];
    case 'word-bool':
      return ['true', 'false'];
    case 'nixl-bool':
    case 'nixl-deepbind':
      return ['y', 'n'];
    case 'nixl-log-level':
      return ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'TRACE'];
    default:
      return valuesOf(row);
  }
}

function valuesOf(row: Row): readonly string[] {
  return row.values ?? row.valuesByRelease?.at(-1)?.value ?? [];
}

/** The families whose names the tables hold completely. */
const FAMILIES: readonly { readonly prefix: string; readonly owner: Exclude<EnvOwner, 'other'> }[] = [
  { prefix: 'VLLM_', owner: 'vllm' },
  { prefix: 'NIXL_', owner: 'nixl' },
  { prefix: 'UCX_', owner: 'ucx' },
];

/**
 * What can be said of a name that `lookupEnv` does not know: `unknown` only for the families whose names the tables hold
 * completely (`VLLM_`, `NIXL_`, `UCX_`) without the prefixes of plugins and wrappers; everything else is `foreign`.
 */
export function unknownEnvKind(name: string): 'unknown' | 'foreign' {
  if (otherTable.foreignPrefixes.some((prefix) => name.startsWith(prefix))) return 'foreign';
  return FAMILIES.some(({ prefix }) => name.startsWith(prefix)) ? 'unknown' : 'foreign';
}

/** Names that people write and nobody reads, to the names that they mean. */
const alsoWritten = lazy(() => {
  const found = new Map<string, string[]>();
  for (const owner of ['vllm', 'nixl'] as const) {
    for (const [name, row] of Object.entries(tables[owner].variables)) {
      for (const written of row.alsoWritten ?? []) found.set(written, [...(found.get(written) ?? []), name]);
    }
  }
  return found;
});

/**
 * Known names that a name is probably meant to be, nearest first: misspellings that are listed for a name, then names of
 * the same family (`VLLM_`, `NIXL_`, `UCX_`) within a few typing mistakes. Another case or a missing prefix counts too.
 */
export function nearestEnvNames(name: string, count = 3): readonly string[] {
  let names = meantBy.get(name);
  if (names === undefined) {
    names = findMeant(name);
    if (meantBy.size > 1000) meantBy.clear();
    meantBy.set(name, names);
  }
  return names.slice(0, count);
}

/** Comparing a name with a whole family takes a moment, and an editor asks again with every keystroke. */
const meantBy = new Map<string, readonly string[]>();

function findMeant(name: string): readonly string[] {
  const upper = name.toUpperCase().replaceAll('-', '_');
  const found = new Set<string>();
  if (upper !== name && lookupEnv(upper)) found.add(upper);
  for (const meant of alsoWritten().get(upper) ?? []) found.add(meant);
  const family = FAMILIES.find(({ prefix }) => upper.startsWith(prefix));
  if (family) {
    const { prefix } = family;
    const stems = familyNames(family.owner).map((candidate) => candidate.slice(prefix.length));
    for (const stem of nearest(upper.slice(prefix.length), stems, 5)) found.add(prefix + stem);
  }
  found.delete(name);
  return [...found];
}

function familyNames(owner: Exclude<EnvOwner, 'other'>): readonly string[] {
  return owner === 'ucx' ? ucxNames() : Object.keys(tables[owner].variables);
}

/** All names of an owner that exist, or may exist, in the stated versions; those that matter for NIXL first. */
export function envNames(owner: EnvOwner, versions: Versions = {}): readonly string[] {
  return envNamesStarting(owner, '')
    .filter(({ ranges }) => owner === 'other' || inRange(ranges, versions) !== 'no')
    .sort((a, b) => Number(b.important) - Number(a.important))
    .map(({ name }) => name);
}

/** The default that certainly applies at this version. */
export function envDefault(fact: EnvFact, at: At): string | undefined {
  return valueAt(fact.defaults, fact.range.library, at);
}
