import { boundsOf } from './fact';
import { nearest } from './nearest';
import { type At, type Bounds, type Certainty, describeBounds, holds, parseVersion, type Range } from './version';

/** One of the values that a flag or a key of one takes, with the releases that take it. */
export interface FlagValue {
  readonly name: string;
  readonly range: Range;
}

/** Numbers that are taken in some releases; each bound is missing where there is none. */
export interface Limits {
  readonly range: Range;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Greater than this, and not equal. */
  readonly above?: number;
  /** Less than this, and not equal. */
  readonly below?: number;
}

/** A value as the table writes it: its name alone where it is there as long as what takes it. */
export type ValueRow = string | ({ readonly name: string } & Bounds);

/** Limits as the table writes them. */
export type LimitsRow = Bounds & Omit<Limits, 'range'>;

export function readValue(row: ValueRow, owner: Range): FlagValue {
  if (typeof row === 'string') return { name: row, range: owner };
  const { since, sinceBy, until, goneBy } = row;
  const begins = since === undefined ? pick(owner, 'since', 'sinceBy') : boundsOf({ since, sinceBy } as Bounds);
  const ends = until === undefined ? pick(owner, 'until', 'goneBy') : boundsOf({ until, goneBy } as Bounds);
  return { name: row.name, range: { library: owner.library, ...begins, ...ends } };
}

function pick(range: Range, first: keyof Bounds, second: keyof Bounds): Bounds {
  return boundsOf({ [first]: range[first], [second]: range[second] });
}

export function readLimits(row: LimitsRow): Limits {
  const { since: _since, sinceBy: _sinceBy, until: _until, goneBy: _goneBy, ...numbers } = row;
  return { range: { library: 'vllm', ...boundsOf(row) }, ...numbers };
}

/** Why a value is refused. */
export interface ValueFault {
  readonly kind: 'type' | 'value' | 'limit';
  /** What belongs there, in words: `a whole number`, `auto, fp8 or bfloat16`. */
  readonly expected: string;
  /** The releases that refuse it; missing = all. */
  readonly range?: Range;
  /** Whether the version is one of them. */
  readonly certain: boolean;
  /** What is probably meant. */
  readonly suggestion?: string;
  /** Some release takes this value: the words for which, `from 0.18.0`. */
  readonly taken?: string;
  /** A patch release may have got it early: it came with the minor release that follows. */
  readonly early?: boolean;
}

/** What has a closed set of values, or limits. */
export interface Constrained {
  readonly values: readonly FlagValue[];
  readonly closed?: Range;
  readonly anyCase?: boolean;
  readonly limits: readonly Limits[];
}

