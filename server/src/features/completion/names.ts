import {
  backendNames,
  backendParameters,
  connectorNames,
  type EnvFact,
  type EnvName,
  type EnvOwner,
  envNamesStarting,
  extraKeys,
  type Fact,
  type FlagFact,
  type FlagKey,
  flagKeys,
  flagNames,
  flagValues,
  holds,
  inRange,
  kvFields,
  lookupBackend,
  lookupConnector,
  lookupEnv,
  lookupFlag,
  newestRelease,
  type Versioned,
  type Versions,
  valuesAt,
} from '../../knowledge';
import { defaults, rangesText } from '../card';
import {
  backendText,
  connectorText,
  extraKeyText,
  fieldText,
  flagKeyText,
  flagText,
  parameterText,
  variableText,
} from '../fact-text';
import type { Proposal } from './proposal';
import { ranked } from './relevance';

/** A name to propose, before it is known how it is written at the cursor. */
export type Name = Omit<Proposal, 'newText'> & {
  /** The type of the value that follows, for keys. */
  readonly type?: string;
};

/** The fields of the configuration; those that the connector never reads stand last. */
export function fieldNames(versions: Versions, connector?: string): Name[] {
  const rate = (field: ReturnType<typeof kvFields>[number]) => ({
    ranges: [field.range],
    confidence: field.confidence,
    secondary: connector !== undefined && field.inertFor.includes(connector),
  });
  return ranked(kvFields(), rate, versions).map(({ entry: field, deprecated }) => ({
    label: field.name,
    kind: 'key',
    detail: () => detail(field, versions, field.type),
    type: field.type,
    documentation: () => fieldText(field, versions),
    deprecated,
  }));
}

export function extraKeyNames(connector: string, versions: Versions): Name[] {
  const keys = ranked(extraKeys(connector), (key) => ({ ranges: [key.range], confidence: key.confidence }), versions);
  return keys.map(({ entry: key, deprecated }) => ({
    label: key.name,
    kind: 'key',
    detail: () => detail(key, versions, key.type, key.required ? 'required' : ''),
    type: key.type,
    documentation: () => extraKeyText(key, versions),
    deprecated,
  }));
}

/** Parameters of a NIXL backend. All of their values are texts. */
export function parameterNames(backend: string, versions: Versions): Name[] {
  return backendParameters(backend, versions.nixl).map((parameter) => ({
    label: parameter.name,
    kind: 'key',
    detail: parameter.typeWords,
    type: 'string',
    documentation: () => parameterText(parameter, versions),
  }));
}

export function connectorLabels(versions: Versions): Name[] {
  const facts = connectorNames(versions.vllm).flatMap((name) => lookupConnector(name) ?? []);
  // The NIXL family first: that is what this is about.
  const rate = (fact: (typeof facts)[number]) => ({ ...fact, important: fact.nixl });
  return ranked(facts, rate, versions).map(({ entry: fact, deprecated }) => ({
    label: fact.name,
    kind: 'value',
    detail: () =>
      [rangesText(fact.ranges), deprecated && fact.replacedBy ? `now ${fact.replacedBy}` : '']
        .filter(Boolean)
        .join(' · '),
    documentation: () => connectorText(fact),
    deprecated,
  }));
}

export function backendLabels(versions: Versions): Name[] {
  const facts = backendNames(versions.nixl).flatMap((name) => lookupBackend(name) ?? []);
  // Those that move data between agents first: prefill and decode need one.
  const rate = (fact: (typeof facts)[number]) => ({ ...fact, ranges: [fact.range], important: fact.remote });
  return ranked(facts, rate, versions).map(({ entry: fact, deprecated }) => ({
    label: fact.name,
    kind: 'value',
    detail: () => [`${fact.kind} transfers`, rangesText([fact.range])].filter(Boolean).join(' · '),
    documentation: () => backendText(fact),
    deprecated,
  }));
}

export function flagLabels(versions: Versions): Name[] {
  const facts = flagNames(versions.vllm).flatMap((name) => lookupFlag(`--${name}`)?.fact ?? []);
  const rate = (fact: FlagFact) => ({ ...fact, ranges: [fact.range], deprecated: isDeprecated(fact, versions) });
  return ranked(facts, rate, versions).map(({ entry: fact, deprecated }) => ({
    label: `--${fact.name}`,
    kind: 'flag',
    detail: () => detail(fact, versions, fact.type),
    documentation: () => flagText(fact, versions),
    deprecated,
  }));
}

/** Taken still, with a warning. */
function isDeprecated({ deprecated }: FlagFact, { vllm }: Versions): boolean {
  return deprecated !== undefined && holds(deprecated, vllm ?? newestRelease('vllm')) === 'yes';
}

const FAMILIES: readonly (readonly [string, EnvOwner])[] = [
  ['VLLM_', 'vllm'],
  ['NIXL_', 'nixl'],
  ['UCX_', 'ucx'],
];

/** Items in one answer; UCX alone has more than a thousand variables. */
export const MAX_ITEMS = 200;

/**
 * Variables whose names begin so; `VL` and `UC` are enough to tell the family. Before anything is typed, those that
 * matter most.
 */
