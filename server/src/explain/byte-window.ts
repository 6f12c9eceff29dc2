/** The last bytes of a stream and the piece at hand: what a match needs to show the line around it. */
export class ByteWindow {
  readonly #size: number;
  readonly #kept: Uint8Array;
  #length = 0;
  /** Where the piece at hand begins in the stream. */
  #start = 0;
  #piece: Uint8Array = new Uint8Array();

  /** @param size how far back it reaches from the begin of the piece at hand */
  constructor(size: number) {
    this.#size = size;
    this.#kept = new Uint8Array(2 * size);
  }

  /** The next piece; it is read until the one after it comes, and may be used again from then on. */
  move(piece: Uint8Array): void {
    this.#start += this.#piece.length;
    this.#piece = piece;
  }

  /** Keeps the end of the piece at hand: it will be gone. */
  keep(): void {
    const piece = this.#piece.subarray(Math.max(0, this.#piece.length - this.#size));
    if (this.#piece.length >= this.#size) this.#length = 0;
    else if (this.#length + piece.length > this.#kept.length) {
      this.#kept.copyWithin(0, this.#length - this.#size, this.#length);
      this.#length = this.#size;
    }
    this.#kept.set(piece, this.#length);
    this.#length += piece.length;
    this.#start += this.#piece.length;
    this.#piece = new Uint8Array();
  }

  /** Where the piece at hand ends. */
  get end(): number {
    return this.#start + this.#piece.length;
  }

  /** The byte at a place in the stream. */
  at(place: number): number | undefined {
    return place >= this.#start ? this.#piece[place - this.#start] : this.#kept[this.#length - (this.#start - place)];
  }

  /** The bytes from `from` to `to`, both places in the stream. */
  slice(from: number, to: number): Uint8Array {
    const older = this.#kept.subarray(
      Math.max(0, this.#length - (this.#start - from)),
      Math.max(0, this.#length - (this.#start - Math.min(to, this.#start))),
    );
    const newer = this.#piece.subarray(Math.max(0, from - this.#start), Math.max(0, to - this.#start));
    const bytes = new Uint8Array(older.length + newer.length);
    bytes.set(older, 0);
    bytes.set(newer, older.length);
    return bytes;
  }
}
