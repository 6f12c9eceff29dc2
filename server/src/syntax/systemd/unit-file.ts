import { nameEncoder, replaced, type Segment, SegmentBuilder, sourceRange } from '../segments';
import { type Encoder, type Place, SourceText } from '../source-text';

/** `Key=value` of a systemd unit. */
export interface UnitEntry {
  /** `Unit`, `Service`, …; empty before the first header. */
  readonly section: string;
  readonly key: string;
  readonly keyText: SourceText;
  /** With continuations joined; see `unitWords`, `unitCommands` and `unitAssignments` for what is in it. */
  readonly value: SourceText;
  readonly place: Place;
}

/** Reads a unit file (systemd, src/shared/conf-parser.c), entries in order. Never throws. */
export function parseUnitFile(source: SourceText): UnitEntry[] {
  const { text } = source;
  const entries: UnitEntry[] = [];
  let section = '';
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const line = readLine(source, at);
    at = Math.max(line.next, at + 1);
    if (!line.text) continue;
    const header = /^\[([^\]]*)\]\s*$/.exec(line.text.text);
    if (header) {
      section = header[1]!;
      continue;
    }
    const equals = line.text.text.indexOf('=');
    if (equals < 0) continue;
    const keyEnd = line.text.text.slice(0, equals).trimEnd().length;
    const rest = line.text.text.slice(equals + 1);
    const start = equals + 1 + rest.length - rest.trimStart().length;
    const end = Math.max(start, line.text.text.trimEnd().length);
    const keyText = line.text.slice(0, keyEnd, nameEncoder);
    const value = line.text.slice(start, end, trimmed);
    const first = keyText.locate().span.start;
    const last = value.locate();
    const place = { source: last.root, span: { start: Math.min(first, last.span.end), end: last.span.end } };
    entries.push({ section, key: keyText.text, keyText, value, place });
  }
  return entries;
}

/** Blanks around a value do not belong to it. */
const trimmed: Encoder = (replacement, at, text) => {
  const whole = replaced(text, at, replacement);
  return whole === whole.trim() ? replacement : undefined;
};

/** A line with what continues it: each backslash before a line break is a blank, comments in between are left out. */
function readLine(source: SourceText, start: number): { readonly text: SourceText | undefined; readonly next: number } {
  const { text } = source;
  const encoder = lineEncoder(text, () => ({ segments: built.segments, start: first, end: last }));
  const built = new SegmentBuilder(text, encoder);
  const { first, last, next } = join(built, text, start);
  if (first < 0) return { text: undefined, next };
  return {
    text: SourceText.derived(source, built.text, built.segments, { start: first, end: last }, { encoder }),
    next,
  };
}

function join(built: SegmentBuilder, text: string, start: number): { first: number; last: number; next: number } {
  let first = -1;
  let last = start;
  let at = start;
  let pending = -1;
  while (at < text.length) {
    const lineBreak = text.indexOf('\n', at);
    const next = lineBreak < 0 ? text.length : lineBreak + 1;
    let end = lineBreak < 0 ? text.length : lineBreak;
    if (end > at && text[end - 1] === '\r') end--;
    let from = at;
    while (from < end && (text[from] === ' ' || text[from] === '\t')) from++;
    const comment = text[from] === '#' || text[from] === ';';
    if (from < end && comment) {
      if (pending < 0) return { first, last, next };
      at = next;
      continue;
    }
    if (from >= end && pending < 0) return { first, last, next };
    if (first < 0) first = from;
    if (pending >= 0) built.escape(' ', pending, from);
    const continued = endsInEscape(text, from, end);
    last = continued ? end - 1 : end;
    built.verbatim(from, last);
    if (!continued) return { first, last, next };
    pending = end - 1;
    at = next;
  }
  return { first, last, next: text.length };
}

/** An odd number of backslashes at the end. */
function endsInEscape(text: string, start: number, end: number): boolean {
  let count = 0;
  while (end - count > start && text[end - count - 1] === '\\') count++;
  return count % 2 === 1;
}

function lineEncoder(text: string, state: () => { segments: readonly Segment[]; start: number; end: number }): Encoder {
  return (replacement, at, decoded) => {
    if (/[\n\r\0]/.test(replacement)) return undefined;
    const { segments, start, end } = state();
    const range = sourceRange(segments, at, { start, end });
    const raw = text.slice(start, range.start) + replacement + text.slice(range.end, end);
    const built = new SegmentBuilder(raw);
    const { next } = join(built, raw, 0);
    const whole = replaced(decoded, at, replacement);
    return next === raw.length && built.text === whole && !endsInEscape(raw, 0, raw.length) ? replacement : undefined;
  };
}