export function variableNames(typed: string, versions: Versions): Name[] {
  return FAMILIES.filter(([prefix]) => typed.startsWith(prefix) || prefix.startsWith(typed)).flatMap(([, owner]) => {
    const names = envNamesStarting(owner, typed).filter(({ important }) => typed !== '' || important);
    return ranked<EnvName>(names, (name) => name, versions, MAX_ITEMS + 1).map(({ entry: { name }, deprecated }) => ({
      label: name,
      kind: 'variable' as const,
      detail: () => aboutVariable(name, (fact) => detail(fact, versions, fact.typeWords)),
      documentation: () => aboutVariable(name, (fact) => variableText(fact, versions)),
      deprecated,
    }));
  });
}

function aboutVariable(name: string, tell: (fact: EnvFact) => string): string {
  const fact = lookupEnv(name);
  return fact ? tell(fact) : '';
}

/** Values of a variable: those worth proposing, the closed set where there is one, else its defaults. */
export function variableValues(fact: EnvFact, versions: Versions): Name[] {
  const library = fact.owner === 'other' ? undefined : fact.owner;
  const known = library ? valuesAt(fact.defaults, library, versions[library]) : [];
  const worth = [...fact.suggest, ...fact.values].filter((value) => isTaken(fact, value, versions));
  return [...new Set(worth.length > 0 ? worth : known)].map((label) => ({
    label,
    kind: 'value',
    ...(known.length === 1 && label === known[0] && { detail: 'default' }),
    documentation: () => variableText(fact, versions),
  }));
}

/** False for a word that only other releases take. */
function isTaken({ valueSets, range }: EnvFact, value: string, versions: Versions): boolean {
  const sets = valueSets?.filter((set) => set.value.includes(value)) ?? [];
  return sets.length === 0 || sets.some((set) => inRange({ ...set, library: range.library }, versions) !== 'no');
}

/** Values worth proposing for an option. */
export function flagValueNames(fact: FlagFact, versions: Versions): Name[] {
  const known = valuesAt(fact.defaults, 'vllm', versions.vllm);
  return flagValues(fact, versions.vllm).map((label) => ({
    label,
    kind: 'value',
    ...(known.length === 1 && label === known[0] && { detail: 'default' }),
    documentation: () => flagText(fact, versions),
  }));
}

/** A key or field that may have values worth proposing. */
interface Valued {
  readonly type: string;
  readonly values?: readonly string[];
  readonly suggest: readonly string[];
  readonly defaults: readonly Versioned<unknown>[];
}

/** Keys of the JSON object of an option. */
export function flagKeyNames(flag: string, versions: Versions): Name[] {
  const keys = flagKeys(flag).filter(({ hidden }) => !hidden);
  return ranked(keys, (key) => ({ ...key, ranges: [key.range] }), versions).map(({ entry: key, deprecated }) => ({
    label: key.name,
    kind: 'key',
    detail: () => detail(key, versions, key.type),
    // An enumeration is written as text.
    type: key.type === 'enum' ? 'string' : key.type,
    documentation: () => flagKeyText(key, versions),
    deprecated,
  }));
}

/** Values of a key of an option's object, those of this release first. */
export function flagKeyValues(key: FlagKey | undefined, versions: Versions): Name[] {
  if (!key) return [];
  if (key.type === 'boolean') return plainValues({ type: key.type, suggest: [], defaults: key.defaults }, versions);
  const rate = ({ range }: FlagKey['values'][number]) => ({ ranges: [range], confidence: key.confidence });
  const known = valuesAt(key.defaults, 'vllm', versions.vllm);
  return ranked(key.values, rate, versions).map(({ entry: { name, range }, deprecated }) => ({
    label: name,
    kind: 'value',
    detail: () => (known.length === 1 && name === known[0] ? 'default' : rangesText([range])),
    deprecated,
  }));
}

/** What the roles make of an engine, in a word. */
const SIDES: Readonly<Record<string, string>> = { kv_producer: 'prefill', kv_consumer: 'decode' };

/** Values of a key, from its facts. */
export function plainValues(fact: Valued | undefined, versions: Versions): Name[] {
  if (!fact) return [];
  const values = [...new Set([...(fact.values ?? []), ...fact.suggest])];
  if (values.length === 0 && /^boolean\b/.test(fact.type)) values.push('true', 'false');
  const known = valuesAt(fact.defaults, 'vllm', versions.vllm);
  return values.map((label) => {
    const words = SIDES[label] ?? (known.length === 1 && label === String(known[0]) ? 'default' : undefined);
    return { label, kind: 'value', ...(words !== undefined && { detail: words }) };
  });
}

/** `integer · default 30 · vLLM from 0.22.0` */
function detail(
  fact: Pick<Fact, 'range'> & { readonly defaults: readonly Versioned<unknown>[] },
  versions: Versions,
  type: string,
  instead = '',
): string {
  const { library } = fact.range;
  const standard = instead || defaults(fact.defaults, library, versions).replaceAll('`', '');
  return [type, standard, rangesText([fact.range])].filter((part) => part !== '').join(' · ');
}
