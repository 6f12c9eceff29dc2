import type { Labels, Part } from '../page';
import type { EngineId } from '../window';
import { labelText } from './engines';
import { HistogramUnit } from './histogram-unit';
import { type Column, History } from './history';
import { Turns } from './turns';

/** One series of an engine: its place in the ledger's tables. */
export interface Slot {
  readonly index: number;
  readonly family: string;
  readonly part: Part;
  /** Labels that tell it from other series of its family. */
  readonly which: Labels;
  readonly le: number;
  readonly counts: boolean;
}

/** The slots of one family of one engine. */
export interface FamilySlots {
  /** Values of counters and gauges. */
  readonly values: Slot[];
  readonly sums: Slot[];
  readonly counts: Slot[];
  /** By upper edge, in order. */
  readonly buckets: { readonly le: number; readonly slots: Slot[] }[];
  readonly all: Slot[];
  /** The histograms of the family, by the labels that tell them apart. */
  readonly units: Map<string, HistogramUnit>;
}

/** Restarts that are remembered with their moment; all are counted. */
const MOST_RESTARTS = 1000;

const FIRST_SIZE = 64;

/**
 * What one engine has counted since its first page. Totals go through restarts: where anything of it went down, everything
 * of it counts from zero. A page without a series, or with `NaN` for it, says nothing about it.
 */
export class EngineLedger {
  readonly id: EngineId;
  readonly history = new History();
  readonly families = new Map<string, FamilySlots>();
  /** Moments of restarts, oldest first. */
  readonly restarts: number[] = [];
  restartCount = 0;
  /** The first and the last page that had anything of it. */
  firstAt: number;
  lastAt: number;
  /** The last page that said something of it. */
  noted = 0;
  readonly #units: HistogramUnit[] = [];
  #slots: Slot[] = [];
  #columns: (Column | undefined)[] = [];
  /** The value as it stood on the last page that had it; `NaN`: not known. */
  #raw = new Float64Array(FIRST_SIZE);
  /** For counters the increase since the first page, for others the last value. */
  #totals = new Float64Array(FIRST_SIZE);
  #next = new Float64Array(FIRST_SIZE);
  #stamps = new Float64Array(FIRST_SIZE);
  #seenFirst = new Float64Array(FIRST_SIZE);
  #seenLast = new Float64Array(FIRST_SIZE);
  #reset = false;
  readonly #turns = new Turns();
  /** The process that began with the page that is read. */
  #began: number | undefined;

