import { nameEncoder, replaced, type Segment, SegmentBuilder, sourceRange } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';
import type { DotenvEntry, DotenvProblem, DotenvResult } from './parse';

const isBlank = (character: string) =>
  character === ' ' || character === '\t' || character === '\n' || character === '\r';
const isBreak = (character: string) => character === '\n' || character === '\r';

/** `EnvironmentFile=` of systemd (src/basic/env-file.c): quotes and backslashes, but no expansion. */
export function parseSystemdEnv(source: SourceText): DotenvResult {
  const entries: DotenvEntry[] = [];
  const problems: DotenvProblem[] = [];
  const { text } = source;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    if (isBlank(text[at]!)) {
      at++;
    } else if (text[at] === '#' || text[at] === ';') {
      at = skipComment(text, at);
    } else {
      at = readAssignment(source, at, entries, problems);
    }
  }
  return { entries, problems, open: [] };
}

/** To the end of the line. A backslash there does not continue a comment (since 254). */
function skipComment(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isBreak(text[at]!)) at++;
  return at;
}

function readAssignment(source: SourceText, start: number, entries: DotenvEntry[], problems: DotenvProblem[]): number {
  const { text } = source;
  // The first character belongs to the name, even if it is a `=`.
  let equals = start + 1;
  while (equals < text.length && text[equals] !== '=' && !isBreak(text[equals]!)) equals++;
  let nameEnd = equals;
  while (nameEnd > start && isBlank(text[nameEnd - 1]!)) nameEnd--;
  if (text[equals] !== '=') {
    const place = source.place({ start, end: nameEnd });
    problems.push({ place, message: 'a line without `=`, which is passed over', fatal: false });
    return equals;
  }
  const name = text.slice(start, nameEnd);
  const { value, end } = readValue(source, equals + 1);
  const place = source.place({ start, end: Math.max(equals + 1, value.locateSite().span.end) });
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const message = `\`${name}\` is no name for a variable, so that the line is passed over`;
    problems.push({ place: source.place({ start, end: Math.max(nameEnd, start) }), message, fatal: false });
  } else {
    entries.push({
      nameText: source.slice(start, nameEnd, nameEncoder),
      value,
      exported: false,
      place: { source, span: place.span },
    });
  }
  return end;
}

/** A value up to the line break that ends it. Quotes count only where a piece of the value begins. */
function readValue(source: SourceText, start: number): { value: SourceText; end: number } {
  const built = new SegmentBuilder(source.text);
  const read = decode(
    built,
    source.text,
    start,
    encoders(
      source.text,
      start,
      () => read.site,
      () => built.segments,
    ),
  );
  const { site, end, encoder } = read;
  return { value: SourceText.derived(source, built.text, built.segments, site, { encoder }), end };
}

type Style = 'plain' | 'single' | 'double';
type Encoders = Readonly<Record<Style, Encoder>>;

interface Decoded {
  /** The line break after it, or the end of the text. */
  readonly end: number;
  /** From the first character of the value to the last that counts. */
  readonly site: Span;
  /** For an empty value. */
  readonly encoder: Encoder;
}

function decode(built: SegmentBuilder, text: string, from: number, encoders: Encoders): Decoded {
  let at = from;
  let first = -1;
  let last = from;
  let lastStyle: Style = 'plain';
  const mark = (start: number, end: number) => {
    if (first < 0) first = start;
    last = end;
  };
  before: while (at < text.length) {
    const character = text[at]!;
    if (isBreak(character)) break;
    if (isBlank(character)) {
      at++;
      continue;
    }
    if (character === "'" || character === '"') {
      lastStyle = character === "'" ? 'single' : 'double';
      const end = decodeQuoted(built, text, at, character, encoders[lastStyle]);
      mark(at, end);
      at = end;
      continue;
    }
    // From here to the end of the line nothing is quoted any more.
    lastStyle = 'plain';
    let run = at;
    let keep = at;
    for (;;) {
      const next = text[at];
      if (next === undefined || isBreak(next)) {
        built.verbatim(run, keep, encoders.plain);
        mark(run, Math.max(keep, last));
        break before;
      }
      if (next === '\\') {
        built.verbatim(run, at, encoders.plain);
        if (first < 0) first = at;
        const escaped = text[at + 1];
        if (escaped !== undefined && !isBreak(escaped)) built.escape(escaped, at, at + 2, encoders.plain);
        at = Math.min(text.length, at + 2);
        run = at;
        keep = at;
        last = at;
        continue;
      }
      at++;
      if (!isBlank(next)) keep = at;
    }
  }
  const site = first < 0 ? { start: from, end: from } : { start: first, end: Math.max(first, last) };
  return { end: at, site, encoder: encoders[lastStyle] };
}

function decodeQuoted(built: SegmentBuilder, text: string, start: number, quote: string, encoder: Encoder): number {
  let run = start + 1;
  let at = run;
  while (at < text.length && text[at] !== quote) {
    if (quote === "'" || text[at] !== '\\') {
      at++;
      continue;
    }
    const next = text[at + 1];
    built.verbatim(run, at, encoder);
    if (next === undefined) {
      at++;
      run = at;
      break;
    }
    if (/["\\`$]/.test(next)) built.escape(next, at, at + 2, encoder);
    else if (next !== '\n') built.verbatim(at, at + 2, encoder);
    at += 2;
    run = at;
  }
  built.verbatim(run, Math.min(at, text.length), encoder);
  return Math.min(text.length, at + 1);
}

/** Writes into a value and reads it back whole: blanks at its ends and quotes at its start mean more than they say. */
function encoders(text: string, start: number, site: () => Span, segments: () => readonly Segment[]): Encoders {
  const checked =
    (encode: (replacement: string) => string): Encoder =>
    (replacement, at, decoded) => {
      if (/[\0\r]/.test(replacement)) return undefined;
      const written = encode(replacement);
      const range = sourceRange(segments(), at, site());
      const raw = text.slice(start, range.start) + written + text.slice(range.end, site().end);
      const built = new SegmentBuilder(raw);
      const { end } = decode(built, raw, 0, none);
      const whole = replaced(decoded, at, replacement);
      return end === raw.length && built.text === whole ? written : undefined;
    };
  return {
    plain: checked((replacement) => replacement.replace(/[\\'"`$]|^[ \t]|[ \t]$/g, '\\$&')),
    single: checked((replacement) => replacement),
    double: checked((replacement) => replacement.replace(/["\\`$]/g, '\\$&')),
  };
}

const none: Encoders = { plain: () => undefined, single: () => undefined, double: () => undefined };
