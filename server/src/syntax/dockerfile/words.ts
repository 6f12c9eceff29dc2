import { nameEncoder, replaced, type Segment, SegmentBuilder, sourceRange, unknownLength } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';

/** `NAME=value` of ENV, ARG or LABEL. */
export interface DockerPair {
  readonly nameText: SourceText;
  /** Without quotes, with every `$NAME` as a hole; none for an `ARG` without default. */
  readonly value: SourceText | undefined;
  /** The value with what is known of the variables in it. */
  expand(known: (name: string) => SourceText | undefined): SourceText | undefined;
}

/** The pairs of an instruction. `ENV NAME all the rest` is the old form with one pair. */
export function dockerPairs(text: SourceText, keyword: string, escapeSign: string): DockerPair[] {
  const words = splitWords(text.text, escapeSign);
  const [first] = words;
  if (!first) return [];
  if (keyword !== 'ARG' && !text.text.slice(first.start, first.end).includes('=')) {
    const rest = /^[\t\v\f\r ]*(\S+)[\t\v\f\r ]+/.exec(text.text);
    if (!rest) return [];
    const nameStart = rest[0].indexOf(rest[1]!);
    const value = readValue(text, { start: rest[0].length, end: text.text.trimEnd().length }, escapeSign, true);
    return [{ nameText: text.slice(nameStart, nameStart + rest[1]!.length, nameEncoder), ...value }];
  }
  return words.flatMap(({ start, end }): DockerPair[] => {
    const equals = text.text.indexOf('=', start);
    if (equals < 0 || equals >= end) {
      // ENV and LABEL refuse a word without `=`.
      return keyword === 'ARG'
        ? [{ nameText: text.slice(start, end, nameEncoder), value: undefined, expand: () => undefined }]
        : [];
    }
    const value = readValue(text, { start: equals + 1, end }, escapeSign, false);
    return equals > start ? [{ nameText: text.slice(start, equals, nameEncoder), ...value }] : [];
  });
}

/** Words with their quotes (moby/buildkit, frontend/dockerfile/parser/line_parsers.go). */
export function splitWords(text: string, escapeSign: string): Span[] {
  const words: Span[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const start = at;
    let quote = '';
    while (at < text.length && (quote !== '' || !/\s/.test(text[at]!))) {
      const character = text[at]!;
      if (character === escapeSign && quote !== "'") at++;
      else if (quote !== '') quote = character === quote ? '' : quote;
      else if (character === '"' || character === "'") quote = character;
      at++;
    }
    at = Math.min(at, text.length);
    words.push({ start, end: at });
  }
  return words;
}

interface Expansion extends Span {
  readonly name: string;
  /** `${NAME:-…}` and its like: the value alone does not tell what comes out. */
  readonly plain: boolean;
}

type Style = 'plain' | 'single' | 'double';
type Encoders = Readonly<Record<Style, Encoder | undefined>>;
const none: Encoders = { plain: undefined, single: undefined, double: undefined };

function readValue(text: SourceText, span: Span, escapeSign: string, whole: boolean): Omit<DockerPair, 'nameText'> {
  const built = new SegmentBuilder(text.text);
  const styles = encoders(text.text, span, escapeSign, whole, () => built.segments);
  const expansions = decode(built, text.text, span, escapeSign, styles);
  // In empty quotes there is room between them.
  const quote = text.text[span.start] === '"' ? 'double' : text.text[span.start] === "'" ? 'single' : 'plain';
  const inner = quote === 'plain' ? span : { start: span.start + 1, end: Math.max(span.start + 1, span.end - 1) };
  const encoder = styles[quote];
  const value = SourceText.derived(text, built.text, built.segments, span, { inner, ...(encoder ? { encoder } : {}) });
  return {
    value,
    expand: (known) => {
      const parts: SourceText[] = [];
      let from = 0;
      for (const { start, end, name, plain } of expansions) {
        const found = plain ? known(name) : undefined;
        if (!found) continue;
        if (start > from) parts.push(value.slice(from, start));
        parts.push(found);
        from = end;
      }
      if (parts.length === 0) return value;
      if (from < value.length) parts.push(value.slice(from));
      return SourceText.joined(parts, text.place(span));
    },
  };
}

