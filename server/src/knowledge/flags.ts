import table from '../../../schemas/flags.json';
import { boundsOf, type Fact, type FactRow } from './fact';
import { type FlagValue, type Limits, type LimitsRow, readLimits, readValue, type ValueRow } from './flag-values';
import { lazy, remembered } from './lazy';
import { nearest } from './nearest';
import { readSource } from './source';
import { type At, type Bounds, holds, type Range, type Versioned } from './version';

/** Another spelling of a flag, with its dashes: `-tp`. */
export interface FlagAlias extends Bounds {
  readonly name: string;
}

/** One option of `vllm serve`. Names have no dashes in front and `-` between words: `tensor-parallel-size`. */
export interface FlagFact extends Fact {
  readonly aliases: readonly FlagAlias[];
  /**
   * What follows the flag: `none` (a switch), `one`, `optional` (a value may follow), `many` (all words up to the next
   * flag).
   */
  readonly value: 'none' | 'one' | 'optional' | 'many';
  /** For switches: `--no-x` exists beside `--x`, in some release at least. */
  readonly negatable: boolean;
  /** The releases that have `--no-x`. */
  readonly negations?: Range;
  /** The value is a JSON object, so that `--flag.key value` is understood too. */
  readonly json: boolean;
  readonly type: string;
  /** The values that some release takes, where the set is or was closed. */
  readonly values: readonly FlagValue[];
  /** The releases that refuse a value which is not among `values`; missing where none does. */
  readonly closed?: Range;
  /** Case does not matter in `values`, nor `-` for `_`. */
  readonly anyCase: boolean;
  readonly limits: readonly Limits[];
  /** Values worth proposing, whatever the version. */
  readonly suggest: readonly string[];
  readonly defaults: readonly Versioned<string>[];
  /** The releases that take it and warn about it. */
  readonly deprecated?: Range;
  /**
   * The flag that takes the same value and means the same, without dashes: another flag (`cudagraph-capture-sizes`), its
   * negation (`no-enable-log-requests`), or a key of one that takes JSON (`eplb-config.window_size`).
   */
  readonly replacedBy?: string;
  /** What to write instead, in words, once it is gone or deprecated. */
  readonly insteadUse?: string;
  /** Matters for prefill/decode: first in completion. */
  readonly important: boolean;
}

/** A word of a command line, read as a flag. */
export interface FlagUse {
  readonly fact: FlagFact;
  /** Written as `--no-…`. */
  readonly negated: boolean;
  /** Keys behind the flag's name: `--kv-transfer-config.kv_role` has `kv_role`. */
  readonly path: readonly string[];
  /** A `+` behind the last key: the value is appended to a list. */
  readonly append: boolean;
  /** Where the value starts in the word, when it is joined to the flag (`=`, or `-O3`). */
  readonly valueAt?: number;
}

interface Row extends FactRow {
  readonly aliases?: readonly FlagAlias[];
  readonly value: FlagFact['value'];
  readonly negatable?: false | Bounds;
  readonly json?: boolean;
  readonly type: string;
  readonly values?: readonly ValueRow[];
  readonly closed?: Bounds;
  readonly anyCase?: boolean;
  readonly limits?: readonly LimitsRow[];
  readonly suggest?: readonly string[];
  readonly defaults?: readonly Versioned<string>[];
  readonly deprecated?: Bounds;
  readonly replacedBy?: string;
  readonly insteadUse?: string;
  readonly important?: boolean;
}

const rows = lazy(() => table.flags as Readonly<Record<string, unknown>>);
const facts = new Map<string, FlagFact>();

/** The flag of this exact name without dashes, whatever the version; see its `range`. */
export function flagFact(name: string): FlagFact | undefined {
  const known = facts.get(name);
  if (known || !Object.hasOwn(rows(), name)) return known;
  const row = rows()[name] as Row;
  const range: Range = { library: 'vllm', ...boundsOf(row) };
  const values = (row.values ?? []).map((value) => readValue(value, range));
  const negatable = row.value === 'none' && row.negatable !== false;
  const fact: FlagFact = {
    name,
    range,
    description: row.description ?? '',
    sources: (row.sources ?? table.sources).map(readSource),
    confidence: row.confidence ?? 'source',
    aliases: row.aliases ?? [],
    value: row.value,
    negatable,
    ...(negatable && { negations: { ...range, ...(row.negatable || {}) } }),
    json: row.json === true,
    type: row.type,
    values,
    ...(values.length > 0 && { closed: { ...range, ...row.closed } }),
    anyCase: row.anyCase === true,
    limits: (row.limits ?? []).map(readLimits),
    suggest: row.suggest ?? values.map((value) => value.name),
    defaults: row.defaults ?? [],
    ...(row.deprecated && { deprecated: { ...range, ...row.deprecated } }),
    ...(row.replacedBy && { replacedBy: row.replacedBy }),
    ...(row.insteadUse && { insteadUse: row.insteadUse }),
    important: row.important === true,
  };
  facts.set(name, fact);
  return fact;
}

