import type { Encoder } from '../source-text';
import { ansiQuoted, singleQuoted } from './encoders';
import type { Script } from './script';

/** Where decoded characters go. Offsets are those of the script. */
export interface Sink {
  /** Characters that stand for themselves. */
  verbatim(start: number, end: number, encoder: Encoder): void;
  /** Characters that are written differently. */
  escape(start: number, end: number, text: string, encoder: Encoder): void;
}

/** Text outside quotes: a backslash takes the next character as it is and joins lines. */
export function decodeUnquoted({ text }: Script, start: number, end: number, encoder: Encoder, sink: Sink): void {
  let from = start;
  for (let at = text.indexOf('\\', start); at !== -1 && at + 1 < end; at = text.indexOf('\\', from)) {
    if (at > from) sink.verbatim(from, at, encoder);
    const next = String.fromCodePoint(text.codePointAt(at + 1)!);
    from = Math.min(end, at + 1 + next.length);
    if (next !== '\n') sink.escape(at, from, text.slice(at + 1, from), encoder);
  }
  if (end > from) sink.verbatim(from, end, encoder);
}

/**
 * Text in double quotes or a here-document: a backslash counts only before some characters.
 * @param special these characters
 */
export function decodeQuoted(
  { text }: Script,
  start: number,
  end: number,
  special: string,
  encoder: Encoder,
  sink: Sink,
): void {
  let from = start;
  let at = text.indexOf('\\', start);
  while (at !== -1 && at + 1 < end) {
    const next = text[at + 1]!;
    if (next === '\n' || special.includes(next)) {
      if (at > from) sink.verbatim(from, at, encoder);
      from = at + 2;
      if (next !== '\n') sink.escape(at, from, next, encoder);
      at = text.indexOf('\\', from);
    } else {
      at = text.indexOf('\\', at + 1);
    }
  }
  if (end > from) sink.verbatim(from, end, encoder);
}

/** The inside of `'…'`. */
export function decodeSingleQuoted(start: number, end: number, sink: Sink): void {
  if (end > start) sink.verbatim(start, end, singleQuoted);
}

const ansiSimple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

const ansiEscape =
  /\\(?:([abeEfnrtv\\'"?])|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S])|([0-7]{1,3}))/y;

/** The inside of `$'…'`. Bytes given one by one are put together as UTF-8, as the program will see them. */
export function decodeAnsiQuoted({ text }: Script, start: number, end: number, sink: Sink): void {
  let from = start;
  let at = text.indexOf('\\', start);
  const flush = (to: number) => {
    if (to > from) sink.verbatim(from, to, ansiQuoted);
  };
  while (at !== -1 && at + 1 < end) {
    ansiEscape.lastIndex = at;
    const match = ansiEscape.exec(text);
    flush(at);
    if (!match || at + match[0].length > end) {
      // An escape that means nothing keeps its backslash.
      sink.escape(at, at + 2, text.slice(at, at + 2), ansiQuoted);
      from = at + 2;
    } else {
      const decoded = decodeAnsiEscape(text, at, end, match);
      // The shell's strings end at a NUL.
      if (decoded.text.includes('\0')) return;
      sink.escape(at, decoded.end, decoded.text, ansiQuoted);
      from = decoded.end;
    }
    at = text.indexOf('\\', from);
  }
  flush(end);
}

function decodeAnsiEscape(
  text: string,
  at: number,
  limit: number,
  match: RegExpExecArray,
): { text: string; end: number } {
  const end = at + match[0].length;
  const [, simple, , short, long, control] = match;
  if (simple) return { text: ansiSimple[simple]!, end };
  if (control) return { text: String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f), end };
  if (short ?? long) {
    const code = Number.parseInt((short ?? long)!, 16);
    return { text: code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD', end };
  }
  const first = byteOf(match);
  if (first < 0x80) return { text: String.fromCharCode(first), end };
  const bytes = [first];
  let next = end;
  for (;;) {
    ansiEscape.lastIndex = next;
    const more = ansiEscape.exec(text);
    if (!more || next + more[0].length > limit || (more[2] ?? more[6]) === undefined) break;
    const byte = byteOf(more);
    if (byte < 0x80) break;
    bytes.push(byte);
    next += more[0].length;
  }
  return { text: new TextDecoder().decode(Uint8Array.from(bytes)), end: next };
}

function byteOf([, , hex, , , , octal]: RegExpExecArray): number {
  return hex === undefined ? Number.parseInt(octal!, 8) & 0xff : Number.parseInt(hex, 16);
}
