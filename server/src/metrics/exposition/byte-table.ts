import { hashBytes, sameBytes, viewOf } from './bytes';

/** Bytes that a table begins with. */
const FIRST = 1024;

/** What is known of a stretch of bytes. */
export interface ByteEntry<T> {
  value: T;
  readonly offset: number;
  readonly length: number;
  /** What came after it there. */
  next: ByteEntry<T> | undefined;
  /** Another one of the same hash. */
  readonly sibling: ByteEntry<T> | undefined;
}

/** Finds what is known of bytes without making a string of them. The bytes of all entries lie in one array. */
export class ByteTable<T> {
  private entries = new Map<number, ByteEntry<T>>();
  private bytes = Buffer.alloc(FIRST);
  private view = viewOf(this.bytes);
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
  add(bytes: Buffer, at: number, length: number, value: T): ByteEntry<T> {
    const offset = this.used;
    this.reserve(offset + length);
    bytes.copy(this.bytes, offset, at, at + length);
    this.used += length;
    this.size += 1;
    const hash = hashBytes(this.view, offset, length);
    const sibling = this.entries.get(hash);
    const entry: ByteEntry<T> = { value, offset, length, next: undefined, sibling };
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
    const { entries, bytes } = this;
    this.entries = new Map();
    this.bytes = Buffer.alloc(FIRST);
    this.view = viewOf(this.bytes);
    this.used = 0;
    this.size = 0;
    for (const first of entries.values()) {
      for (let entry: ByteEntry<T> | undefined = first; entry; entry = entry.sibling) {
        if (wanted(entry)) this.add(bytes, entry.offset, entry.length, entry.value);
      }
    }
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const grown = Buffer.alloc(Math.max(size, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.used);
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}
