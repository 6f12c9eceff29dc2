const LONGEST = 60;

/** A value or a name for a message: in backticks, on one line, cut when long. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const cut = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  return cut.includes('`') ? `"${cut}"` : `\`${cut}\``;
}

/** `a`, `b` or `c`. */
export function oneOf(names: readonly string[]): string {
  return join(names.map(code), 'or');
}

/** `a`, `b` and `c`. */
export function allOf(names: readonly string[]): string {
  return join(names.map(code), 'and');
}

function join(words: readonly string[], last: string): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
