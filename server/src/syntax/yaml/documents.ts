import type { Span } from '../span';

/**
 * The documents of a YAML stream. The spans follow each other and cover the whole text, so that each can be parsed,
 * and remembered, on its own: a line that starts with `---` or follows a `...` always begins a document, even within
 * a scalar. Directives and comments before a `---` belong to the document that it begins.
 */
export function splitYamlDocuments(text: string): Span[] {
  const starts = [0];
  for (const { index, 0: marker } of text.matchAll(/^(?:---(?=[ \t\r\n]|$)|\.\.\.(?=[ \t\r\n]|$)[^\n]*\n?)/gm)) {
    // `m` lets `^` match after a lone carriage return and the Unicode separators too; YAML does not.
    if (index > 0 && text[index - 1] !== '\n') continue;
    const start = marker.startsWith('...') ? index + marker.length : index;
    if (start > starts.at(-1)! && start < text.length) starts.push(start);
  }
  const spans: Span[] = [];
  let start = 0;
  starts.forEach((from, index) => {
    const end = starts[index + 1] ?? text.length;
    if (end < text.length && text.startsWith('---', end) && isPrefix(text, from, end)) return;
    const last = spans.at(-1);
    if (last && end === text.length && isPrefix(text, from, end)) spans[spans.length - 1] = { start: last.start, end };
    else spans.push({ start, end });
    start = end;
  });
  return spans;
}

/** True for comments, directives and empty lines only. */
function isPrefix(text: string, start: number, end: number): boolean {
  const line = /\uFEFF?(?:[ \t\r]*(?:#[^\n]*)?|%[^\n]*)(?:\n|$)/y;
  let at = start;
  while (at < end) {
    line.lastIndex = at;
    if (!line.test(text) || line.lastIndex === at) return false;
    at = line.lastIndex;
  }
  return true;
}
