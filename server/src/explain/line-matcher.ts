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

/** Where a piece ends in a line: the first and the last time. */
interface Seen {
  line: number;
  first: number;
  last: number;
  /** The first in the bytes of the log. */
  firstAt: number;
  lastAt: number;
}

/** Puts the pieces of texts together that stand in one line in the right order. */
export class LineMatcher {
  readonly #catalogue: Catalogue;
  /** By piece. Most of them are met often and mean nothing by themselves: this has to be cheap. */
  readonly #seen: readonly Seen[];
  #line = 0;
  #matches: LineMatch[] = [];

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
    this.#seen = catalogue.pieces.map(() => ({ line: -1, first: 0, last: 0, firstAt: 0, lastAt: 0 }));
  }

  /** A piece ends; gives the texts that it completes. */
  found(piece: number, at: number, read: number): readonly LineMatch[] {
    const seen = this.#seen[piece]!;
    if (seen.line !== this.#line) {
      seen.line = this.#line;
      seen.first = read;
      seen.firstAt = at;
    }
    seen.last = read;
    seen.lastAt = at;
    let completed = NONE;
    for (const alternative of this.#catalogue.endingWith(piece)) {
      if (this.#matches.some((match) => match.alternative === alternative)) continue;
      const match = this.#match(alternative, at, read);
      if (!match) continue;
      this.#matches.push(match);
      completed = completed === NONE ? [match] : [...completed, match];
    }
    return completed;
  }

  /** The text is there, but nobody says it. */
  forget(match: LineMatch): void {
    this.#matches = this.#matches.filter((one) => one !== match);
  }

  /** The line is over: what it says, without texts that are only a part of a longer one. */
  lineEnd(): readonly LineMatch[] {
    this.#line += 1;
    if (this.#matches.length === 0) return NONE;
    const all = this.#matches;
    this.#matches = [];
    return all.length === 1 ? all : all.filter((match) => !all.some((other) => isPartOf(match, other)));
  }

  /** A text whose last piece ends here; `undefined` where the others do not stand before it. */
  #match(alternative: Alternative, to: number, end: number): LineMatch | undefined {
    const { pieces, lengths } = alternative;
    for (const piece of pieces) if (this.#seen[piece]!.line !== this.#line) return undefined;
    let index = pieces.length - 1;
    let from = to - lengths[index]!;
    const stretches = [{ start: end - lengths[index]!, end }];
    while (index > 0) {
      index -= 1;
      const { first, last, firstAt, lastAt } = this.#seen[pieces[index]!]!;
      const behind = stretches[0]!.start;
      const useLast = last <= behind;
      const own = useLast ? last : first;
      if (own > behind || behind - own > MAX_GAP) return undefined;
      stretches.unshift({ start: own - lengths[index]!, end: own });
      from = (useLast ? lastAt : firstAt) - lengths[index]!;
    }
    return { alternative, stretches, from, to };
  }
}

const NONE: readonly LineMatch[] = [];

/** True when every piece of a text lies in a piece of another text, which says more. */
function isPartOf(match: LineMatch, other: LineMatch): boolean {
  if (other.alternative.subject === match.alternative.subject) return false;
  if (lengthOf(other) <= lengthOf(match)) return false;
  return match.stretches.every(({ start, end }) =>
    other.stretches.some((stretch) => stretch.start <= start && stretch.end >= end),
  );
}

/** Characters of all pieces. */
function lengthOf({ alternative }: LineMatch): number {
  return alternative.lengths.reduce((sum, length) => sum + length, 0);
}
