/**
 * What was seen of one engine, in tiers that grow coarser with age. A row holds totals since the first page: leaving rows
 * out loses nothing but the moment. Only series that ever moved take room, counts of buckets half of it.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Every page (one a second at most) for ten minutes, one of ten seconds for an hour, one of a minute for six hours. */
export const TIERS: readonly { readonly every: number; readonly keep: number }[] = [
  { every: 0.9 * SECOND, keep: 10 * MINUTE },
  { every: 10 * SECOND, keep: HOUR },
  { every: MINUTE, keep: 6 * HOUR },
];

/** Rows and columns that are added at once. */
const MORE_ROWS = 64;
const MORE_COLUMNS = 8;

/**
 * A column: counts of buckets wrap around at 2^32, which differences do not notice; everything else is a number as it
 * came.
 */
export interface Column {
  readonly kind: 'count' | 'number';
  readonly index: number;
}

/** A row of a tier. Valid until the next page is taken. */
export interface Row {
  readonly tier: Tier;
  readonly index: number;
}

/** The totals of now, one place for each column. */
export class Totals {
  counts: Uint32Array = new Uint32Array(MORE_COLUMNS);
  numbers: Float64Array = new Float64Array(MORE_COLUMNS);
  countColumns = 0;
  numberColumns = 0;

  column(kind: Column['kind']): Column {
    if (kind === 'count') {
      if (this.countColumns === this.counts.length)
        this.counts = widened(this.counts, new Uint32Array(wider(this.counts)));
      return { kind, index: this.countColumns++ };
    }
    if (this.numberColumns === this.numbers.length) {
      this.numbers = widened(this.numbers, new Float64Array(wider(this.numbers)));
    }
    return { kind, index: this.numberColumns++ };
  }

  set({ kind, index }: Column, value: number): void {
    if (kind === 'count') this.counts[index] = value % 2 ** 32;
    else this.numbers[index] = value;
  }
}

function wider({ length }: { readonly length: number }): number {
  return length + Math.max(MORE_COLUMNS, length >> 2);
}

function widened<T extends Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Rows of one spacing: a ring of times with two tables beside it. */
export class Tier {
  /** Milliseconds between rows, at least. */
  readonly every: number;
  readonly #keep: number;
  #times = new Float64Array(0);
  #counts = new Uint32Array(0);
  #numbers = new Float64Array(0);
  #countWidth = 0;
  #numberWidth = 0;
  #first = 0;
  #length = 0;
  /** Rows were let go: what is older than the first row is not known here. */
  forgot = false;

  constructor({ every, keep }: { readonly every: number; readonly keep: number }) {
    this.every = every;
    this.#keep = keep;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#times.byteLength + this.#counts.byteLength + this.#numbers.byteLength;
  }

  /** Takes the totals of a page, where one is due. */
  add(at: number, totals: Totals): void {
    // Where pages come every ten seconds, a little early is not one too many.
    if (this.#length > 0 && at - this.time(this.#length - 1) < this.every * 0.95) return;
    while (this.#length > 1 && this.time(1) <= at - this.#keep) {
      this.#first = (this.#first + 1) % this.#times.length;
      this.#length -= 1;
      this.forgot = true;
    }
    if (
      this.#length === this.#times.length ||
      totals.countColumns > this.#countWidth ||
      totals.numberColumns > this.#numberWidth
    ) {
      this.#lay(totals);
    }
    const row = (this.#first + this.#length) % this.#times.length;
    this.#times[row] = at;
    this.#counts.set(totals.counts.subarray(0, this.#countWidth), row * this.#countWidth);
    this.#numbers.set(totals.numbers.subarray(0, this.#numberWidth), row * this.#numberWidth);
    this.#length += 1;
  }

  /** Lets all rows go: what they say was wrong. */
  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }

  /** When the row was taken; rows are counted from the oldest. */
  time(row: number): number {
    return this.#times[(this.#first + row) % this.#times.length]!;
  }

  /** 0 in rows that are older than the column: nothing had moved. */
  value(row: number, { kind, index }: Column): number {
    const at = (this.#first + row) % this.#times.length;
    if (kind === 'count') return index < this.#countWidth ? this.#counts[at * this.#countWidth + index]! : 0;
    return index < this.#numberWidth ? this.#numbers[at * this.#numberWidth + index]! : 0;
  }

  /** The last row that is not later; -1 where all are. */
  rowAt(time: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Lays the rows out anew, oldest first, with room for more rows and for all columns. */
  #lay(totals: Totals): void {
    const full = this.#length === this.#times.length;
    const rows = this.#times.length + (full ? MORE_ROWS : 0);
    const countWidth = Math.max(this.#countWidth, totals.countColumns);
    const numberWidth = Math.max(this.#numberWidth, totals.numberColumns);
    const times = new Float64Array(rows);
    const counts = new Uint32Array(rows * countWidth);
    const numbers = new Float64Array(rows * numberWidth);
    for (let row = 0; row < this.#length; row += 1) {
      const at = (this.#first + row) % this.#times.length;
      times[row] = this.#times[at]!;
      counts.set(this.#counts.subarray(at * this.#countWidth, (at + 1) * this.#countWidth), row * countWidth);
      numbers.set(this.#numbers.subarray(at * this.#numberWidth, (at + 1) * this.#numberWidth), row * numberWidth);
    }
    this.#times = times;
    this.#counts = counts;
    this.#numbers = numbers;
    this.#countWidth = countWidth;
    this.#numberWidth = numberWidth;
    this.#first = 0;
  }
}

export class History {
  readonly totals = new Totals();
  readonly tiers: readonly Tier[] = TIERS.map((tier) => new Tier(tier));

  get bytes(): number {
    return this.tiers.reduce((sum, tier) => sum + tier.bytes, 0);
  }

  add(at: number): void {
    for (const tier of this.tiers) tier.add(at, this.totals);
  }

  clear(): void {
    for (const tier of this.tiers) tier.clear();
  }

  /** The finest tier that reaches back to a time; else the one that reaches back farthest. */
  tierFor(time: number): Tier {
    const reaching = this.tiers.find((tier) => tier.length > 0 && (!tier.forgot || tier.time(0) <= time));
    return reaching ?? this.tiers.at(-1)!;
  }

  /** The last row that is not later than a time, else the oldest that there is. */
  rowAt(time: number): Row | undefined {
    const tier = this.tierFor(time);
    return tier.length === 0 ? undefined : { tier, index: Math.max(0, tier.rowAt(time)) };
  }
}
