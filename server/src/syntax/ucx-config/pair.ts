import { replaced, type Segment } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';
import { fitsLine } from './lines';

const BLANK = /[ \t\n\v\f\r]/;

/** `NAME = value` in one line, without the blanks around the two. */
export interface Pair {
  readonly name: Span;
  readonly value: Span;
  /** The offset of the `=` or `:`. */
  readonly sign: number;
}

/** Splits a line at its first `=` or `:`; `undefined` when there is none, or a comment comes first. */
export function readPair(text: string, start: number, end: number): Pair | undefined {
  const sign = stopAt(text, start, end, (character) => character === '=' || character === ':');
  if (sign >= end || text[sign] === ';') return undefined;
  const stop = stopAt(text, sign + 1, end, () => false);
  return { name: trim(text, start, sign), value: trim(text, sign + 1, stop), sign };
}

/** The first character of a kind, or the `;` behind a blank that starts a comment, or the end. */
function stopAt(text: string, from: number, end: number, wanted: (character: string) => boolean): number {
  let afterBlank = false;
  let at = from;
  for (; at < end; at++) {
    const character = text[at]!;
    if (wanted(character) || (afterBlank && character === ';')) break;
    afterBlank = BLANK.test(character);
  }
  return at;
}

function trim(text: string, from: number, to: number): Span {
  let start = from;
  let end = to;
  while (start < end && BLANK.test(text[start]!)) start++;
  while (end > start && BLANK.test(text[end - 1]!)) end--;
  // Nothing: right behind what comes before, so that a comment keeps its blank.
  return start === end ? { start: from, end: from } : { start, end };
}

/**
 * The value as a text of its own. Nothing is quoted in such a file: what would not be read back is refused.
 * @param after where the search for it began; for an indented line, which is all value, where it begins itself
 */
export function valueText(source: SourceText, after: number, site: Span, indented = false): SourceText {
  const { text } = source;
  const encoder: Encoder = (replacement, at, decoded) => {
    const whole = replaced(decoded, at, replacement);
    if (/[\0\n\v\f\r]/.test(whole) || (indented && /^[#;]|^$/.test(whole))) return undefined;
    const next = text.indexOf('\n', site.end);
    const behind = text.slice(site.end, next < 0 ? text.length : next);
    const line = `=${text.slice(after, site.start)}${whole}${behind}`;
    const read = readPair(line, 0, line.length);
    if (!read || line.slice(read.value.start, read.value.end) !== whole) return undefined;
    const before = text.slice(text.lastIndexOf('\n', site.start - 1) + 1, site.start);
    return fitsLine(before + whole + behind) ? replacement : undefined;
  };
  const { start, end } = site;
  const segment: Segment = {
    start: 0,
    end: end - start,
    sourceStart: start,
    sourceEnd: end,
    kind: 'verbatim',
    encoder,
  };
  return SourceText.derived(source, text.slice(start, end), end > start ? [segment] : [], site, { encoder });
}
