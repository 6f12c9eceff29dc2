import type { FileEdit } from '../analysis';

/** Edits of one file, in the order of their places, equal ones once. Insertions at one point stay in the order given. */
export function ordered(edits: readonly FileEdit[]): FileEdit[] {
  const unique = new Map<string, FileEdit>();
  for (const edit of edits) {
    const key = `${edit.start} ${edit.end} ${edit.newText}`;
    if (!unique.has(key)) unique.set(key, edit);
  }
  return [...unique.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** True when two edits of one file want the same characters, and not the same of them. */
export function collide(a: FileEdit, b: FileEdit): boolean {
  if (a.file !== b.file || isSame(a, b)) return false;
  if (a.start === a.end || b.start === b.end) {
    // An insertion at the edge of something, or beside another insertion, goes with it.
    const [point, other] = a.start === a.end ? [a.start, b] : [b.start, a];
    return other.start < point && point < other.end;
  }
  return a.start < b.end && b.start < a.end;
}

function isSame(a: FileEdit, b: FileEdit): boolean {
  return a.start === b.start && a.end === b.end && a.newText === b.newText;
}

/** The text after edits that are `ordered` and do not collide. */
export function applyEdits(text: string, edits: readonly FileEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, newText } of edits) {
    parts.push(text.slice(at, start), newText);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Where an offset of a file as it was lies after edits; `undefined` for characters that were replaced. */
export type Shift = (file: string, offset: number) => number | undefined;

/** How edits move what they leave alone. */
export function shiftOf(edits: readonly FileEdit[]): Shift {
  const byFile = new Map<string, FileEdit[]>();
  for (const edit of edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
  const sorted = new Map([...byFile].map(([file, own]) => [file, ordered(own)]));
  return (file, offset) => moved(offset, sorted.get(file) ?? []);
}

function moved(offset: number, edits: readonly FileEdit[]): number | undefined {
  let shift = 0;
  for (const { start, end, newText } of edits) {
    if (offset < start || (offset === start && start < end)) break;
    if (offset < end) return undefined;
    shift += newText.length - (end - start);
  }
  return offset + shift;
}
