import { type Segment, SegmentBuilder } from '../segments';
import { SourceText } from '../source-text';
import type { Span } from '../span';
import { blockBody, decodeBlock } from './block';
import { blockEncoder, doubleEncoder, plainEncoder, singleEncoder } from './encode';

/** How a scalar is written. */
export type YamlStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A scalar in its document: where it stands and what decides how it may be written. */
export interface YamlScalar extends Span {
  readonly style: YamlStyle;
  /** Within `[…]` or `{…}`, where a plain scalar may not hold brackets and commas. */
  readonly flow: boolean;
  /** The indentation of the surrounding block, for block scalars: content lies deeper. */
  readonly indent: number;
}

/** The text of a YAML scalar, every character with the characters of the document that it is written with. */
export function decodeYamlScalar(source: SourceText, scalar: YamlScalar): SourceText {
  const { text } = source;
  const { start, end } = scalar;
  const site = { start, end };
  switch (scalar.style) {
    case 'plain': {
      if (nextBreak(text, start, end) < 0) return plainLine(source, scalar);
      const encoder = plainEncoder(text, scalar, () => built.segments);
      const built = new SegmentBuilder(text, encoder);
      unfold(built, text, start, end, false);
      return SourceText.derived(source, built.text, built.segments, site, {});
    }
    case 'single': {
      const inner = { start: start + 1, end: closingQuote(text, start, end, "'") };
      const encoder = singleEncoder(text, inner, () => built.segments);
      const built = new SegmentBuilder(text, encoder);
      unfold(built, text, inner.start, inner.end, true);
      return SourceText.derived(source, built.text, built.segments, site, { inner, encoder });
    }
    case 'double': {
      const inner = { start: start + 1, end: closingQuote(text, start, end, '"') };
      const encoder = doubleEncoder(text, inner, () => built.segments);
      const built = new SegmentBuilder(text, encoder);
      unescapeDouble(built, text, inner.start, inner.end);
      return SourceText.derived(source, built.text, built.segments, site, { inner, encoder });
    }
    default: {
      const body = blockBody(text, scalar);
      const inner = { start: body.start, end };
      const encoder = blockEncoder(text, scalar, body, () => built.segments);
      const built = new SegmentBuilder(text, encoder);
      decodeBlock(built, text, body);
      return SourceText.derived(source, built.text, built.segments, site, { inner, encoder });
    }
  }
}

/** A plain scalar on one line, as nearly all are: its characters stand for themselves. */
function plainLine(source: SourceText, scalar: YamlScalar): SourceText {
  const { start, end } = scalar;
  const segments: Segment[] = [];
  const encoder = plainEncoder(source.text, scalar, () => segments);
  if (start < end)
    segments.push({ start: 0, end: end - start, sourceStart: start, sourceEnd: end, kind: 'verbatim', encoder });
  return SourceText.derived(source, source.text.slice(start, end), segments, { start, end });
}

/** The offset of the closing quote, or `end` when the text ends before it. */
function closingQuote(text: string, start: number, end: number, quote: string): number {
  return end > start + 1 && text[end - 1] === quote ? end - 1 : Math.max(end, start + 1);
}

const isBlank = (code: number) => code === 0x20 || code === 0x09;

/**
 * Plain and single-quoted text: a line break with the blanks around it is a space, each empty line a break
 * (YAML 1.2.2, 6.5 and 7.3).
 */
export function unfold(built: SegmentBuilder, text: string, start: number, end: number, quoted: boolean): void {
  let from = start;
  let lineBreak = nextBreak(text, from, end);
  if (lineBreak < 0) {
    unquote(built, text, from, end, quoted);
    return;
  }
  let contentEnd = trimEnd(text, from, beforeBreak(text, from, lineBreak));
  unquote(built, text, from, contentEnd, quoted);
  let breaks = 0;
  for (;;) {
    from = lineBreak + 1;
    lineBreak = nextBreak(text, from, end);
    let next = from;
    while (next < end && isBlank(text.charCodeAt(next))) next++;
    const lineEnd = lineBreak < 0 ? end : trimEnd(text, next, beforeBreak(text, next, lineBreak));
    if (lineBreak >= 0 && next >= lineEnd) {
      breaks++;
      continue;
    }
    built.escape('\n'.repeat(breaks) || ' ', contentEnd, next);
    unquote(built, text, next, lineEnd, quoted);
    if (lineBreak < 0) return;
    breaks = 0;
    contentEnd = lineEnd;
  }
}

