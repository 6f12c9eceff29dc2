import { replaced, type Segment, SegmentBuilder, sourceRange } from '../segments';
import type { Encoder } from '../source-text';
import type { Span } from '../span';
import { type BlockBody, blockBody, decodeBlock } from './block';
import { ambiguous, fitsPlain, plainType, writable } from './plain';
import { unescapeDouble, unfold, type YamlScalar } from './scalar';

/*
 * Every encoder writes its candidate into the scalar and decodes the whole of it again: what does not come back as
 * meant (a space that a fold would eat, an indentation that would be detected otherwise) is refused.
 */

type Segments = () => readonly Segment[];

/** Reads the text back that `write` makes of a candidate. */
function readBack(raw: string, decode: (built: SegmentBuilder, text: string) => void): string {
  const built = new SegmentBuilder(raw);
  decode(built, raw);
  return built.text;
}

/** The characters around `range` within `inner`, with `encoded` in between. */
function around(text: string, inner: Span, range: Span, encoded: string): string {
  return text.slice(inner.start, range.start) + encoded + text.slice(range.end, inner.end);
}

export function singleEncoder(text: string, inner: Span, segments: Segments): Encoder {
  return (replacement, at, decoded) => {
    if (replacement.includes('\n') || !writable(replacement)) return undefined;
    const encoded = replacement.replaceAll("'", "''");
    const raw = around(text, inner, sourceRange(segments(), at, inner), encoded);
    const read = readBack(raw, (built, candidate) => unfold(built, candidate, 0, candidate.length, true));
    return read === replaced(decoded, at, replacement) ? encoded : undefined;
  };
}

const escaped: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
};

/** Text between double quotes: escapes that JSON has too, where there is one. */
export function escapeDouble(text: string): string {
  return text.replace(
    /["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu,
    (character) => {
      return escaped[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

export function doubleEncoder(text: string, inner: Span, segments: Segments): Encoder {
  return (replacement, at, decoded) => {
    const range = sourceRange(segments(), at, inner);
    const whole = replaced(decoded, at, replacement);
    const fits = (encoded: string) => {
      const raw = around(text, inner, range, encoded);
      return readBack(raw, (built, candidate) => unescapeDouble(built, candidate, 0, candidate.length)) === whole;
    };
    const encoded = escapeDouble(replacement);
    if (fits(encoded)) return encoded;
    // Beside a folded line break a space would be lost.
    const guarded = encoded.replace(/^ | $/g, '\\x20');
    return fits(guarded) ? guarded : undefined;
  };
}

export function plainEncoder(text: string, scalar: YamlScalar, segments: Segments): Encoder {
  return (replacement, at, decoded) => {
    const whole = replaced(decoded, at, replacement);
    const type = plainType(decoded);
    const entire = at.start === 0 && at.end === decoded.length;
    const sameType = plainType(whole) === type && (type !== 'string' || whole === decoded || !ambiguous(whole));
    if (
      sameType &&
      !/[\r\n]/.test(replacement) &&
      fitsPlain(entire ? whole : whole.replaceAll('\n', ' '), scalar.flow)
    ) {
      const raw = around(text, scalar, sourceRange(segments(), at, scalar), replacement);
      const read = readBack(raw, (built, candidate) => unfold(built, candidate, 0, candidate.length, false));
      return read === whole ? replacement : undefined;
    }
    // The scalar as a whole may get quotes, and stays a string.
    return entire && type === 'string' ? quote(whole) : undefined;
  };
}

/** A string in the quotes that need fewer escapes. */
export function quote(text: string): string {
  const single = /["\\]/.test(text) && writable(text) && !/[\n']/.test(text);
  return single ? `'${text}'` : `"${escapeDouble(text)}"`;
}

export function blockEncoder(text: string, scalar: YamlScalar, body: BlockBody, segments: Segments): Encoder {
  const inner = { start: body.start, end: body.end };
  const header = text.slice(scalar.start, body.start);
  const lineBreak = header.endsWith('\r\n') ? '\r\n' : '\n';
  return (replacement, at, decoded) => {
    if (!writable(replacement) || (body.folded && replacement.includes('\n'))) return undefined;
    const range = sourceRange(segments(), at, inner);
    const filled = /[^ \r\n]/.test(text.slice(body.start, body.end));
    const width = filled || body.explicit ? body.indent : Math.max(body.indent, body.minimum + 2);
    const encoded = indented(text, range, body, replacement, ' '.repeat(width), lineBreak);
    const raw = header + (header.endsWith('\n') ? '' : lineBreak) + around(text, inner, range, encoded);
    if (body.end < text.length && !raw.endsWith('\n')) return undefined;
    const again = blockBody(raw, { ...scalar, start: 0, end: raw.length });
    const [behind = ''] = /^(?:[ \t]*\r?\n)*(?:[ \t]+(?=#)|[ \t]*$)?/.exec(text.slice(body.end)) ?? [];
    const content = raw.slice(again.start);
    // A comment behind it would become content of an empty scalar.
    if (!/[^ \r\n]/.test(content) && text[body.end + behind.length] === '#') return undefined;
    if (again.indent !== width || !staysInside(content + behind, width)) return undefined;
    const whole = replaced(decoded, at, replacement);
    const read = readBack(raw, (built, candidate) => decodeBlock(built, candidate, again));
    if (read !== whole) return undefined;
    return header.endsWith('\n') ? encoded : lineBreak + encoded;
  };
}

/** The replacement with the margin before each line that it begins. */
function indented(
  text: string,
  range: Span,
  body: BlockBody,
  replacement: string,
  margin: string,
  lineBreak: string,
): string {
  const lines = replacement.split('\n');
  const goesOn = range.end < body.end && !/[\r\n]/.test(text[range.end]!);
  const lineStart = Math.max(body.start, text.lastIndexOf('\n', range.start - 1) + 1);
  const before = text.slice(lineStart, range.start);
  const missing = before.trim() === '' && before.length < margin.length ? margin.slice(before.length) : '';
  const first = lines[0] !== '' || (lines.length === 1 && goesOn) ? missing + lines[0]! : '';
  return [
    first,
    ...lines
      .slice(1)
      .map((line, index) => (line !== '' || (index === lines.length - 2 && goesOn) ? margin + line : '')),
  ].join(lineBreak);
}

/**
 * True when no line ends the scalar, by less indentation or by being a document marker, and no line of blanks at
 * either end is wider than the margin: whether such blanks count, parsers do not agree.
 */
function staysInside(body: string, width: number): boolean {
  const lines = body.split('\n').map((line) => line.replace(/\r$/, ''));
  const first = lines.findIndex((line) => /[^ ]/.test(line));
  const last = lines.findLastIndex((line) => /[^ \t]/.test(line));
  return lines.every((line, index) => {
    if (index < first || index > last) return line.length <= width && !line.includes('\t');
    if (/^ *$/.test(line)) return true;
    return line.search(/[^ ]/) >= width && !/^(?:---|\.\.\.)(?:[ \t]|$)/.test(line);
  });
}
