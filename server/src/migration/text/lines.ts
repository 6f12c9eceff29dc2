/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line of an offset ends, before its break. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const stop = end < 0 ? text.length : end;
  return stop > offset && text[stop - 1] === '\r' ? stop - 1 : stop;
}

/** Where the line after an offset begins; the end of the text when there is none. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** The break that this part of the text is written with. */
export function lineBreak(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  const before = end < 0 ? text.lastIndexOf('\n') : end;
  return before > 0 && text[before - 1] === '\r' ? '\r\n' : '\n';
}

/** Blanks before the first character of the line at `start`. */
export function indentAt(text: string, start: number): number {
  const blanks = /[ \t]*/y;
  blanks.lastIndex = start;
  return blanks.exec(text)![0].length;
}

/** Nothing but blanks, or a comment. */
export function isIdle(line: string): boolean {
  return /^\s*(?:#.*)?$/.test(line);
}
