import { lineBreak, lineEnd, lineStart } from './lines';

/** How a flag is written before another one that stands at `start`, in its notation. */
export function flagBefore(
  text: string,
  start: number,
  name: string,
  value: string | undefined,
): { readonly start: number; readonly newText: string } | undefined {
  const first = lineStart(text, start);
  const before = text.slice(first, start);
  const joined = value === undefined ? `--${name}` : `--${name}=${value}`;
  // An item of a list, on a line of its own.
  const item = /^([ ]*- +)(["']?)$/.exec(before);
  const rest = text.slice(start, lineEnd(text, start));
  if (item && (item[2] !== '' || !/[ \t]--?[a-z]/i.test(rest))) {
    return { start: first, newText: `${item[1]}${item[2]}${joined}${item[2]}${lineBreak(text, first)}` };
  }
  // A line of a command that goes on.
  if (/^[ \t]+$/.test(before) && /\\$/.test(rest)) {
    return { start: first, newText: `${before}${joined} \\${lineBreak(text, first)}` };
  }
  // A key of a mapping, as in a `--config` file.
  if (/^[ ]*["']?$/.test(before) && /^[\w-]+["']?[ \t]*:/.test(rest)) {
    const margin = before.replace(/["']$/, '');
    return { start: first, newText: `${margin}${name}: ${value ?? 'true'}${lineBreak(text, first)}` };
  }
  // An item of a list in brackets: the next one follows after a comma.
  const quote = /[[,]\s*(["'])$/.exec(before)?.[1] ?? /^\s*(["'])$/.exec(before)?.[1];
  if (quote) {
    const lead = /^\s*["']$/.test(before) ? `${lineBreak(text, first)}${before.slice(0, -1)}` : ' ';
    return { start: start - 1, newText: `${quote}${joined}${quote},${lead}` };
  }
  // A word of a command line.
  if (before === '' || /[ \t]$/.test(before)) return { start, newText: `${joined} ` };
  return undefined;
}
