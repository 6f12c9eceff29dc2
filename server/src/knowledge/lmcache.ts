import table from '../../../schemas/lmcache.json';
import type { Confidence } from './fact';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { readSource, type Source } from './source';

/** `integers`, `numbers` and `texts`: a list, one of them alone, or a text with commas between. */
export type LmcacheType = 'boolean' | 'integer' | 'number' | 'text' | 'integers' | 'numbers' | 'texts' | 'object';

/**
 * A setting of LMCache: a key of its YAML file, or of `extra_config` in it. Its releases are days: LMCache's own are not
 * known to us one by one, and hardly ever to the files that we read.
 */
export interface LmcacheKey {
  readonly name: string;
  /** Stands in `extra_config`. */
  readonly inExtra: boolean;
  readonly type: LmcacheType;
  readonly default?: string;
  readonly values: readonly string[];
  /** Any other value is refused. */
  readonly closed: boolean;
  readonly anyCase: boolean;
  readonly suggest: readonly string[];
  /** The day on which it came; missing = before June 2025. */
  readonly from?: string;
  /** The day on which it was renamed or dropped. */
  readonly gone?: string;
  /** The old name still counts, with a warning. */
  readonly taken: boolean;
  /** The key that takes the same value and means the same. */
  readonly replacedBy?: string;
  /** What to write instead, in words. */
  readonly insteadUse?: string;
  /** Matters for prefill/decode over NIXL: first in completion. */
  readonly important: boolean;
  readonly description: string;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

interface Row {
  readonly type: LmcacheType;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly closed?: boolean;
  readonly anyCase?: boolean;
  readonly suggest?: readonly string[];
  readonly from?: string;
  readonly gone?: string;
  readonly taken?: boolean;
  readonly replacedBy?: string;
  readonly insteadUse?: string;
  readonly important?: boolean;
  readonly description: string;
}

const rows = lazy(() => ({
  top: table.keys as Readonly<Record<string, unknown>> as Readonly<Record<string, Row>>,
  extra: table.extra as Readonly<Record<string, unknown>> as Readonly<Record<string, Row>>,
}));

/** The key of this exact name at the top of LMCache's file, old ones included. */
export function lmcacheKey(name: string): LmcacheKey | undefined {
  return read(name, false);
}

/** The key of this exact name in `extra_config`: those of NIXL are known. */
export function lmcacheExtraKey(name: string): LmcacheKey | undefined {
  return read(name, true);
}

function read(name: string, inExtra: boolean): LmcacheKey | undefined {
  const known = inExtra ? rows().extra : rows().top;
  if (!Object.hasOwn(known, name)) return undefined;
  const row = known[name]!;
  return {
    ...row,
    name,
    inExtra,
    values: row.values ?? [],
    closed: row.closed === true,
    anyCase: row.anyCase === true,
    suggest: row.suggest ?? row.values ?? [],
    taken: row.taken === true,
    important: row.important === true,
    sources: (inExtra ? table.extraSources : table.sources).map(readSource),
    confidence: table.confidence as Confidence,
  };
}

const PREFIX = 'LMCACHE_';

/** The key that a variable sets: `LMCACHE_PD_ROLE` sets `pd_role`. */
export function lookupLmcacheVariable(variable: string): LmcacheKey | undefined {
  const name = variable.slice(PREFIX.length);
  return variable.startsWith(PREFIX) && name === name.toUpperCase() ? lmcacheKey(name.toLowerCase()) : undefined;
}

/** The variable that sets a key of the file. */
export function lmcacheVariable(key: string): string {
  return `${PREFIX}${key.toUpperCase()}`;
}

/** Names of keys: those that matter for P/D first, old ones last. */
export function lmcacheKeyNames(inExtra: boolean): readonly string[] {
  return inExtra ? extraNames() : topNames();
}

const topNames = lazy(() => sorted(rows().top));
const extraNames = lazy(() => sorted(rows().extra));

function sorted(known: Readonly<Record<string, Row>>): readonly string[] {
  const weight = ({ gone, important }: Row) => (gone !== undefined ? 2 : important ? 0 : 1);
  return Object.keys(known).sort((a, b) => weight(known[a]!) - weight(known[b]!) || (a < b ? -1 : 1));
}

/** Keys that are still read and close to a misspelt one, nearest first. */
export function nearestLmcacheKeys(name: string, inExtra: boolean): readonly string[] {
  const known = inExtra ? rows().extra : rows().top;
  return nearest(
    name,
    Object.keys(known).filter((key) => known[key]!.gone === undefined),
  );
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** The release that came after a day, as far as it is known: `about 0.3.7 (September 2025)`. */
export function lmcacheRelease(day: string): string {
  const [year, month] = day.split('-');
  const when = `${MONTHS[Number(month) - 1]} ${year}`;
  const release = table.releases.find(({ date }) => date >= day);
  return release ? `about ${release.version} (${when})` : when;
}

/** What LMCache makes of a value that is none for the key. */
export interface LmcacheFault {
  /** What belongs there: `a whole number`. */
  readonly expected: string;
  /** What happens, as a clause. */
  readonly effect: string;
}

const PYTHON_INT = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const PYTHON_FLOAT = /^\s*[+-]?(?:(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;

const EXPECTED: Readonly<Record<LmcacheType, string>> = {
  boolean: '`true` or `false`',
  integer: 'a whole number',
  number: 'a number',
  text: 'a text',
  integers: 'a whole number or a list of them',
  numbers: 'a number or a list of them',
  texts: 'a text or a list of them',
  object: 'a mapping',
};

/**
 * Is this plain value none for the key? `undefined` stands for a value that is not known, and for a sound one.
 * @param source where it is written: texts of variables are converted, values in `extra_config` are taken as they are
 */
export function checkLmcacheValue(
  key: LmcacheKey,
  value: unknown,
  source: 'file' | 'variable',
): LmcacheFault | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (key.closed) return typeof value === 'string' && !key.values.includes(value) ? refused(key) : undefined;
  const { type } = key;
  if (type === 'boolean') return checkBoolean(key, value, source);
  const sound =
    type === 'text' ||
    (key.inExtra ? isPlain(type, value) : Array.isArray(value) ? isList(type, value) : isConvertible(type, value));
  if (sound) return undefined;
  const effect = key.inExtra ? 'LMCache takes it as it is, and fails' : 'LMCache warns and goes on without a value';
  return { expected: EXPECTED[type], effect };
}

function refused({ values }: LmcacheKey): LmcacheFault {
  const words = values.map((value) => `\`${value}\``);
  return { expected: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`, effect: 'LMCache does not start with it' };
}

/** A text that Python's YAML takes for a boolean where it has no quotes. */
const YAML_BOOLEAN = /^(?:yes|no|on|off|true|false)$/i;

function checkBoolean(key: LmcacheKey, value: unknown, source: 'file' | 'variable'): LmcacheFault | undefined {
  if (typeof value === 'boolean' || value === 0 || value === 1) return undefined;
  const text = typeof value === 'string' ? value.trim() : undefined;
  // What is taken as it is counts for true unless it is empty.
  if (key.inExtra) {
    const misread = text !== undefined && /^(?:false|0)$/i.test(text);
    return misread
      ? { expected: '`true` or `false` without quotes', effect: 'LMCache takes a text for `true`' }
      : undefined;
  }
  if (text !== undefined && (/^(?:true|false|0|1)$/i.test(text) || (source === 'file' && YAML_BOOLEAN.test(text)))) {
    return undefined;
  }
  return { expected: EXPECTED.boolean, effect: 'LMCache takes it for `false`' };
}

function isPlain(type: LmcacheType, value: unknown): boolean {
  if (type === 'object') return typeof value === 'object' && !Array.isArray(value);
  return type === 'integer' || type === 'number' ? typeof value === 'number' : true;
}

function isConvertible(type: LmcacheType, value: unknown): boolean {
  switch (type) {
    case 'integer':
    case 'integers':
      return typeof value !== 'object' && (typeof value !== 'string' || words(value, type).every(isInt));
    case 'number':
    case 'numbers':
      return typeof value !== 'object' && (typeof value !== 'string' || words(value, type).every(isFloat));
    case 'texts':
      return typeof value === 'string';
    case 'object':
      return typeof value === 'object' || typeof value === 'string';
    default:
      return true;
  }
}

/** A text for a list has commas between its items. */
function words(value: string, type: LmcacheType): readonly string[] {
  if (!type.endsWith('s')) return [value];
  return value.split(',').filter((word) => word.trim() !== '');
}

const isInt = (word: string) => PYTHON_INT.test(word);
const isFloat = (word: string) => PYTHON_FLOAT.test(word);

function isList(type: LmcacheType, value: readonly unknown[]): boolean {
  if (!type.endsWith('s')) return false;
  const item = type === 'integers' ? 'integer' : type === 'numbers' ? 'number' : 'text';
  return value.every((entry) => entry === undefined || (entry !== null && isConvertible(item, entry)));
}
