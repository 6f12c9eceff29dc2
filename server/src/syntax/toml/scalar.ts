/** What a value that is no text and has no brackets is. */
export type TomlScalar =
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer' | 'float'; readonly value: number }
  | { readonly type: TomlTime }
  | { readonly type: 'newer'; readonly message: string }
  | { readonly type: 'bad'; readonly message: string };

export type TomlTime = 'offset date-time' | 'local date-time' | 'local date' | 'local time';

const DECIMAL = /^[+-]?(?:0|[1-9](?:_?\d)*)$/;
const PREFIXED = /^0(?:x[\da-fA-F](?:_?[\da-fA-F])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/;
const FLOAT = /^[+-]?(?:0|[1-9](?:_?\d)*)(?=[.eE])(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$/;
const SPECIAL = /^([+-]?)(inf|nan)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](.+))?$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?$/;
const OFFSET = /^(.*?)(?:[Zz]|[+-](\d\d):(\d\d))$/;

const MOST = 2n ** 63n;

/** Reads a word as TOML 1.0 does. */
export function readTomlScalar(word: string): TomlScalar {
  if (word === 'true' || word === 'false') return { type: 'boolean', value: word === 'true' };
  if (DECIMAL.test(word) || PREFIXED.test(word)) return integer(word);
  if (FLOAT.test(word)) return { type: 'float', value: Number(word.replaceAll('_', '')) };
  const special = SPECIAL.exec(word);
  if (special) {
    const sign = special[1] === '-' ? -1 : 1;
    return { type: 'float', value: special[2] === 'nan' ? Number.NaN : sign * Number.POSITIVE_INFINITY };
  }
  if (/^\d{4}-|^\d\d:/.test(word)) return moment(word);
  return { type: 'bad', message: `no value \`${word.slice(0, 60)}\`: a text stands in quotes` };
}

/** The whole number that a word of TOML stands for, however large. */
export function tomlInteger(word: string): bigint {
  const digits = word.replaceAll('_', '').replace(/^\+/, '');
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
}

function integer(word: string): TomlScalar {
  const value = tomlInteger(word);
  if (value >= MOST || value < -MOST) return { type: 'bad', message: `a number beyond 64 bits, \`${word}\`` };
  return { type: 'integer', value: Number(value) };
}

function moment(word: string): TomlScalar {
  const bad: TomlScalar = { type: 'bad', message: `no date or time \`${word.slice(0, 60)}\`` };
  const date = DATE.exec(word);
  if (!date) return clock(word) ?? bad;
  const [, year, month, day, rest] = date;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return bad;
  if (Number(day) > new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate()) return bad;
  if (rest === undefined) return { type: 'local date' };
  const zoned = OFFSET.exec(rest);
  if (zoned && (Number(zoned[2] ?? 0) > 23 || Number(zoned[3] ?? 0) > 59)) return bad;
  const time = clock(zoned ? zoned[1]! : rest);
  if (time?.type !== 'local time') return time ?? bad;
  return { type: zoned ? 'offset date-time' : 'local date-time' };
}

function clock(word: string): TomlScalar | undefined {
  const time = TIME.exec(word);
  if (!time) return undefined;
  const [, hour, minute, second] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  return second === undefined ? { type: 'newer', message: 'a time without seconds' } : { type: 'local time' };
}
