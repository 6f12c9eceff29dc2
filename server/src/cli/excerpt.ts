import type { Range } from '../analysis';

/** Some lines of a file with a stretch to point at, small enough to keep after the file is let go. */
export interface Excerpt {
  readonly lines: readonly ExcerptLine[];
  /** Lines of the stretch that are not shown. */
  readonly omitted: number;
}

export interface ExcerptLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** The stretch within `text`. */
  readonly start: number;
  readonly end: number;
}

const MAX_LINES = 3;
/** Characters of a line that are shown; of a longer one, those around the stretch. */
const MAX_WIDTH = 120;
const LEAD = 40;

/** The lines of a range; `lineText` gives one line without its end. */
export function excerptOf(range: Range, lineText: (line: number) => string): Excerpt {
  const last = Math.min(range.end.line, range.start.line + MAX_LINES - 1);
  const lines: ExcerptLine[] = [];
  for (let line = range.start.line; line <= last; line += 1) {
    const text = lineText(line);
    const start = line === range.start.line ? range.start.character : text.length - text.trimStart().length;
    const end = line === range.end.line ? range.end.character : text.length;
    // A line of which only the end belongs to the stretch, as after a trailing newline, shows nothing.
    if (line > range.start.line && end <= start) continue;
    lines.push(cropped(line + 1, text, Math.min(start, text.length), Math.min(end, text.length)));
  }
  return { lines, omitted: range.end.line - last };
}

function cropped(number: number, text: string, start: number, end: number): ExcerptLine {
  if (text.length <= MAX_WIDTH) return { number, text, start, end };
  const from = start <= MAX_WIDTH - LEAD ? 0 : start - LEAD;
  const to = Math.min(text.length, from + MAX_WIDTH);
  const before = from > 0 ? '…' : '';
  const after = to < text.length ? '…' : '';
  const shift = before.length - from;
  return {
    number,
    text: before + text.slice(from, to) + after,
    start: start + shift,
    end: Math.min(end, to) + shift,
  };
}
