import type { Place, Reason, SourceText } from '../syntax';

/** A text value that the configuration gives: all of it known, known but for holes, or not known at all. */
export type Value = KnownValue | PartialValue | UnknownValue;

export interface KnownValue {
  readonly kind: 'known';
  readonly text: string;
  readonly source: SourceText;
}

/** Some characters are known; `source.holes()` tells which are not. */
export interface PartialValue {
  readonly kind: 'partial';
  readonly source: SourceText;
  readonly reason: Reason;
}

export interface UnknownValue {
  readonly kind: 'unknown';
  readonly reason: Reason;
  /** Where it is said, for hovers and the list of what was not checked. */
  readonly place: Place;
}

/** Known or partial, by the holes of the text; a text that is one hole is unknown. */
export function toValue(source: SourceText): Value {
  const holes = source.holes();
  const first = holes[0];
  if (!first) return { kind: 'known', text: source.text, source };
  const covered = holes.reduce((sum, hole) => sum + hole.end - hole.start, 0);
  if (covered >= source.length) return { kind: 'unknown', reason: first.reason, place: source.place() };
  return { kind: 'partial', source, reason: first.reason };
}

export function placeOf(value: Value): Place {
  return value.kind === 'unknown' ? value.place : value.source.place();
}

/** The text when all of it is known. */
export function knownText(value: Value | undefined): string | undefined {
  return value?.kind === 'known' ? value.text : undefined;
}

/** A whole number as Python's `int()` reads it (blanks around, `_` between digits), else `undefined`. */
export function knownInteger(value: Value | undefined): number | undefined {
  const text = knownText(value)?.trim();
  return text !== undefined && /^[+-]?\d+(_\d+)*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}

/** A switch: whether it is on (`undefined`: not known), and where that is written, if it is. */
export interface Switch {
  readonly on: boolean | undefined;
  readonly place: Place | undefined;
}

/** A number of things: `undefined` when not known; and where it is written, if it is. */
export interface Count {
  readonly number: number | undefined;
  readonly places: readonly Place[];
}
