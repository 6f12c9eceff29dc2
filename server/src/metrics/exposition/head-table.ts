import { type ByteEntry, ByteTable } from './byte-table';
import { OPEN, type Piece, skipBlanks } from './bytes';
import type { ReadLimits } from './limits';
import type { KnownName } from './name-table';
import type { SeriesName } from './names';
import { SeriesTable, type Slot } from './series-table';

/** Series that a page did not have are remembered for so many pages more. */
const PATIENCE = 64;
/** So many more than a page has at a time. */
const SPARE = 10_000;

export type HeadEntry = ByteEntry<Slot>;

/** Remembers what stands before values, by its bytes, and in which order it came. */
export class HeadTable {
  private readonly limits: ReadLimits;
  private readonly heads = new ByteTable<Slot>();
  private readonly series = new SeriesTable();
  /** The head that was read last. */
  private last: HeadEntry | undefined;
  private kept = 0;
  /** The number of the page that is read. */
  page = 0;

  constructor(limits: ReadLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.heads.size;
  }

  begin(): void {
    this.page += 1;
    this.last = undefined;
  }

  /** Where the value begins, if the head that came next on the page before stands at `at`; -1 otherwise. */
  valueOfNext({ bytes, view }: Piece, at: number): number {
    const next = this.last?.next;
    if (!next || at + next.length >= bytes.length || !this.heads.matches(next, view, at)) return -1;
    const end = at + next.length;
    const value = skipBlanks(bytes, end);
    return value > end && bytes[value] !== OPEN ? value : -1;
  }

  /** Goes on to the head that came next on the page before. */
  next(): HeadEntry {
    this.last = this.last!.next!;
    return this.last;
  }

  /** The head between `at` and `end`, if it is known and means what its name means on this page. */
  find({ view }: Piece, at: number, end: number, known: KnownName): HeadEntry | undefined {
    const entry = this.heads.find(view, at, end - at);
    if (!entry) return undefined;
    const { family, part } = entry.value.series;
    return family === known.name?.family && part === known.name.part ? entry : undefined;
  }

  /** Whether there is room for so many bytes more. */
  takes(length: number): boolean {
    return this.heads.used + length <= this.limits.labelBytes;
  }

  /** Remembers a head whose name is known; nothing for one that is none. Where it is not `fixed`, it may be there already. */
  add({ bytes, view }: Piece, at: number, end: number, name: SeriesName, fixed: boolean): HeadEntry | undefined {
    const slot = this.series.read(name, bytes.toString('utf8', at, end));
    if (!slot) return undefined;
    const entry = fixed ? undefined : this.heads.find(view, at, end - at);
    if (!entry) return this.heads.add(bytes, at, end - at, slot);
    entry.value = slot;
    return entry;
  }

  /** Takes down that a head came next. One that means something by its type only may mean something else next time. */
  follow(entry: HeadEntry, fixed: boolean): void {
    if (fixed && this.last && this.last.next !== entry) this.last.next = entry;
    this.last = entry;
  }

  /** Forgets what pages no longer have, once that has grown to more than what they have. */
  tidy(samples: number, full: boolean): void {
    const { labelBytes } = this.limits;
    const held = Math.max(this.heads.size, this.series.size);
    if (!full && held <= Math.max(this.kept, samples) * 2 + 1_000) return;
    const crowded = full || held > samples * 2 + SPARE || this.heads.used > labelBytes / 2;
    const oldest = crowded ? this.page : this.page - PATIENCE;
    this.heads.keep((head) => head.value.seen >= oldest && !full);
    this.series.forget(oldest);
    this.kept = Math.max(this.heads.size, this.series.size);
    this.last = undefined;
  }
}