/** Takes quotes and escapes off (moby/buildkit, frontend/dockerfile/shell/lex.go). */
function decode(built: SegmentBuilder, text: string, span: Span, escapeSign: string, styles: Encoders): Expansion[] {
  const expansions: Expansion[] = [];
  let quote = '';
  let run = span.start;
  let at = span.start;
  const encoder = () => styles[quote === '"' ? 'double' : quote === "'" ? 'single' : 'plain'];
  const flush = () => built.verbatim(run, at, encoder());
  while (at < span.end) {
    const character = text[at]!;
    if (quote === '' ? character === '"' || character === "'" : character === quote) {
      flush();
      quote = quote === '' ? character : '';
      run = ++at;
    } else if (character === escapeSign && quote !== "'") {
      const next = at + 1 < span.end ? text[at + 1]! : '';
      if (quote === '"' && next !== '' && next !== '"' && next !== '$' && next !== escapeSign) {
        at++;
        continue;
      }
      flush();
      if (next !== '') built.escape(next, at, at + 2, encoder());
      at += next === '' ? 1 : 2;
      run = at;
    } else if (character === '$' && quote !== "'") {
      const expansion = expansionAt(text, at, span.end);
      if (!expansion) {
        at++;
        continue;
      }
      flush();
      const start = built.end;
      built.hole(at, expansion.end, { kind: 'variable', detail: text.slice(at, expansion.end) });
      expansions.push({ ...expansion, start, end: built.end });
      at = expansion.end;
      run = at;
    } else {
      at++;
    }
  }
  at = Math.max(run, Math.min(at, span.end));
  flush();
  return expansions;
}

function expansionAt(text: string, at: number, limit: number): Expansion | undefined {
  const bare = /\$(?:(\d+|[\p{L}_][\p{L}\p{N}_]*)|[@*#?\-$!])/uy;
  bare.lastIndex = at;
  const match = bare.exec(text);
  if (match && bare.lastIndex <= limit)
    return { start: at, end: bare.lastIndex, name: match[1] ?? '', plain: match[1] !== undefined };
  if (text[at + 1] !== '{') return undefined;
  const end = closingBrace(text, at + 2, limit);
  const name = /^\$\{([\p{L}_][\p{L}\p{N}_]*)\}$/u.exec(text.slice(at, end))?.[1];
  return { start: at, end, name: name ?? '', plain: name !== undefined };
}

function closingBrace(text: string, from: number, limit: number): number {
  let depth = 1;
  for (let at = from; at < limit; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return limit;
}

/** Writes into a value and reads it back. */
function encoders(
  text: string,
  span: Span,
  escapeSign: string,
  whole: boolean,
  segments: () => readonly Segment[],
): Encoders {
  const checked =
    (encode: (replacement: string) => string): Encoder =>
    (replacement, at, decoded) => {
      if (/[\n\r\0]/.test(replacement)) return undefined;
      const written = encode(replacement);
      const inner = segments().length > 0 ? span : undefined;
      const range = inner ? sourceRange(segments(), at, inner) : emptyRange(text, span);
      const raw = text.slice(span.start, range.start) + written + text.slice(range.end, span.end);
      const words = splitWords(raw, escapeSign);
      const one = whole
        ? raw === raw.trim()
        : words.length === 1 && words[0]!.start === 0 && words[0]!.end === raw.length;
      if (raw !== '' && !one) return undefined;
      const built = new SegmentBuilder(raw);
      decode(built, raw, { start: 0, end: raw.length }, escapeSign, none);
      const same = unknownLength(built.segments) === unknownLength(segments());
      return same && built.text === replaced(decoded, at, replacement) ? written : undefined;
    };
  const escaped = (pattern: RegExp) => (replacement: string) => replacement.replace(pattern, (one) => escapeSign + one);
  return {
    plain: checked(escaped(escapeSign === '`' ? /[\s"'$`]/g : /[\s"'$\\]/g)),
    single: checked((replacement) => replacement),
    double: checked(escaped(escapeSign === '`' ? /["$`]/g : /["$\\]/g)),
  };
}

function emptyRange(text: string, { start, end }: Span): Span {
  return text[start] === '"' || text[start] === "'"
    ? { start: start + 1, end: Math.max(start + 1, end - 1) }
    : { start, end };
}
