import { grouped } from '../grouped';
import { type Hole, type Place, type Reason, SourceText } from '../source-text';

/**
 * The characters of a word or variable: pieces of scripts in a row. Kept flat, so that a value appended to a thousand
 * times is not a thousand texts deep.
 */
export class ShellValue {
  readonly parts: readonly SourceText[];
  readonly text: string;
  /** What to show when a range spans pieces from different places. */
  private readonly site: Place;
  private joined: SourceText | undefined;
  private found: Hole[] | undefined;

  constructor(parts: readonly SourceText[], site: Place) {
    this.parts = parts;
    this.site = site;
    this.text = parts.length === 1 ? parts[0]!.text : parts.map((part) => part.text).join('');
  }

  static of(source: SourceText): ShellValue {
    return new ShellValue([source], source.place());
  }

  /** Text that the shell computes: shown at `origin`, and not to be edited there. */
  static computed(text: string, origin: SourceText): ShellValue {
    const segment = { start: 0, end: text.length, sourceStart: 0, sourceEnd: origin.length, kind: 'escape' } as const;
    return ShellValue.of(SourceText.derived(origin, text, text === '' ? [] : [segment], origin.all));
  }

  /** These pieces in a row; `near` says what they belong to when there are none. */
  static joined(parts: readonly SourceText[], near: ShellValue): ShellValue {
    return parts.length === 0 ? near.slice(0, 0) : new ShellValue(parts, near.site);
  }

  get source(): SourceText {
    this.joined ??= SourceText.joined(this.parts, this.site);
    return this.joined;
  }

  get holes(): readonly Hole[] {
    this.found ??= this.source.holes();
    return this.found;
  }

  get known(): boolean {
    return this.holes.length === 0;
  }

  /** True when it certainly has at least one character. */
  get nonEmpty(): boolean {
    let unknown = 0;
    for (const hole of this.holes) unknown += hole.end - hole.start;
    return this.text.length > unknown;
  }

  slice(start: number, end: number): ShellValue {
    if (start <= 0 && end >= this.text.length) return this;
    const parts: SourceText[] = [];
    let offset = 0;
    for (const part of this.parts) {
      const from = Math.max(0, start - offset);
      const to = Math.min(part.length, end - offset);
      if (from < to) parts.push(part.slice(from, to));
      offset += part.length;
    }
    if (parts.length === 0) parts.push(this.source.slice(start, Math.max(start, end)));
    return new ShellValue(parts, this.site);
  }
}

const mostCharacters = 100_000;
const mostParts = 500;

/** A value longer or more patched than this is not followed any further. */
export function tooLarge(length: number, parts: number): boolean {
  return length > mostCharacters || parts > mostParts;
}

/** Why such a value is not known. */
export const largeValue: Reason = {
  kind: 'limit',
  detail: `a value of more than ${grouped(mostCharacters)} characters or ${mostParts} pieces`,
};

/** Values in a row: an array, the positional parameters, the fields of a word. */
export interface ShellList {
  readonly items: readonly ShellValue[];
  /** Items may be missing or added; those that we cannot see are stood for by an unknown one. */
  readonly open?: Reason | undefined;
  /** How many items, from the first, certainly have their place; of an open list none unless it says so. */
  readonly certain?: number | undefined;
}

/** How many items certainly are where they stand. */
export function certainItems({ items, open, certain }: ShellList): number {
  return open ? (certain ?? 0) : items.length;
}
