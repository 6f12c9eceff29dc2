import { replaced, type Segment, SegmentBuilder, sourceRange } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';

/** An instruction as one line. */
export interface DockerLine {
  /** Continuations joined, comments and empty lines in between left out. */
  readonly text: SourceText;
  /** Where the next line starts. */
  readonly next: number;
}

/** A line of the file. */
interface FileLine {
  readonly start: number;
  /** Before the line break. */
  readonly end: number;
  readonly next: number;
}

export function fileLine(text: string, start: number): FileLine {
  const lineBreak = text.indexOf('\n', start);
  const stop = lineBreak < 0 ? text.length : lineBreak;
  const end = stop > start && text[stop - 1] === '\r' ? stop - 1 : stop;
  return { start, end, next: lineBreak < 0 ? text.length : lineBreak + 1 };
}

export function isComment(text: string, { start, end }: Span): boolean {
  return /^\s*#/.test(text.slice(start, end));
}

/** The escapeSign character that a comment at the top of the file sets: a backslash, or a backtick for Windows. */
export function escapeCharacter(text: string): string {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const line = fileLine(text, start);
    const directive = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(text.slice(start, line.end));
    if (!directive) break;
    if (directive[1]!.toLowerCase() === 'escape') return directive[2] === '`' ? '`' : '\\';
    start = line.next;
  }
  return '\\';
}

/** Reads the instruction that begins at `start` (moby/buildkit, frontend/dockerfile/parser/parser.go). */
export function readDockerLine(source: SourceText, start: number, escapeSign: string): DockerLine {
  const { text } = source;
  const encoder = lineEncoder(text, start, escapeSign, () => ({ segments: built.segments, end: site.end }));
  const built = new SegmentBuilder(text, encoder);
  const { end, next } = joinLines(built, text, start, text.length, escapeSign);
  const site = { start, end };
  return { text: SourceText.derived(source, built.text, built.segments, site, { encoder }), next };
}

function joinLines(
  built: SegmentBuilder,
  text: string,
  start: number,
  limit: number,
  escapeSign: string,
): { end: number; next: number } {
  let line = fileLine(text, start);
  let first = true;
  let end = start;
  for (;;) {
    const skipped = !first && (isComment(text, line) || text.slice(line.start, line.end).trim() === '');
    if (!skipped) {
      const content = text.slice(line.start, line.end);
      // An escaped escapeSign character at the end of a line does not continue it.
      const trimmed = content.replace(/[ \t]+$/, '');
      const continued = trimmed.endsWith(escapeSign) && trimmed.at(-2) !== escapeSign;
      end = line.start + (continued ? trimmed.length - 1 : content.length);
      built.verbatim(line.start, end);
      if (!continued) return { end, next: line.next };
    }
    first = false;
    if (line.next >= limit) return { end, next: line.next };
    line = fileLine(text, line.next);
  }
}

/** Writes into an instruction and joins its lines again: what would end it, or become a comment, is refused. */
function lineEncoder(
  text: string,
  start: number,
  escapeSign: string,
  state: () => { segments: readonly Segment[]; end: number },
): Encoder {
  return (replacement, at, decoded) => {
    if (/[\n\r\0]/.test(replacement)) return undefined;
    const { segments, end } = state();
    const range = sourceRange(segments, at, { start, end });
    const raw = text.slice(start, range.start) + replacement + text.slice(range.end, end);
    const built = new SegmentBuilder(raw);
    joinLines(built, raw, 0, raw.length, escapeSign);
    return built.text === replaced(decoded, at, replacement) ? replacement : undefined;
  };
}