function nextBreak(text: string, from: number, end: number): number {
  return indexWithin(text, '\n', from, end);
}

/** Never looks behind `end`: the rest of the document, once for each of its scalars, is its length squared. */
function indexWithin(text: string, part: string, from: number, end: number): number {
  const found = text.slice(from, end).indexOf(part);
  return found < 0 ? -1 : from + found;
}

/** The end of a line's content: a carriage return belongs to the break. */
function beforeBreak(text: string, from: number, lineBreak: number): number {
  return lineBreak > from && text[lineBreak - 1] === '\r' ? lineBreak - 1 : lineBreak;
}

function trimEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

function unquote(built: SegmentBuilder, text: string, start: number, end: number, quoted: boolean): void {
  let from = start;
  while (quoted) {
    const quote = indexWithin(text, "''", from, end);
    if (quote < 0) break;
    built.verbatim(from, quote);
    built.escape("'", quote, quote + 2);
    from = quote + 2;
  }
  built.verbatim(from, end);
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};

/** Double-quoted text (YAML 1.2.2, 5.7 and 7.3.1). An escape that YAML does not know stands for itself. */
export function unescapeDouble(built: SegmentBuilder, text: string, start: number, end: number): void {
  let from = start;
  let at = start;
  while (at < end) {
    const character = text[at]!;
    if (character === '\\') {
      built.verbatim(from, at);
      at = readEscape(built, text, at, end);
      from = at;
    } else if (character === ' ' || character === '\t' || character === '\n' || character === '\r') {
      const folded = fold(text, at, end);
      if (folded) {
        built.verbatim(from, at);
        built.escape('\n'.repeat(folded.breaks - 1) || ' ', at, folded.end);
        at = folded.end;
        from = at;
      } else {
        while (at < end && isBlank(text.charCodeAt(at))) at++;
        if (text[at] === '\r' && text[at + 1] !== '\n') at++;
      }
    } else {
      at++;
    }
  }
  built.verbatim(from, end);
}

/** A run of blanks and line breaks with at least one break in it. */
function fold(text: string, start: number, end: number): { breaks: number; end: number } | undefined {
  let breaks = 0;
  let at = start;
  for (; at < end; at++) {
    const character = text[at];
    if (character === '\n') breaks++;
    else if (character === '\r' ? text[at + 1] !== '\n' : character !== ' ' && character !== '\t') break;
  }
  return breaks > 0 ? { breaks, end: at } : undefined;
}

function readEscape(built: SegmentBuilder, text: string, at: number, end: number): number {
  const next = text[at + 1];
  if (next === undefined || at + 1 >= end) {
    built.verbatim(at, end);
    return end;
  }
  if (next === '\n' || (next === '\r' && text[at + 2] === '\n')) {
    // The break and the indentation after it are no part of the text.
    let after = at + (next === '\n' ? 2 : 3);
    while (after < end && isBlank(text.charCodeAt(after))) after++;
    return Math.min(after, end);
  }
  const length = next === 'x' ? 2 : next === 'u' ? 4 : next === 'U' ? 8 : 0;
  const digits = text.slice(at + 2, Math.min(at + 2 + length, end));
  const code = length > 0 && digits.length === length && /^[0-9a-f]+$/i.test(digits) ? Number.parseInt(digits, 16) : -1;
  if (code >= 0 && code <= 0x10ffff) {
    built.escape(String.fromCodePoint(code), at, at + 2 + length);
    return at + 2 + length;
  }
  const known = length === 0 ? escapes[next] : undefined;
  if (known !== undefined) built.escape(known, at, at + 2);
  else built.verbatim(at, at + 2);
  return at + 2;
}
