import { hashBytes, sameBytes } from './bytes';

/** What is known of a stretch of bytes. */
export interface ByteEntry<T> {
  readonly value: T;
  readonly hash: number;
  readonly offset: number;
  readonly length: number;
  /** The number of the page that had it last. */
  seen: number;
  /** What came after it there. */
  next: ByteEntry<T> | undefined;
  /** Another one of the same hash. */
  readonly sibling: ByteEntry<T> | undefined;
}

/** Finds what is known of bytes without making a string of them. The bytes of all entries lie in one array. */
export class ByteTable<T> {
  private entries = new Map<number, ByteEntry<T>>();
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  /** How many bytes and entries it holds. */
  used = 0;
  size = 0;

  find(view: DataView, at: number, length: number): ByteEntry<T> | undefined {
    let entry = this.entries.get(hashBytes(view, at, length));
    while (entry && !(entry.length === length && this.matches(entry, view, at))) entry = entry.sibling;
    return entry;
  }

  /** Whether the bytes of an entry stand at `at`, where there must be as many. */
  matches(entry: ByteEntry<T>, view: DataView, at: number): boolean {
    return sameBytes(view, at, this.view, entry.offset, entry.length);
  }

  /** Adds bytes that are not in it. */
  add(view: DataView, at: number, length: number, value: T, seen: number): ByteEntry<T> {
    this.reserve(this.used + length);
    const offset = this.used;
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset + at, length), offset);
    this.used += length;
    this.size += 1;
    const hash = hashBytes(view, at, length);
    const sibling = this.entries.get(hash);
    const entry: ByteEntry<T> = { value, hash, offset, length, seen, next: undefined, sibling };
    this.entries.set(hash, entry);
    return entry;
  }

  clear(): void {
    this.entries = new Map();
    this.used = 0;
    this.size = 0;
  }

  /** Forgets all entries but some. What entries said of their successors is forgotten with them. */
  keep(wanted: (entry: ByteEntry<T>) => boolean): void {
    const { entries, view } = this;
    this.entries = new Map();
    this.bytes = new Uint8Array(1024);
    this.view = new DataView(this.bytes.buffer);
    this.used = 0;
    this.size = 0;
    for (const first of entries.values()) {
      for (let entry: ByteEntry<T> | undefined = first; entry; entry = entry.sibling) {
        if (wanted(entry)) this.add(view, entry.offset, entry.length, entry.value, entry.seen);
      }
    }
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(size, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
