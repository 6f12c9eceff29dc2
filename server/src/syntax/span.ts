/** A half-open range of UTF-16 code units, `start` ≤ `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function span(start: number, end: number): Span {
  return { start, end };
}

export function isEmpty(range: Span): boolean {
  return range.start >= range.end;
}

/** True when the two ranges share at least one character, or one is empty and lies in or at the edge of the other. */
export function touches(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end ? true : (isEmpty(a) || isEmpty(b)) && a.start <= b.end && b.start <= a.end;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