const PYTHON_INT = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const PYTHON_FLOAT =
  /^\s*[+-]?(?:(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;
/** vLLM's own integers: `80m` and `1.5k` decimal, `4K` binary and without a point. */
const SUFFIXED_INT = /^\s*\d+(?:(?:\.\d+)?[kmgt]|[KMGT])\s*$/;
const SUFFIX_FACTORS: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** The number that a text is for a flag of this type; `undefined` when it is none. */
export function readNumber(text: string, type: string): number | undefined {
  if (type === 'number') return PYTHON_FLOAT.test(text) ? Number(text.replaceAll('_', '')) : undefined;
  if (PYTHON_INT.test(text)) return Number(text.replaceAll('_', ''));
  if (type === 'integer' || !SUFFIXED_INT.test(text)) return undefined;
  const plain = text.trim();
  return Number(plain.slice(0, -1)) * SUFFIX_FACTORS[plain.at(-1)!]!;
}

/** The value is in no closed set that holds at this version, or in none that certainly does. */
export function checkClosed(text: string, spec: Constrained, vllm: At): ValueFault | undefined {
  const { closed, values } = spec;
  if (!closed || values.length === 0) return undefined;
  const refusing = holds(closed, vllm);
  if (refusing === 'no') return undefined;
  const fold = (name: string) => (spec.anyCase ? name.toLowerCase().replaceAll('-', '_') : name);
  const known = values.filter(({ name }) => fold(name) === fold(text));
  const there = values.filter(({ range }) => holds(range, vllm) !== 'no').map(({ name }) => name);
  if (known.length === 0) {
    // Among numbers nearness of digits says nothing.
    const meant = /^[\d.]+$/.test(text) ? undefined : nearest(text, there, 1)[0];
    return {
      kind: 'value',
      expected: list(there),
      ...(isWhole(closed) ? {} : { range: closed }),
      certain: refusing === 'yes',
      ...(meant !== undefined && { suggestion: meant }),
    };
  }
  const answers: readonly Certainty[] = known.map(({ range }) => holds(range, vllm));
  if (refusing !== 'yes' || answers.some((answer) => answer !== 'no')) return undefined;
  const { range } = known[0]!;
  return {
    kind: 'value',
    expected: list(there),
    certain: true,
    taken: describeBounds(range),
    ...(mayBeEarly(range, vllm) && { early: true }),
  };
}

/** Most values that a message lists. */
const MOST_LISTED = 8;

function list(names: readonly string[]): string {
  if (names.length < 3) return names.join(' or ') || 'nothing';
  if (names.length > MOST_LISTED) return `one of ${names.slice(0, MOST_LISTED).join(', ')} and others`;
  return `one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function isWhole(range: Range): boolean {
  return range.since === undefined && range.until === undefined;
}

/** True where a patch release asks for what came with the minor release after it. */
function mayBeEarly({ since }: Range, vllm: At): boolean {
  const text = typeof vllm === 'object' && 'version' in vllm ? vllm.version : vllm;
  const version = typeof text === 'string' ? parseVersion(text) : undefined;
  const first = since === undefined ? undefined : parseVersion(since);
  if (!version || !first) return false;
  const [major, minor, patch] = version.release;
  return patch > 0 && first.release[0] === major && first.release[1] === minor + 1 && first.release[2] === 0;
}

/** A number beyond the limits that hold at this version. */
export function checkLimits(value: number, spec: Constrained, vllm: At): ValueFault | undefined {
  for (const limits of spec.limits) {
    if (!isBeyond(value, limits)) continue;
    const answer = holds(limits.range, vllm);
    if (answer === 'no') continue;
    const range = isWhole(limits.range) ? {} : { range: limits.range };
    return { kind: 'limit', expected: limitWords(limits), ...range, certain: answer === 'yes' };
  }
  return undefined;
}

function isBeyond(value: number, { minimum, maximum, above, below }: Limits): boolean {
  if (Number.isNaN(value)) return false;
  return (
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (above !== undefined && value <= above) ||
    (below !== undefined && value >= below)
  );
}

/** `at least 1`, `above 0 and at most 1`. */
export function limitWords({ minimum, maximum, above, below }: Limits): string {
  const low = minimum !== undefined ? `at least ${minimum}` : above !== undefined ? `above ${above}` : undefined;
  const high = maximum !== undefined ? `at most ${maximum}` : below !== undefined ? `below ${below}` : undefined;
  const both = [low, high].filter((part) => part !== undefined).join(' and ');
  return `a number ${both}`;
}

/** `auto` for the longest context that fits is understood since this release (vLLM's `human_readable_int_or_auto`). */
const AUTO_LENGTH = { library: 'vllm', until: '0.13' } as const;

/**
 * Would vLLM's argument parser, or the configuration that it fills, take this text for a flag? Empty texts and `None`
 * stand for no value and are never reported, nor is anything whose type is text.
 */
export function checkFlagText(
  fact: Constrained & { readonly name: string; readonly type: string },
  text: string,
  vllm?: At,
): ValueFault | undefined {
  if (text === '' || text === 'None') return undefined;
  if (fact.type === 'integer' || fact.type === 'number' || fact.type.startsWith('integer with')) {
    const value = readNumber(text, fact.type);
    if (value !== undefined) return checkClosed(text.trim(), fact, vllm) ?? checkLimits(value, fact, vllm);
    if (fact.name === 'max-model-len' && text.trim().toLowerCase() === 'auto') {
      const answer = holds(AUTO_LENGTH, vllm);
      if (answer === 'no') return undefined;
      return { kind: 'type', expected: 'a whole number', range: AUTO_LENGTH, certain: answer === 'yes' };
    }
    const expected =
      fact.type === 'number'
        ? 'a number'
        : fact.type === 'integer'
          ? 'a whole number'
          : 'a whole number, with k, m, g or t (decimal) or K, M, G or T (binary) behind it if you like';
    return { kind: 'type', expected, certain: true };
  }
  return checkClosed(text, fact, vllm);
}
