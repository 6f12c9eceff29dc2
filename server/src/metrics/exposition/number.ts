import { CR, LF, SPACE, TAB } from './bytes';

const ZERO = 0x30;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const LOWER = 0x20;
const E = 0x65;
/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Every whole number of so many digits is exact. */
const EXACT_DIGITS = 15;
/** The longest number that anybody writes is shorter. */
const LONGEST = 400;

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const wordNumber = /^([+-]?)(?:(inf|infinity)|nan)$/i;

/** Reads a number as Go and Python write it; nothing for anything else: no hexadecimal, no underscores, no blanks. */
export function parseNumber(text: string): number | undefined {
  if (plainNumber.test(text)) return Number(text);
  const word = wordNumber.exec(text);
  if (!word) return undefined;
  if (!word[2]) return Number.NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}

/** Reads numbers out of bytes. Where the last one ended is in `end`; -1 where there was none. */
export class NumberScanner {
  end = -1;

  /** The number at `at`, up to a blank, a line end or the end of the bytes. */
  read(bytes: Buffer, at: number): number {
    let index = at;
    const sign = bytes[index];
    if (sign === MINUS || sign === PLUS) index += 1;
    let whole = 0;
    let digits = 0;
    let seen = 0;
    let fraction = 0;
    for (let digit = bytes[index]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++index]! - ZERO) {
      whole = whole * 10 + digit;
      if (whole !== 0) digits += 1;
      seen += 1;
    }
    if (bytes[index] === POINT) {
      index += 1;
      for (let digit = bytes[index]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++index]! - ZERO) {
        whole = whole * 10 + digit;
        if (whole !== 0) digits += 1;
        seen += 1;
        fraction += 1;
      }
    }
    let exponent = 0;
    if (seen > 0 && (bytes[index]! | LOWER) === E) {
      index += 1;
      const down = bytes[index] === MINUS;
      if (down || bytes[index] === PLUS) index += 1;
      const first = index;
      for (let digit = bytes[index]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++index]! - ZERO) {
        exponent = Math.min(exponent * 10 + digit, LONGEST);
      }
      if (index === first) seen = 0;
      if (down) exponent = -exponent;
    }
    const power = exponent - fraction;
    if (seen === 0 || !endsNumber(bytes[index]) || digits > EXACT_DIGITS || power > 22 || power < -22) {
      return this.readSlowly(bytes, at);
    }
    this.end = index;
    const value = power < 0 ? whole / POWERS[-power]! : whole * POWERS[power]!;
    return sign === MINUS ? -value : value;
  }

  private readSlowly(bytes: Buffer, at: number): number {
    let end = at;
    while (!endsNumber(bytes[end]) && end - at <= LONGEST) end += 1;
    const value = endsNumber(bytes[end]) ? parseNumber(bytes.toString('latin1', at, end)) : undefined;
    this.end = value === undefined ? -1 : end;
    return value ?? Number.NaN;
  }
}

function endsNumber(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === TAB || byte === CR || byte === undefined;
}
