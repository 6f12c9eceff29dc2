import { parse } from 'unbash';
import { type Hole, type Place, type Reason, type Segment, SourceText } from '../source-text';
import type { Span } from '../span';

/** A script prepared for the parser: line ends as the shell knows them, unknown stretches masked by letters. */
export interface Script {
  readonly source: SourceText;
  /** The text that is parsed: as long as the source, with letters in place of what is unknown. */
  readonly text: string;
  readonly holes: readonly Hole[];
}

export function prepareScript(given: SourceText): Script {
  const source = withPlainLineEnds(given);
  const holes = source.holes().filter((hole) => hole.end > hole.start);
  return { source, text: maskHoles(source.text, holes), holes };
}

export function parseScript(script: Script): ReturnType<typeof parse> {
  return parse(script.text);
}

/** A script that others read, and its tree. */
interface Included {
  readonly script: Script;
  readonly parsed: ReturnType<typeof parse>;
}

/** Characters of scripts that others read whose trees are kept: a library is read by a hundred scripts beside it. */
const MOST_KEPT = 256 * 1024;

/** The one read longest ago first. */
const included = new Map<SourceText, Included>();

/** Prepares and parses a file that scripts read; the same one for as long as it is the same text. */
export function includedScript(source: SourceText): Included {
  const known = included.get(source);
  included.delete(source);
  const script = known?.script ?? prepareScript(source);
  const one = known ?? { script, parsed: parseScript(script) };
  if (source.length > MOST_KEPT) return one;
  included.set(source, one);
  let sum = 0;
  for (const { length } of included.keys()) sum += length;
  for (const [oldest] of included) {
    if (sum <= MOST_KEPT) break;
    included.delete(oldest);
    sum -= oldest.length;
  }
  return one;
}

export function placeIn(script: Script, range: Span): Place {
  return { source: script.source, span: { start: range.start, end: range.end } };
}

/** The first unknown stretch of the script that these characters touch. */
export function holeWithin(script: Script, start: number, end: number): Reason | undefined {
  if (script.holes.length === 0) return undefined;
  return script.holes.find((hole) => hole.start < end && start < hole.end)?.reason;
}

/** Blanks at the edges stay: a template block on lines of its own is no word, and what is set off stays set off. */
function maskHoles(text: string, holes: readonly Hole[]): string {
  if (holes.length === 0) return text;
  let masked = '';
  let done = 0;
  for (const { start, end } of holes) {
    if (start < done) continue;
    const letters = text.slice(start, end).replace(/\S(?:[\s\S]*\S)?/, (inner) => '_'.repeat(inner.length));
    masked += text.slice(done, start) + letters;
    done = end;
  }
  return masked + text.slice(done);
}

/** A byte order mark and the `\r` of `\r\n` are the editor's, not the shell's. */
function withPlainLineEnds(source: SourceText): SourceText {
  const { text } = source;
  const skip = text.startsWith('\uFEFF') ? 1 : 0;
  if (skip === 0 && !text.includes('\r\n')) return source;
  const encoder = (replacement: string) => replacement.replaceAll('\n', '\r\n');
  const segments: Segment[] = [];
  let plain = '';
  let from = skip;
  while (from < text.length) {
    const carriage = text.indexOf('\r\n', from);
    const to = carriage === -1 ? text.length : carriage;
    if (to > from) {
      const start = plain.length;
      plain += text.slice(from, to);
      segments.push({ start, end: plain.length, sourceStart: from, sourceEnd: to, kind: 'verbatim', encoder });
    }
    from = carriage === -1 ? to : carriage + 1;
  }
  return SourceText.derived(source, plain, segments, source.all, { encoder });
}
