import type { Analysis, FilePlace } from '../../analysis';
import type { Place } from '../../model';

/** Some characters that name something, and what they name. */
export interface Link {
  readonly from: FilePlace;
  readonly to: FilePlace;
  /** Where it is used, but not what somebody looks for who stands there: each of several keys that are taken over. */
  readonly aside: boolean;
}

/** Gathers links; what stands in no file is no end of one. */
export class Links {
  readonly list: Link[] = [];
  readonly #known = new Set<string>();

  add(from: FilePlace | undefined, to: FilePlace | undefined, aside = false): void {
    if (!from || !to || samePlace(from, to)) return;
    const key = `${placeKey(from)}\0${placeKey(to)}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.list.push({ from, to, aside });
  }
}

export function placeKey({ file, start, end }: FilePlace): string {
  return `${start} ${end} ${file}`;
}

export function samePlace(a: FilePlace, b: FilePlace): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}

/** True when the offset of the analysed file lies in a place, its end included. */
export function holds({ file, start, end }: FilePlace, { name }: Analysis, offset: number): boolean {
  return file === name && start <= offset && offset <= end;
}

/** The characters from the start of one place to the end of another; the first alone where they are apart. */
export function hull(a: FilePlace | undefined, b: FilePlace | undefined): FilePlace | undefined {
  if (!a || !b || a.file !== b.file) return a;
  const [first, last] = [a.start <= b.start ? a : b, a.end >= b.end ? a : b];
  return { file: a.file, start: first.start, end: last.end, range: { start: first.range.start, end: last.range.end } };
}

/** What stands at a place, without quotes. */
export function writtenAt({ source, span }: Place): string {
  return source.text.slice(span.start, span.end).replace(/^(["'])(.*)\1$/s, '$2');
}
