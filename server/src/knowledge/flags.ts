import table from '../../../schemas/flags.json';
import { boundsOf, type Fact, type FactRow } from './fact';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { readSource } from './source';
import { type At, type Bounds, holds, type Versioned } from './version';

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
  /** For switches: `--no-x` exists beside `--x`. */
  readonly negatable: boolean;
  /** The value is a JSON object, so that `--flag.key value` is understood too. */
  readonly json: boolean;
  readonly type: string;
  /** Values worth proposing. */
  readonly suggest: readonly string[];
  readonly defaults: readonly Versioned<string>[];
  /** What to write instead, once it is gone or deprecated. */
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
  readonly negatable?: boolean;
  readonly json?: boolean;
  readonly type: string;
  readonly suggest?: readonly string[];
  readonly defaults?: readonly Versioned<string>[];
  readonly insteadUse?: string;
  readonly important?: boolean;
}

const rows = table.flags as Readonly<Record<string, unknown>>;
const facts = new Map<string, FlagFact>();

/** The flag of this exact name without dashes, whatever the version; see its `range`. */
export function flagFact(name: string): FlagFact | undefined {
  const known = facts.get(name);
  if (known || !Object.hasOwn(rows, name)) return known;
  const row = rows[name] as Row;
  const fact: FlagFact = {
    name,
    range: { library: 'vllm', ...boundsOf(row) },
    description: row.description ?? '',
    sources: (row.sources ?? table.sources).map(readSource),
    confidence: row.confidence ?? 'source',
    aliases: row.aliases ?? [],
    value: row.value,
    negatable: row.value === 'none' && row.negatable !== false,
    json: row.json === true,
    type: row.type,
    suggest: row.suggest ?? [],
    defaults: row.defaults ?? [],
    ...(row.insteadUse && { insteadUse: row.insteadUse }),
    important: row.important === true,
  };
  facts.set(name, fact);
  return fact;
}

const byAlias = lazy(() => {
  const found = new Map<string, string[]>();
  for (const [name, row] of Object.entries(rows)) {
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
  const alias = byAlias().get(name);
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

/** Flags that exist, or may exist, at this version, without dashes; those that matter for prefill/decode first. */
export function flagNames(vllm?: At): readonly string[] {
  return Object.keys(rows)
    .map((name) => flagFact(name)!)
    .filter((fact) => holds(fact.range, vllm) !== 'no')
    .sort((a, b) => Number(b.important) - Number(a.important))
    .map((fact) => fact.name);
}

/** Known flags close to a misspelt one (both without dashes in front), nearest first. */
export function nearestFlags(name: string, count = 3): readonly string[] {
  return nearest(name, Object.keys(rows), count);
}