  /** @param since when its endpoint was looked at before, without it: everything that it has counted came since then */
  constructor(id: EngineId, at: number, since: number | undefined) {
    this.id = id;
    this.firstAt = since ?? at;
    this.lastAt = at;
    if (since !== undefined) this.history.add(since);
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /**
   * A new series.
   * @param fromZero its endpoint was looked at before, without it: it began at zero since then
   */
  slot(family: string, part: Part, which: Labels, le: number | undefined, gauge: boolean, fromZero: boolean): Slot {
    const index = this.#slots.length;
    if (index === this.#raw.length) this.#widen();
    const counts = !gauge && part !== 'created';
    const slot: Slot = { index, family, part, which, le: le ?? Number.POSITIVE_INFINITY, counts };
    this.#slots.push(slot);
    const late = this.#enter(slot);
    this.#raw[index] = counts && fromZero && !late ? 0 : Number.NaN;
    this.#totals[index] = counts ? 0 : Number.NaN;
    this.#stamps[index] = -1;
    this.#seenFirst[index] = Number.POSITIVE_INFINITY;
    this.#seenLast[index] = Number.NEGATIVE_INFINITY;
    return slot;
  }

  /** Whether it is part of a histogram of which pages before had another part: then it was there too, and was not told. */
  #enter(slot: Slot): boolean {
    let family = this.families.get(slot.family);
    if (!family) {
      family = { values: [], sums: [], counts: [], buckets: [], all: [], units: new Map() };
      this.families.set(slot.family, family);
    }
    family.all.push(slot);
    switch (slot.part) {
      case 'value':
        family.values.push(slot);
        break;
      case 'sum':
        family.sums.push(slot);
        break;
      case 'count':
        family.counts.push(slot);
        break;
      case 'bucket': {
        const { buckets } = family;
        const at = buckets.findIndex(({ le }) => le >= slot.le);
        if (at >= 0 && buckets[at]!.le === slot.le) buckets[at]!.slots.push(slot);
        else buckets.splice(at < 0 ? buckets.length : at, 0, { le: slot.le, slots: [slot] });
      }
    }
    return slot.part === 'value' || slot.part === 'created' ? false : this.#join(slot, family);
  }

  #join(slot: Slot, { units }: FamilySlots): boolean {
    const key = labelText(slot.which);
    let unit = units.get(key);
    if (!unit) {
      unit = new HistogramUnit();
      units.set(key, unit);
      this.#units.push(unit);
    }
    const late = unit.slots.some(({ index }) => this.#seenLast[index] !== Number.NEGATIVE_INFINITY);
    unit.join(slot);
    return late;
  }

  /** Writes down what a page says of one series; counted with `close`. */
  note({ index, part, counts }: Slot, value: number, stamp: number): void {
    if (counts) {
      // Below zero, infinite or no number: nothing that a counter can say.
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
        this.#doubt(index);
        return;
      }
      if (value < this.#raw[index]!) this.#reset = true;
    } else if (part === 'created') {
      if (Number.isNaN(value)) return;
      const before = this.#raw[index]!;
      if (!Number.isNaN(before) && before !== value) this.#reset = true;
    }
    this.#next[index] = value;
    this.#stamps[index] = stamp;
    this.noted = stamp;
  }

  /**
   * Another process answers than before: counts begin at zero. One that is back goes on where it stood; from then on, one
   * that was never seen may have counted for long.
   */
  turn(from: number, to: number): void {
    const size = this.#slots.length;
    const back = this.#turns.change(from, to, this.#raw.subarray(0, size));
    this.#reset = !this.#turns.several;
    if (this.#reset) {
      this.#began = to;
      return;
    }
    for (const { index, counts } of this.#slots) {
      const stands = back ? back[index] : this.#stamps[index] === this.noted ? Number.NaN : undefined;
      this.#raw[index] = stands ?? (counts ? 0 : Number.NaN);
    }
    if (back) this.#correct(to);
    for (const unit of this.#units) if (unit.count) unit.settle(this.#totals[unit.count.index]!);
  }

  /** Takes off what was counted for servers that were taken for restarts of one that is back. */
  #correct(start: number): void {
    const mistaken = this.#turns.mistaken(start);
    for (const { at, counts } of mistaken) {
      this.restartCount -= 1;
      const index = this.restarts.indexOf(at);
      if (index >= 0) this.restarts.splice(index, 1);
      for (const slot of this.#slots) {
        const count = counts[slot.index] ?? 0;
        if (slot.counts && count > 0) this.#add(slot, Math.max(0, this.#totals[slot.index]! - count));
      }
    }
    if (mistaken.length > 0) this.history.clear();
  }

  /** What was never seen as a number did not begin at zero either: it was there before. */
  #doubt(index: number): void {
    if (this.#seenLast[index] === Number.NEGATIVE_INFINITY) this.#raw[index] = Number.NaN;
  }

  /** Counts what was noted with this stamp. */
  close(at: number, stamp: number): void {
    const reset = this.#reset;
    const counted = reset && this.#began !== undefined ? new Float64Array(this.#slots.length) : undefined;
    if (reset) {
      this.#reset = false;
      this.restartCount += 1;
      this.restarts.push(at);
      if (this.restarts.length > MOST_RESTARTS) this.restarts.shift();
    }
    for (const unit of this.#units) this.#judge(unit, stamp, reset);
    let seen = false;
    for (let index = 0; index < this.#slots.length; index += 1) {
      const slot = this.#slots[index]!;
      if (this.#stamps[index] !== stamp) {
        if (reset && slot.counts) this.#raw[index] = 0;
        continue;
      }
      seen = true;
      const value = this.#next[index]!;
      if (this.#seenLast[index] === Number.NEGATIVE_INFINITY) this.#seenFirst[index] = at;
      this.#seenLast[index] = at;
      if (slot.counts) {
        const before = reset ? 0 : this.#raw[index]!;
        if (value > before) {
          this.#add(slot, this.#totals[index]! + value - before);
          if (counted) counted[index] = value - before;
        }
      } else if (slot.part !== 'created') {
        this.#add(slot, value);
      }
      this.#raw[index] = value;
    }
    for (const unit of this.#units) this.#pair(unit, stamp);
    if (counted) this.#turns.began(this.#began!, { at, counts: counted });
    this.#began = undefined;
    if (!seen) return;
    this.lastAt = at;
    this.history.add(at);
  }

  /** Leaves out of a page what would not fit the rest of a histogram: some of its buckets, a sum without a count. */
  #judge(unit: HistogramUnit, stamp: number, reset: boolean): void {
    const isNoted = ({ index }: Slot) => this.#stamps[index] === stamp;
    const begins = ({ index }: Slot) => !reset && Number.isNaN(this.#raw[index]!);
    if (!unit.hasWhole(isNoted, reset)) for (const slot of unit.buckets) this.#stamps[slot.index] = -1;
    // Buckets of which one is new are compared from here on.
    else if (unit.buckets.some((slot) => isNoted(slot) && begins(slot))) this.#forget(unit.buckets);
    const { count, sum } = unit;
    if (!count) return;
    if (reset) unit.pairedAt = this.#totals[count.index]!;
    if (!sum || !isNoted(sum)) return;
    if (!isNoted(count)) this.#stamps[sum.index] = -1;
    else if (begins(count)) this.#forget([sum]);
    unit.sumBegins = begins(sum);
  }

  /** What these counted is not known until the next number. */
  #forget(slots: readonly Slot[]): void {
    for (const { index } of slots) this.#raw[index] = Number.NaN;
  }

  /** Takes down how many values of a histogram its sum does not tell of: pages had their count without it. */
  #pair(unit: HistogramUnit, stamp: number): void {
    const { count, sum } = unit;
    if (!count || this.#stamps[count.index] !== stamp) return;
    const total = this.#totals[count.index]!;
    const unsummed = unit.pair(total, sum !== undefined && this.#stamps[sum.index] === stamp);
    if (unsummed === unit.unsummed) return;
    const { totals } = this.history;
    unit.unsummed = unsummed;
    unit.column ??= totals.column('number');
    totals.set(unit.column, unsummed);
  }

  #add(slot: Slot, total: number): void {
    if (this.#totals[slot.index] === total) return;
    this.#totals[slot.index] = total;
    const { totals } = this.history;
    let column = this.#columns[slot.index];
    if (!column) {
      const small = slot.counts && (slot.part === 'bucket' || slot.part === 'count');
      column = totals.column(small ? 'count' : 'number');
      this.#columns[slot.index] = column;
    }
    totals.set(column, total);
  }

  raw({ index }: Slot): number {
    return this.#raw[index]!;
  }

  total({ index }: Slot): number {
    return this.#totals[index]!;
  }

  column({ index }: Slot): Column | undefined {
    return this.#columns[index];
  }

  seenFirst({ index }: Slot): number {
    return this.#seenFirst[index]!;
  }

  seenLast({ index }: Slot): number {
    return this.#seenLast[index]!;
  }

  #widen(): void {
    const size = this.#raw.length + Math.max(FIRST_SIZE, this.#raw.length >> 1);
    const wide = (old: Float64Array) => {
      const larger = new Float64Array(size);
      larger.set(old);
      return larger;
    };
    this.#raw = wide(this.#raw);
    this.#totals = wide(this.#totals);
    this.#next = wide(this.#next);
    this.#stamps = wide(this.#stamps);
    this.#seenFirst = wide(this.#seenFirst);
    this.#seenLast = wide(this.#seenLast);
  }
}
