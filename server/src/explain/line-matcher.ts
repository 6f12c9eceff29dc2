import type { Alternative, Catalogue } from './catalogue';

/** A piece of a text, from `start` to `end` in what was read. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A text that was found in a line. */
export interface LineMatch {
  readonly alternative: Alternative;
  readonly stretches: readonly Stretch[];
  /** Where it stands in the bytes of the log. */
  readonly from: number;
  readonly to: number;
}

/** Characters that may stand between two pieces of a text. Beyond, they have nothing to do with each other. */
const MAX_GAP = 2000;

/** Puts the pieces of texts together that stand in one line in the right order. */
export class LineMatcher {
  readonly #catalogue: Catalogue;
  /** The alternatives that were begun in this line: how far they are. */
  readonly #begun = new Map<Alternative, { readonly from: number; readonly stretches: readonly Stretch[] }>();
  readonly #matches = new Map<Alternative, LineMatch>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** A piece ends; gives the texts that it completes. */
  found(piece: number, at: number, read: number): LineMatch[] {
    const length = this.#catalogue.lengthOf(piece);
    const stretch = { start: read - length, end: read };
    const completed: LineMatch[] = [];
    for (const { alternative, position } of this.#catalogue.uses(piece)) {
      if (this.#matches.has(alternative)) continue;
      const begun = this.#begun.get(alternative);
      const stretches = begun?.stretches ?? [];
      if (position === 0) {
        // Of a repeated beginning the last one counts, as long as nothing followed the one before.
        if (stretches.length > 1) continue;
        this.#go(alternative, at - length, at, [stretch], completed);
      } else if (begun && stretches.length === position) {
        const gap = stretch.start - stretches[position - 1]!.end;
        if (gap >= 0 && gap <= MAX_GAP) this.#go(alternative, begun.from, at, [...stretches, stretch], completed);
      }
    }
    return completed;
  }

  /** The text is there, but nobody says it. */
  forget({ alternative }: LineMatch): void {
    this.#matches.delete(alternative);
    this.#begun.delete(alternative);
  }

  /** The line is over: what it says, without texts that are only a part of a longer one. */
  lineEnd(): LineMatch[] {
    if (this.#begun.size > 0) this.#begun.clear();
    if (this.#matches.size === 0) return [];
    const all = [...this.#matches.values()];
    this.#matches.clear();
    return all.filter((match) => !all.some((other) => isPartOf(match, other)));
  }

  #go(alternative: Alternative, from: number, to: number, stretches: readonly Stretch[], completed: LineMatch[]): void {
    if (stretches.length < alternative.pieces.length) {
      this.#begun.set(alternative, { from, stretches });
      return;
    }
    const match = { alternative, stretches, from, to };
    this.#matches.set(alternative, match);
    completed.push(match);
  }
}

/** True when every piece of a text lies in a piece of another text, which says more. */
function isPartOf(match: LineMatch, other: LineMatch): boolean {
  if (other.alternative.subject === match.alternative.subject) return false;
  if (other.alternative.length <= match.alternative.length) return false;
  return match.stretches.every(({ start, end }) =>
    other.stretches.some((stretch) => stretch.start <= start && stretch.end >= end),
  );
}
