/** Control characters and marks of direction, which a terminal would obey, and halves of surrogate pairs. */
const UNPRINTABLE = /\p{Cc}|\p{Cs}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from a file as a terminal may show it: one column for every tab, a dot for what is no visible character. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (character === '\t' ? ' ' : '·'));
}

/** Columns that `printable(text)` takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of printable(text)) width += columns(character.codePointAt(0)!);
  return width;
}

/** East Asian wide characters and emoji take two columns, combining marks none. */
function columns(code: number): number {
  if (code < 0x300) return 1;
  if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(String.fromCodePoint(code))) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}
