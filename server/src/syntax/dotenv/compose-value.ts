import { replaced, type Segment, SegmentBuilder, sourceRange, unknownLength } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';

/** `$NAME` or `${NAME…}` in a decoded value. */
interface Expansion extends Span {
  readonly name: string;
  /** `:-`, `-`, `:?`, `?`, `:+`, `+`, or nothing. */
  readonly operator: string;
}

export interface ComposeValue {
  /** With every expansion as a hole. */
  readonly text: SourceText;
  readonly expansions: readonly Expansion[];
  /** With its quotes. */
  readonly site: Span;
  /** Where the next statement may begin. */
  readonly next: number;
  readonly problem?: { readonly span: Span; readonly message: string } | undefined;
}

type Quote = '' | "'" | '"';

/** Reads the value that begins at `start`, behind `=` and blanks. */
export function readComposeValue(source: SourceText, start: number): ComposeValue {
  const { text } = source;
  const first = text[start];
  const quote: Quote = first === "'" || first === '"' ? first : '';
  const { inner, site, next, closed } = extent(text, start, quote);
  const encoder = encoderFor(text, quote, inner, () => built.segments);
  const built = new SegmentBuilder(text, encoder);
  const decoded = decode(built, text, inner, quote);
  const value = SourceText.derived(source, built.text, built.segments, site, { inner, encoder });
  const unclosed = { span: { start, end: start + 1 }, message: `a ${quote} that is never closed` };
  return { text: value, expansions: decoded.expansions, site, next, problem: closed ? decoded.problem : unclosed };
}

interface Extent {
  readonly inner: Span;
  readonly site: Span;
  readonly next: number;
  readonly closed: boolean;
}

function extent(text: string, start: number, quote: Quote): Extent {
  const lineBreak = text.indexOf('\n', start);
  const lineEnd = lineBreak < 0 ? text.length : lineBreak;
  if (quote === '') {
    const line = text.slice(start, lineEnd);
    const comment = line.indexOf(' #');
    const end = start + (comment < 0 ? line : line.slice(0, comment)).trimEnd().length;
    const span = { start, end };
    return { inner: span, site: span, next: lineEnd, closed: true };
  }
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) {
      return { inner: { start: start + 1, end: at }, site: { start, end: at + 1 }, next: at + 1, closed: true };
    }
  }
  // Compose gives up here. The rest of the line is the best guess while somebody types.
  const end = Math.max(start + 1, start + text.slice(start, lineEnd).trimEnd().length);
  return { inner: { start: start + 1, end }, site: { start, end }, next: Math.max(lineEnd, end), closed: false };
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  $: '$',
};

interface Decoded {
  readonly expansions: readonly Expansion[];
  readonly problem: { readonly span: Span; readonly message: string } | undefined;
}

function decode(built: SegmentBuilder, text: string, { start, end }: Span, quote: Quote): Decoded {
  const expansions: Expansion[] = [];
  let problem: Decoded['problem'];
  let run = start;
  let at = start;
  const unescaped = (decoded: string, length: number) => {
    built.verbatim(run, at);
    built.escape(decoded, at, at + length);
    at += length;
    run = at;
  };
  while (at < end) {
    const character = text[at];
    const next = at + 1 < end ? text[at + 1]! : '';
    if (character === '\\' && quote === "'") {
      if (next === "'") unescaped("'", 2);
      else at += 2;
    } else if (character === '\\' && quote === '"') {
      const octal = next === '0' ? /^[0-3][0-7][0-7]$/.exec(text.slice(at + 2, Math.min(at + 5, end)))?.[0] : undefined;
      if (octal !== undefined) unescaped(String.fromCharCode(Number.parseInt(octal, 8)), 5);
      else if (escapes[next] !== undefined) unescaped(escapes[next], 2);
      else at += 2;
    } else if (character === '$' && quote !== "'") {
      const expansion = expansionAt(text, at, end);
      if (next === '$') unescaped('$', 2);
      else if (expansion) {
        built.verbatim(run, at);
        const from = built.end;
        built.hole(at, expansion.end, { kind: 'variable', detail: text.slice(at, expansion.end) });
        expansions.push({ start: from, end: built.end, name: expansion.name, operator: expansion.operator });
        at = expansion.end;
        run = at;
      } else {
        if (next === '{') problem ??= { span: { start: at, end: at + 2 }, message: 'a `${` that names no variable' };
        at++;
      }
    } else {
      at++;
    }
  }
  built.verbatim(run, end);
  return { expansions, problem };
}

function expansionAt(text: string, at: number, limit: number): (Expansion & Span) | undefined {
  const named = /\$([_a-zA-Z][_a-zA-Z0-9]*)|\$\{([_a-zA-Z][_a-zA-Z0-9]*)(:?[-+?])?/y;
  named.lastIndex = at;
  const match = named.exec(text);
  if (!match || named.lastIndex > limit) return undefined;
  if (match[1] !== undefined) return { start: at, end: named.lastIndex, name: match[1], operator: '' };
  let depth = 1;
  for (let end = named.lastIndex; end < limit; end++) {
    if (text.startsWith('${', end)) depth++;
    else if (text[end] === '}') depth--;
    if (depth === 0) {
      // Without an operator nothing but the brace may follow the name.
      const bare = match[3] === undefined && end > named.lastIndex;
      return bare ? undefined : { start: at, end: end + 1, name: match[2]!, operator: match[3] ?? '' };
    }
  }
  return undefined;
}

function encodeIn(quote: Quote, text: string): string {
  if (quote === '"')
    return text
      .replace(/["\\$]/g, '\\$&')
      .replace(/\n/g, '\\n')
      .replace(/\r/g, '\\r');
  return quote === "'" ? text.replaceAll("'", "\\'") : text;
}

/** Reads back what it writes: a backslash before a quote, a `$` or a `#` in the wrong place would change the meaning. */
function encoderFor(text: string, quote: Quote, inner: Span, segments: () => readonly Segment[]): Encoder {
  return (replacement, at, decoded) => {
    if (replacement.includes('\0')) return undefined;
    const whole = replaced(decoded, at, replacement);
    const encoded = encodeIn(quote, replacement);
    const range = sourceRange(segments(), at, inner);
    const raw = text.slice(inner.start, range.start) + encoded + text.slice(range.end, inner.end);
    // Other readers of such files start a comment at any `#`.
    const clear = quote !== '' || !/[#$]/.test(replacement);
    const unknown = unknownLength(segments());
    if (clear && readsAs(`${quote}${raw}${quote}`, quote, whole, unknown)) return encoded;
    if (quote !== '' || at.start > 0 || at.end < decoded.length) return undefined;
    for (const other of ["'", '"'] as const) {
      const quoted = other + encodeIn(other, whole) + other;
      if ((other === '"' || !/['\\\n]/.test(whole)) && readsAs(quoted, other, whole, 0)) return quoted;
    }
    return undefined;
  };
}

/** True when a value that stands alone on its line is read as `text`, with no more and no less of it unknown. */
function readsAs(raw: string, quote: Quote, text: string, unknown: number): boolean {
  const first = raw[0];
  if ((first === "'" || first === '"' ? first : '') !== quote || /^\s/.test(raw)) return false;
  const { inner, site, closed } = extent(raw, 0, quote);
  if (!closed || site.end !== raw.length) return false;
  const built = new SegmentBuilder(raw);
  const { problem } = decode(built, raw, inner, quote);
  return !problem && built.text === text && unknownLength(built.segments) === unknown;
}