const byAlias = lazy(() => {
  const found = new Map<string, string[]>();
  for (const [name, row] of Object.entries(rows())) {
    for (const alias of (row as Row).aliases ?? []) found.set(alias.name, [...(found.get(alias.name) ?? []), name]);
  }
  return found;
});

/**
 * Reads one command line word: `--kv_transfer_config`, `--x=y`, `-tp`, `-tp=4`, `--no-x`, `--x.key`, `--x.list+`, `-O3`.
 * Underscores in the name count as dashes, but not in keys. Undefined for words that are no known flag. An alias that
 * changed its meaning (`-O`) is read for the stated version, and for the newest when it is not known.
 */
export function lookupFlag(word: string, vllm?: At): FlagUse | undefined {
  if (typeof vllm === 'object') return readWord(word, vllm);
  return readAt(vllm === undefined ? word : `${word}\0${vllm}`);
}

/** Of each flag many rules ask. No word of a command line holds a NUL. */
const readAt = remembered((key) => {
  const end = key.indexOf('\0');
  return end < 0 ? readWord(key, undefined) : readWord(key.slice(0, end), key.slice(end + 1));
});

function readWord(word: string, vllm: At): FlagUse | undefined {
  if (!word.startsWith('-') || word === '-' || word === '--') return undefined;
  const equals = word.indexOf('=');
  const head = equals < 0 ? word : word.slice(0, equals);
  const valueAt = equals < 0 ? {} : { valueAt: equals + 1 };
  const dot = head.indexOf('.');
  const name = dot < 0 ? head : head.slice(0, dot);
  const keys = dot < 0 ? '' : head.slice(dot + 1);
  const append = keys.endsWith('+');
  const path = keys === '' ? [] : (append ? keys.slice(0, -1) : keys).split('.');
  const found = findFlag(name, vllm);
  if (found) return { ...found, path, append, ...valueAt };
  const level = /^-O(?=\d)/.exec(word) && findFlag('-O', vllm);
  return level ? { ...level, path: [], append: false, valueAt: 2 } : undefined;
}

function findFlag(name: string, vllm: At): { fact: FlagFact; negated: boolean } | undefined {
  const alias = byAlias().get(name.startsWith('--') ? name.replaceAll('_', '-') : name);
  if (alias) {
    const owners = alias.map((owner) => flagFact(owner)!);
    const fitting = owners.findLast((fact) => {
      const bounds = fact.aliases.find((entry) => entry.name === name)!;
      return holds({ ...bounds, library: 'vllm' }, vllm) !== 'no';
    });
    const fact = fitting ?? owners.at(-1);
    return fact && { fact, negated: false };
  }
  if (!name.startsWith('--')) return undefined;
  const long = name.slice(2).replaceAll('_', '-');
  const fact = flagFact(long);
  if (fact) return { fact, negated: false };
  const positive = long.startsWith('no-') ? flagFact(long.slice(3)) : undefined;
  return positive?.value === 'none' ? { fact: positive, negated: true } : undefined;
}

/**
 * The flags that a shortened name may stand for at this version: Python's argparse takes `--max-model` for
 * `--max-model-len`, as long as no other flag begins so.
 */
export function flagsBeginning(name: string, vllm?: At): readonly string[] {
  const long = name.replaceAll('_', '-');
  return flagNames(vllm).filter((flag) => flag.startsWith(long) && flag !== long);
}

/** The values that a release takes, or may take, those worth proposing first. */
export function flagValues(fact: FlagFact, vllm?: At): readonly string[] {
  const taken = fact.values.filter((value) => holds(value.range, vllm) !== 'no').map((value) => value.name);
  if (fact.closed && holds(fact.closed, vllm) !== 'no') return taken;
  return [...new Set([...fact.suggest, ...taken])];
}

/** Flags that exist, or may exist, at this version, without dashes; those that matter for prefill/decode first. */
export function flagNames(vllm?: At): readonly string[] {
  return Object.keys(rows())
    .map((name) => flagFact(name)!)
    .filter((fact) => holds(fact.range, vllm) !== 'no')
    .sort((a, b) => Number(b.important) - Number(a.important))
    .map((fact) => fact.name);
}

/** Known flags close to a misspelt one (both without dashes in front), nearest first. */
export function nearestFlags(name: string, count = 3): readonly string[] {
  return nearest(name, Object.keys(rows()), count);
}
