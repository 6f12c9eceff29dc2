import { grouped } from './grouped';
import type { SourceText } from './source-text';

const mostCharacters = 100_000;
const mostPieces = 500;
/** Of all values of one file together. */
const mostTogether = 2_000_000;

interface Kept {
  readonly text: SourceText;
  /** How many texts it is put together from, through all the values in it. */
  readonly pieces: number;
}

/**
 * The values of a file that later ones name. A value that names another twice doubles it, and a chain of them has no
 * end: what grows beyond any value that people write is no longer known.
 */
export class KnownTexts {
  /** The limit that was reached, in words. */
  exhausted: string | undefined;
  private readonly kept = new Map<string, Kept>();
  private readonly dropped = new Set<string>();
  private together = 0;

  get(name: string): SourceText | undefined {
    return this.kept.get(name)?.text;
  }

  /** A value that is about to be put together. */
  begin(): GrowingText {
    return new GrowingText(this);
  }

  /** What `name` has to give to the value under way; `undefined` when that would grow too large. */
  take(name: string, value: GrowingText): SourceText | undefined {
    if (this.dropped.has(name)) value.cut = true;
    const found = this.kept.get(name);
    if (!found) return undefined;
    const length = value.length + found.text.length;
    const pieces = value.pieces + found.pieces;
    const fits = length <= mostCharacters && pieces <= mostPieces;
    if (!fits || this.together + length > mostTogether) {
      this.exhausted ??= fits
        ? `values of more than ${grouped(mostTogether)} characters together`
        : `a value of more than ${grouped(mostCharacters)} characters or ${mostPieces} pieces`;
      value.cut = true;
      return undefined;
    }
    value.length = length;
    value.pieces = pieces;
    return found.text;
  }

  set(name: string, text: SourceText, { cut, length, pieces }: GrowingText): void {
    this.together += length;
    this.delete(name);
    if (cut) this.dropped.add(name);
    else this.kept.set(name, { text, pieces });
  }

  delete(name: string): void {
    this.kept.delete(name);
    this.dropped.delete(name);
  }
}

/** A value that is put together from others. */
export class GrowingText {
  /** Characters that came from other values. */
  length = 0;
  pieces = 1;
  /** Something was left out of it: those that name this one would start over with what is left. */
  cut = false;
  private readonly known: KnownTexts;

  constructor(known: KnownTexts) {
    this.known = known;
  }

  readonly take = (name: string): SourceText | undefined => this.known.take(name, this);
}
