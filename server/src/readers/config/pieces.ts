import type { Value } from '../../model';
import { type Place, type Reason, type Segment, SourceText } from '../../syntax';

/** A part of a text that is not known: its characters stay, as a hole. */
export function holeIn(source: SourceText, start: number, end: number, reason: Reason): SourceText {
  const segment: Segment = { start: 0, end: end - start, sourceStart: start, sourceEnd: end, kind: 'hole', reason };
  return SourceText.derived(source, source.text.slice(start, end), start === end ? [] : [segment], { start, end });
}

/** A text that follows from what stands at some characters, and is not written there itself: it cannot be edited. */
export function standingFor(at: SourceText, text: string): SourceText {
  const segment: Segment = { start: 0, end: text.length, sourceStart: 0, sourceEnd: at.length, kind: 'escape' };
  return SourceText.derived(at, text, [segment], at.all);
}

/** A text of no characters at the end of another one: for what is given without saying so. */
export function emptyAfter(source: SourceText): SourceText {
  return source.slice(source.length, source.length);
}

/** The characters from the start of one text to the end of another, where both lie in order in one file. */
export function placeOver(first: SourceText, last: SourceText): Place {
  const from = first.locate();
  const to = last.locate();
  if (from.root !== to.root || to.span.end < from.span.start) return first.place();
  return { source: from.root, span: { start: from.span.start, end: to.span.end } };
}

/** The characters of words that stand next to each other; else those of the first or last one. */
export function placeOfWords(words: readonly SourceText[], apart: 'first' | 'last'): Place {
  const last = words.at(-1)!;
  const whole = placeOver(words[0]!, last);
  const { source, span } = whole;
  const known = words.map((word) => word.text).join(' ');
  return source.text.slice(span.start, span.end).replace(/\s+/g, ' ') === known
    ? whole
    : (apart === 'first' ? words[0]! : last).place();
}

/** The text of a value, with a hole where it is unknown. */
export function textOf(value: Value): SourceText {
  if (value.kind !== 'unknown') return value.source;
  const { source, span } = value.place;
  return holeIn(source, span.start, span.end, value.reason);
}

/** Several texts in a row. */
export function joinTexts(texts: readonly SourceText[], whole: SourceText): SourceText {
  return texts.length === 0 ? emptyAfter(whole) : SourceText.joined(texts, whole.place());
}

/** Words as one text with a blank between them, as `eval` and `ssh` make it. */
export function joinWords(words: readonly SourceText[]): SourceText | undefined {
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last || words.length === 1) return first;
  const blank = SourceText.root(' ');
  const parts = words.flatMap((word, index) => (index === 0 ? [word] : [blank, word]));
  return SourceText.joined(parts, placeOver(first, last));
}

/** The last part of a path: the program's own name. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
