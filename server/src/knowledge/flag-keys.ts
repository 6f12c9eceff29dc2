import table from '../../../schemas/flags.json';
import { boundsOf, type Fact, type FactRow } from './fact';
import {
  checkClosed,
  checkLimits,
  type FlagValue,
  type Limits,
  type LimitsRow,
  readLimits,
  readValue,
  type ValueFault,
  type ValueRow,
} from './flag-values';
import { flagFact } from './flags';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { type At, holds, type Range, type Versioned } from './version';

export type FlagKeyType = 'boolean' | 'integer' | 'number' | 'string' | 'enum' | 'object' | 'list';

/** One key of the object that a flag takes, such as `endpoint` of `--kv-events-config`. */
export interface FlagKey extends Fact {
  /** The flag's name without dashes. */
  readonly flag: string;
  readonly type: FlagKeyType;
  /** `null` stands for "not given". */
  readonly nullable: boolean;
  readonly values: readonly FlagValue[];
  readonly closed?: Range;
  readonly limits: readonly Limits[];
  readonly defaults: readonly Versioned<boolean | number | string>[];
  /** What to write instead of it, in words. */
  readonly insteadUse?: string;
  /** vLLM fills it in itself: nothing to propose. */
  readonly hidden: boolean;
  /** Likely to matter for prefill and decode: first in completion. */
  readonly important: boolean;
}

interface KeyRow extends FactRow {
  readonly type: FlagKeyType;
  readonly nullable?: boolean;
  readonly values?: readonly ValueRow[];
  readonly closed?: FactRow;
  readonly limits?: readonly LimitsRow[];
  readonly defaults?: readonly Versioned<boolean | number | string>[];
  readonly insteadUse?: string;
  readonly hidden?: boolean;
  readonly important?: boolean;
}

const rows = lazy(() => table.flags as Readonly<Record<string, unknown>>);
const known = new Map<string, ReadonlyMap<string, FlagKey>>();

/** The keys of a flag's object, whatever the version; empty where the table does not know them. */
export function flagKeys(flag: string): readonly FlagKey[] {
  return [...keysOf(flag).values()];
}

/** The flags whose object the table knows. */
export function flagsWithKeys(): readonly string[] {
  return Object.keys(rows()).filter((flag) => 'keys' in (rows()[flag] as object));
}

/** The key at a path below a flag: only the first level is known. */
export function lookupFlagKey(flag: string, path: string | readonly string[]): FlagKey | undefined {
  if (typeof path === 'string') return keysOf(flag).get(path);
  return path.length === 1 ? keysOf(flag).get(path[0]!) : undefined;
}

/** Keys of a flag's object close to a misspelt one, nearest first. */
export function nearestFlagKeys(flag: string, key: string, vllm?: At): readonly string[] {
  const there = flagKeys(flag).filter(({ range, hidden }) => !hidden && holds(range, vllm) !== 'no');
  return nearest(
    key,
    there.map(({ name }) => name),
    3,
  );
}

function keysOf(flag: string): ReadonlyMap<string, FlagKey> {
  const before = known.get(flag);
  if (before) return before;
  const owner = flagFact(flag);
  const keys = Object.hasOwn(rows(), flag)
    ? (rows()[flag] as { keys?: Readonly<Record<string, KeyRow>> }).keys
    : undefined;
  const found = new Map<string, FlagKey>();
  for (const [name, row] of Object.entries(keys ?? {})) {
    const range: Range = { ...owner!.range, ...boundsOf(row) };
    const values = (row.values ?? []).map((value) => readValue(value, range));
    found.set(name, {
      name,
      flag,
      range,
      description: row.description ?? '',
      sources: owner!.sources,
      confidence: owner!.confidence,
      type: row.type,
      nullable: row.nullable === true,
      values,
      ...(values.length > 0 && { closed: { ...range, ...boundsOf(row.closed ?? {}) } }),
      limits: (row.limits ?? []).map(readLimits),
      defaults: row.defaults ?? [],
      ...(row.insteadUse && { insteadUse: row.insteadUse }),
      hidden: row.hidden === true,
      important: row.important === true,
    });
  }
  known.set(flag, found);
  return found;
}

/** Up to 0.9.0 the classes had no type checks at all (vllm#17599 brought them). */
const TYPES_CHECKED: Range = { library: 'vllm', since: '0.9.1' };

const WORDS: Readonly<Record<FlagKeyType, string>> = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  enum: 'a text',
  object: 'an object',
  list: 'a list',
};

/**
 * Would vLLM take this plain value for the key? It converts as pydantic does when it is lenient: `"5"` is a number, `"yes"`
 * a boolean. `undefined` stands for a value that is not known.
 */
export function checkFlagKey(key: FlagKey, value: unknown, vllm?: At): ValueFault | undefined {
  if (value === undefined || (value === null && key.nullable)) return undefined;
  const typed = holds(TYPES_CHECKED, vllm);
  if (typed === 'no') return undefined;
  if (!hasType(key.type, value)) {
    return { kind: 'type', expected: WORDS[key.type], range: TYPES_CHECKED, certain: typed === 'yes' };
  }
  if (key.type === 'integer' || key.type === 'number') return checkLimits(Number(value), key, vllm);
  return typeof value === 'string' && typed === 'yes' ? checkClosed(value, key, vllm) : undefined;
}

const TRUE_OR_FALSE = /^(?:0|1|off|on|f|t|false|true|n|y|no|yes)$/i;

function hasType(type: FlagKeyType, value: unknown): boolean {
  switch (type) {
    case 'boolean':
      return (
        typeof value === 'boolean' ||
        value === 0 ||
        value === 1 ||
        (typeof value === 'string' && TRUE_OR_FALSE.test(value))
      );
    case 'integer':
      return (
        typeof value === 'boolean' ||
        Number.isInteger(value) ||
        (typeof value === 'string' && /^\s*[+-]?\d+(?:\.0*)?\s*$/.test(value))
      );
    case 'number':
      return (
        typeof value === 'boolean' ||
        typeof value === 'number' ||
        (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
      );
    case 'string':
    case 'enum':
      return typeof value === 'string';
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'list':
      return Array.isArray(value);
  }
}
