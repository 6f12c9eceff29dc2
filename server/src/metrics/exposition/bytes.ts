/** Bytes that mean something in a metrics page. */
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;

/** A piece of a page, seen as bytes and, for comparing four of them at once, as a view. */
export interface Piece {
  readonly bytes: Buffer;
  readonly view: DataView;
}

export function piece(chunk: Uint8Array): Piece {
  return { bytes: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), view: viewOf(chunk) };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether two stretches of `length` bytes are equal. Both must lie within their views. */
export function sameBytes(one: DataView, at: number, other: DataView, from: number, length: number): boolean {
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    if (one.getInt32(at + index, true) !== other.getInt32(from + index, true)) return false;
  }
  for (; index < length; index += 1) {
    if (one.getUint8(at + index) !== other.getUint8(from + index)) return false;
  }
  return true;
}

/** So that nobody can prepare names that share one hash. */
const SEED = Math.trunc(Math.random() * 2 ** 32);

/** A hash of bytes (FNV-1a, by fours). */
export function hashBytes(view: DataView, at: number, length: number): number {
  let hash = SEED ^ length;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    hash = Math.imul(hash ^ view.getInt32(at + index, true), 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; index < length; index += 1) hash = Math.imul(hash ^ view.getUint8(at + index), 0x01000193);
  return hash ^ (hash >>> 16);
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** The first byte from `at` on that is no blank. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let index = at;
  while (isBlank(bytes[index])) index += 1;
  return index;
}

/** Behind the mark that some editors put before UTF-8. */
export function skipMark(bytes: Uint8Array, at: number): number {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? at + 3 : at;
}
