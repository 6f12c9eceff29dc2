import { LF, type Piece, piece } from './bytes';

/** Cuts chunks into pieces that end with a line. What is left of a chunk waits for the next one, up to a bound. */
export class LineCutter {
  private waiting: Buffer[] = [];
  private size = 0;
  /** In the middle of a line that is too long to be kept. */
  private skipping = false;
  /** Lines that were too long. */
  skipped = 0;
  private readonly longest: number;

  constructor(longest: number) {
    this.longest = longest;
  }

  /** The pieces of whole lines that a chunk completes. */
  *cut(chunk: Uint8Array): Generator<Piece> {
    const all = piece(chunk);
    const last = all.bytes.lastIndexOf(LF);
    if (last < 0) return this.hold(all.bytes);
    let from = 0;
    if (this.size > 0 || this.skipping) {
      from = all.bytes.indexOf(LF) + 1;
      this.hold(all.bytes.subarray(0, from));
      if (!this.skipping) yield piece(Buffer.concat(this.waiting, this.size));
      this.drop();
    }
    if (from <= last) yield piece(all.bytes.subarray(from, last + 1));
    if (last + 1 < all.bytes.length) this.hold(all.bytes.subarray(last + 1));
  }

  /** What is left at the end of a page: a line without an end. */
  rest(): Buffer {
    const rest = this.skipping ? Buffer.from('?') : Buffer.concat(this.waiting, this.size);
    this.drop();
    return rest;
  }

  private hold(bytes: Buffer): void {
    if (this.skipping || bytes.length === 0) return;
    if (this.size + bytes.length > this.longest) {
      this.drop();
      this.skipping = true;
      this.skipped += 1;
      return;
    }
    // A copy: whoever reads a socket may use the chunk again.
    this.waiting.push(Buffer.from(bytes));
    this.size += bytes.length;
  }

  private drop(): void {
    this.waiting = [];
    this.size = 0;
    this.skipping = false;
  }
}
