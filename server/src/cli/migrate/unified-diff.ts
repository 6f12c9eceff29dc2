import type { FilePlan } from '../../migration';

/** Lines around a change that are shown with it. */
const CONTEXT = 3;

/** Lines of one text that become lines of another one; counted from 0. */
interface Region {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** What becomes of a file, as `git apply` and `patch -p1` take it. */
export function unifiedDiff(plan: FilePlan): string {
  const { file } = plan;
  const oldLines = linesOf(plan.text);
  const newLines = linesOf(plan.newText);
  const regions = regionsOf(plan, oldLines, newLines);
  const hunks = hunksOf(regions);
  const name = /[\t\n"\\]/.test(file)
    ? (side: string) => JSON.stringify(`${side}/${file}`)
    : (side: string) => `${side}/${file}`;
  const head = `--- ${name('a')}\n+++ ${name('b')}\n`;
  return head + hunks.map((hunk) => hunkText(hunk, oldLines, newLines)).join('');
}

/** The lines with their breaks; the last one may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The touched lines: edits on the same or on neighbouring lines are one region. */
function regionsOf(
  { text, newText, edits }: FilePlan,
  oldLines: readonly string[],
  newLines: readonly string[],
): Region[] {
  const oldStarts = startsOf(oldLines);
  const newStarts = startsOf(newLines);
  const regions: Region[] = [];
  let shift = 0;
  for (const { start, end, newText: put } of edits) {
    const newStart = start + shift;
    const newEnd = newStart + put.length;
    shift += put.length - (end - start);
    // What ends with a line on both sides leaves the next one alone.
    const whole = isLineStart(text, end) && isLineStart(newText, newEnd);
    const rest = whole ? 0 : 1;
    const region = {
      oldStart: lineOf(oldStarts, start),
      oldEnd: Math.min(lineOf(oldStarts, end) + rest, oldLines.length),
      newStart: lineOf(newStarts, newStart),
      newEnd: Math.min(lineOf(newStarts, newEnd) + rest, newLines.length),
    };
    const last = regions.at(-1);
    if (last && region.oldStart <= last.oldEnd) {
      regions[regions.length - 1] = {
        ...last,
        oldEnd: Math.max(last.oldEnd, region.oldEnd),
        newEnd: Math.max(last.newEnd, region.newEnd),
      };
    } else regions.push(region);
  }
  return regions.map((region) => trimmed(region, oldLines, newLines));
}

function isLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n';
}

/** Where each line starts; behind a last line that has a break, one more would. */
function startsOf(lines: readonly string[]): number[] {
  const starts = [0];
  for (const line of lines) if (line.endsWith('\n')) starts.push(starts.at(-1)! + line.length);
  return starts;
}

/** The line that an offset lies in, counted from 0. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Without the lines at either end that stay as they are. */
function trimmed(region: Region, oldLines: readonly string[], newLines: readonly string[]): Region {
  let { oldStart, oldEnd, newStart, newEnd } = region;
  while (oldStart < oldEnd && newStart < newEnd && oldLines[oldStart] === newLines[newStart]) {
    oldStart += 1;
    newStart += 1;
  }
  while (oldStart < oldEnd && newStart < newEnd && oldLines[oldEnd - 1] === newLines[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

function hunksOf(regions: readonly Region[]): Region[][] {
  const hunks: Region[][] = [];
  for (const region of regions) {
    const last = hunks.at(-1)?.at(-1);
    if (last && region.oldStart - last.oldEnd <= 2 * CONTEXT) hunks.at(-1)!.push(region);
    else hunks.push([region]);
  }
  return hunks;
}

function hunkText(hunk: readonly Region[], oldLines: readonly string[], newLines: readonly string[]): string {
  const first = hunk[0]!;
  const last = hunk.at(-1)!;
  const oldFrom = Math.max(0, first.oldStart - CONTEXT);
  const oldTo = Math.min(oldLines.length, last.oldEnd + CONTEXT);
  const newFrom = first.newStart - (first.oldStart - oldFrom);
  const lines: string[] = [];
  let at = oldFrom;
  let newCount = 0;
  const keep = (until: number) => {
    for (; at < until; at += 1) {
      lines.push(marked(' ', oldLines[at]!));
      newCount += 1;
    }
  };
  for (const region of hunk) {
    keep(region.oldStart);
    for (; at < region.oldEnd; at += 1) lines.push(marked('-', oldLines[at]!));
    for (const line of newLines.slice(region.newStart, region.newEnd)) {
      lines.push(marked('+', line));
      newCount += 1;
    }
  }
  keep(oldTo);
  const range = (from: number, count: number) => `${count === 0 ? from : from + 1},${count}`;
  return `@@ -${range(oldFrom, oldTo - oldFrom)} +${range(newFrom, newCount)} @@\n${lines.join('')}`;
}

function marked(sign: string, line: string): string {
  return line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
