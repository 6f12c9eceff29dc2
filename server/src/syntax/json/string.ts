import { SegmentBuilder } from '../segments';
import { type Encoder, type Hole, SourceText } from '../source-text';
import type { Span } from '../span';

const written: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Text as it stands between the quotes of a JSON string. Half of a surrogate pair can only be written as an escape. */
export function escapeJson(text: string): string {
  return text.replace(/["\\]|\p{Cc}|\p{Surrogate}/gu, (character) => {
    return written[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

export const jsonStringEncoder: Encoder = (replacement) => escapeJson(replacement);

const read: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The length of the escape at a backslash, 0 when JSON has no such escape. */
export function jsonEscapeLength(text: string, at: number): number {
  const next = text[at + 1];
  if (next === 'u') return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) ? 6 : 0;
  return next !== undefined && next in read ? 2 : 0;
}

/**
 * The text of a JSON string. An escape that JSON does not know stands for itself; unknown stretches are not looked
 * into.
 * @param place the string with its quotes; the closing one may be missing
 */
export function decodeJsonString(
  source: SourceText,
  place: Span,
  holes: readonly Hole[] = source.holes(place),
): SourceText {
  const { text } = source;
  const closed = place.end > place.start + 1 && text[place.end - 1] === text[place.start];
  const inner = { start: Math.min(place.start + 1, place.end), end: closed ? place.end - 1 : place.end };
  const encoder = text[place.start] === '"' ? jsonStringEncoder : undefined;
  const built = new SegmentBuilder(text, encoder);
  let from = inner.start;
  let hole = 0;
  for (let at = text.indexOf('\\', from); at >= 0 && at < inner.end; at = text.indexOf('\\', at)) {
    while (hole < holes.length && holes[hole]!.end <= at) hole++;
    const unknown = holes[hole];
    if (unknown && unknown.start <= at) {
      at = unknown.end;
      continue;
    }
    const length = jsonEscapeLength(text, at);
    if (length === 0 || at + length > inner.end) {
      at += 2;
      continue;
    }
    built.verbatim(from, at);
    const next = text[at + 1]!;
    const decoded = next === 'u' ? String.fromCharCode(Number.parseInt(text.slice(at + 2, at + 6), 16)) : read[next]!;
    built.escape(decoded, at, at + length);
    at += length;
    from = at;
  }
  built.verbatim(from, inner.end);
  return SourceText.derived(source, built.text, built.segments, place, { inner, ...(encoder ? { encoder } : {}) });
}
