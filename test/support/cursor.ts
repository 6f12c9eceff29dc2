/** Stands for the cursor in a test's text. In none of the languages that we read. */
export const MARK = '‸';

/** A text with one mark as the text without it, and where it was. */
export function atMark(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf(MARK);
  if (offset < 0 || offset !== marked.lastIndexOf(MARK)) throw new Error('one mark is wanted');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

/** Edits of one text, given in its own offsets, applied. */
export function applyEdits(
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly newText: string }[],
): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}
