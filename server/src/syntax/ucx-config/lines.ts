import type { Span } from '../span';

/** One line as the reader of a ucx.conf gets it, blanks around it left out. */
export interface ConfigLine extends Span {
  /** Where it began, before the blanks in front. */
  readonly lineStart: number;
  /** The rest of a line that was too long, which is read as a line of its own after this one. */
  readonly cut: Span | undefined;
}

/** Bytes that UCX reads at once, line break included (INI_MAX_LINE in src/ucs/config/ini.h, less the end mark). */
export const longest = 199;

/** The characters that C takes for blanks. */
const BLANK = /[ \t\n\v\f\r]/;

/** The lines of a text, as `fgets` with a small buffer hands them out. */
export function* configLines(text: string): Generator<ConfigLine> {
  let at = 0;
  while (at < text.length) {
    const lineBreak = text.indexOf('\n', at);
    const next = lineBreak < 0 ? text.length : lineBreak + 1;
    const end = fitting(text, at, next);
    const mark = text.slice(at, end).indexOf('\0');
    // A mark at the start of the file is passed over, and what follows it counts as indented: nothing stands before it.
    const from = at === 0 && text[0] === '\uFEFF' ? 1 : at;
    const rest =
      end < next && text.slice(end, next).trim() !== '' ? { start: end, end: lastOf(text, end, next) } : undefined;
    yield { ...trimmed(text, from, mark < 0 ? end : at + mark), lineStart: at, cut: rest };
    at = end;
  }
}

/** How far the buffer reaches. A character of several bytes that it would cut goes to the next line. */
function fitting(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let at = start; at < end; ) {
    const code = text.codePointAt(at)!;
    bytes += bytesOf(code);
    if (bytes > longest) return Math.max(at, start + 1);
    at += code < 0x10000 ? 1 : 2;
  }
  return end;
}

/** True for a line, without its break, that is read in one piece. */
export function fitsLine(line: string): boolean {
  let bytes = 0;
  for (const character of line) bytes += bytesOf(character.codePointAt(0)!);
  return bytes <= longest;
}

function bytesOf(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

function trimmed(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && BLANK.test(text[start]!)) start++;
  while (end > start && BLANK.test(text[end - 1]!)) end--;
  return { start, end };
}

function lastOf(text: string, start: number, end: number): number {
  return trimmed(text, start, end).end;
}
