import type { Column } from './history';
import type { Slot } from './ledger';

/** What was missing on so many pages in a row is no longer there. */
const PATIENCE = 3;

/**
 * One histogram of an engine. Its parts tell of the same values only where they come from the same page: buckets count
 * together or not at all, and a sum counts with its count.
 */
export class HistogramUnit {
  readonly slots: Slot[] = [];
  readonly buckets: Slot[] = [];
  sum: Slot | undefined;
  count: Slot | undefined;
  /** The total of the count when a page last had the sum too. */
  pairedAt = 0;
  /** The sum is known from the page at hand on only. */
  sumBegins = false;
  /** How many of the values that were counted the sum does not tell of, and where history keeps that. */
  unsummed = 0;
  column: Column | undefined;
  #paired = 0;
  /** Buckets of the last page that had all. */
  #expected: readonly Slot[] = [];
  #missing = 0;

  join(slot: Slot): void {
    this.slots.push(slot);
    if (slot.part === 'bucket') this.buckets.push(slot);
    else if (slot.part === 'sum') this.sum = slot;
    else this.count = slot;
  }

  /**
   * Whether a page has all buckets that are to be expected. After a restart they may be others.
   * @param isNoted the page has a number for it
   */
  hasWhole(isNoted: (slot: Slot) => boolean, reset: boolean): boolean {
    const whole = this.#expected.every(isNoted);
    if (whole && this.#expected.length === this.buckets.length) {
      this.#missing = 0;
      return true;
    }
    const noted = this.buckets.filter(isNoted);
    if (noted.length === 0) return true;
    this.#missing = whole ? 0 : this.#missing + 1;
    if (!whole && !reset && this.#missing < PATIENCE) return false;
    this.#missing = 0;
    this.#expected = noted;
    return true;
  }

  /** Goes on from another total of the count, of which as many values as before have no sum. */
  settle(total: number): void {
    this.#paired = total - this.unsummed;
    this.pairedAt = total;
  }

  /** Takes the total of the count on a page; says how many values the sum does not tell of. */
  pair(total: number, hasSum: boolean): number {
    if (hasSum) {
      if (!this.sumBegins) this.#paired += total - this.pairedAt;
      this.pairedAt = total;
    }
    return total - this.#paired;
  }
}
