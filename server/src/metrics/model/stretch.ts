import type { EngineRole } from '../../../../protocol/metrics';
import type { Labels } from '../page';
import type { Distribution, EngineId, EngineWindow } from '../window';
import type { EndpointLedger } from './endpoint-ledger';
import { agrees } from './engines';
import { formerNames } from './families';
import type { HistogramUnit } from './histogram-unit';
import type { Row } from './history';
import type { EngineLedger, FamilySlots, Slot } from './ledger';

/** Increases of the count and of the sum of a histogram. */
export type Sums = Pick<Distribution, 'count' | 'sum' | 'summed'>;

/** A window that tells the sums of a histogram without its buckets. */
export interface Stretch extends EngineWindow {
  sums(family: string): Sums | null;
}

export interface Role {
  readonly role: EngineRole;
  readonly from: NonNullable<EngineWindow['roleFrom']>;
}

/**
 * Between two rows of an engine's history, or from its first page, or until now. The bounds may be moved: curves are
 * computed with one object.
 */
export class LedgerStretch implements Stretch {
  readonly ledger: EngineLedger;
  readonly #endpoint: EndpointLedger;
  readonly #role: Role | undefined;
  #from: Row | undefined;
  #to: Row | undefined;
  #fromAt = 0;
  #toAt = 0;
  /** Pages from then on belong to it. */
  #seenFrom = Number.NEGATIVE_INFINITY;

  constructor(endpoint: EndpointLedger, ledger: EngineLedger, role?: Role) {
    this.#endpoint = endpoint;
    this.ledger = ledger;
    this.#role = role;
    this.sinceStart();
  }

  /** From its first page until now. */
  sinceStart(): this {
    this.#from = undefined;
    this.#to = undefined;
    this.#fromAt = this.ledger.firstAt;
    this.#toAt = this.ledger.lastAt;
    this.#seenFrom = Number.NEGATIVE_INFINITY;
    return this;
  }

  /** From a moment, or the first page after it where there is none before, until now. */
  since(time: number): this {
    this.sinceStart();
    if (time <= this.ledger.firstAt) return this;
    this.#from = this.ledger.history.rowAt(time);
    if (this.#from) this.#fromAt = Math.max(this.ledger.firstAt, this.#from.tier.time(this.#from.index));
    // Nothing was counted, and not zero, where it was not heard since.
    this.#seenFrom = time < this.ledger.lastAt ? time : Number.POSITIVE_INFINITY;
    return this;
  }

  /** Between two rows. */
  between(from: Row, to: Row): this {
    this.#from = from;
    this.#to = to;
    this.#fromAt = from.tier.time(from.index);
    this.#toAt = to.tier.time(to.index);
    this.#seenFrom = this.#fromAt;
    return this;
  }

  /** Milliseconds that usually lie between two pages. */
  get gapMs(): number {
    return this.#endpoint.gapMs;
  }

  get id(): EngineId {
    return this.ledger.id;
  }

  get role(): EngineRole | undefined {
    return this.#role?.role;
  }

  get roleFrom(): EngineWindow['roleFrom'] {
    return this.#role?.from;
  }

  get firstAt(): number {
    return this.ledger.firstAt;
  }

  get seconds(): number {
    return Math.max(0, this.#toAt - this.#fromAt) / 1000;
  }

  /** A page of it is part of the stretch. */
  get seen(): boolean {
    return this.ledger.lastAt >= this.#seenFrom;
  }

  get restarts(): number {
    const { restarts, restartCount } = this.ledger;
    if (!this.#from && !this.#to) return restartCount;
    return restarts.filter((at) => at > this.#fromAt && at <= this.#toAt).length;
  }

  counter(family: string, only?: Labels): number | null {
    return this.#sum(this.#slots(family)?.values, only);
  }

  sums(family: string): Sums | null {
    const slots = this.#slots(family);
    if (!slots) return null;
    const count = this.#sum(slots.counts) ?? this.#sum(slots.buckets.at(-1)?.slots);
    if (count === null) return null;
    const sum = this.#sum(slots.sums);
    if (sum === null) return { count, sum: count > 0 ? Number.NaN : 0 };
    const unsummed = [...slots.units.values()].reduce((all, unit) => all + this.#unsummed(unit), 0);
    return unsummed === 0 ? { count, sum } : { count, sum: Number.NaN, summed: { count: count - unsummed, sum } };
  }

  /** How many more values than at the beginning a sum does not tell of. */
  #unsummed({ column, unsummed }: HistogramUnit): number {
    if (!column) return 0;
    const now = this.#to ? this.#to.tier.value(this.#to.index, column) : unsummed;
    return this.#from ? now - this.#from.tier.value(this.#from.index, column) : now;
  }

  histogram(family: string): Distribution | null {
    const sums = this.sums(family);
    if (!sums) return null;
    const buckets = this.#slots(family)!.buckets.map(({ le, slots }) => ({ le, count: this.#sum(slots) ?? 0 }));
    return { ...sums, buckets };
  }

  gauge(family: string, only?: Labels): number | null {
    let sum: number | null = null;
    for (const slot of this.#slots(family)?.values ?? []) {
      if (slot.counts || !this.#present(slot) || (only && !agrees(only, slot.which))) continue;
      // A gauge that went away has no value any more.
      if (!this.#to && this.ledger.seenLast(slot) < this.ledger.lastAt) continue;
      const value = this.#value(slot);
      if (Number.isFinite(value)) sum = (sum ?? 0) + value;
    }
    return sum;
  }

  lowest(family: string, only?: Labels): number | null {
    let lowest = this.gauge(family, only);
    const from = this.#from ?? this.ledger.history.rowAt(this.ledger.firstAt);
    if (lowest === null || !from) return lowest;
    const { tier, index } = from;
    const slots = this.#slots(family)!.values.filter((slot) => !only || agrees(only, slot.which));
    const end = this.#to?.tier === tier ? this.#to.index + 1 : tier.length;
    for (let row = index; row < end; row += 1) {
      const at = tier.time(row);
      let sum: number | null = null;
      for (const slot of slots) {
        const column = this.ledger.column(slot);
        const value = column && at >= this.ledger.seenFirst(slot) ? tier.value(row, column) : Number.NaN;
        if (Number.isFinite(value)) sum = (sum ?? 0) + value;
      }
      if (sum !== null && sum < lowest) lowest = sum;
    }
    return lowest;
  }

  lifetime(family: string): number | null {
    const slots = this.#slots(family);
    const counted = slots && (slots.values.length > 0 ? slots.values : slots.counts);
    let sum: number | null = null;
    for (const slot of counted ?? []) {
      const value = this.ledger.raw(slot);
      if (slot.counts && Number.isFinite(value)) sum = (sum ?? 0) + value;
    }
    return sum;
  }

  info(family: string): Labels | null {
    const found = this.#endpoint.infos.filter(({ name, labels }) => name === family && this.#isMine(labels));
    return found[0]?.labels ?? null;
  }

  /** Labels of an information gauge are its own and those of the engine; where both have one, they must agree. */
  #isMine(labels: Labels): boolean {
    const own = this.ledger.id.labels;
    return Object.keys(labels).every((name) => own[name] === undefined || own[name] === labels[name]);
  }

  declares(family: string): boolean {
    return this.#endpoint.families.has(family);
  }

  counterBy(family: string, label: string): Readonly<Record<string, number>> | null {
    let found: Record<string, number> | null = null;
    for (const slot of this.#slots(family)?.values ?? []) {
      const value = slot.which[label];
      if (!slot.counts || value === undefined || !this.#present(slot)) continue;
      found ??= Object.create(null) as Record<string, number>;
      found[value] = (found[value] ?? 0) + this.#delta(slot);
    }
    return found;
  }

  /** Under its name of today, else under the newest former one that is there. */
  #slots(family: string): FamilySlots | undefined {
    const { families } = this.ledger;
    const slots = families.get(family);
    if (slots?.all.some((slot) => this.#present(slot))) return slots;
    for (const name of formerNames(family)) {
      const former = families.get(name);
      if (former?.all.some((slot) => this.#present(slot))) return former;
    }
    return undefined;
  }

  #sum(slots: readonly Slot[] | undefined, only?: Labels): number | null {
    if (!slots) return null;
    let sum: number | null = null;
    for (const slot of slots) {
      if (!slot.counts || !this.#present(slot) || (only && !agrees(only, slot.which))) continue;
      sum = (sum ?? 0) + this.#delta(slot);
    }
    return sum;
  }

  #present(slot: Slot): boolean {
    return this.ledger.seenLast(slot) >= this.#seenFrom && this.ledger.seenFirst(slot) <= this.#toAt;
  }

  #delta(slot: Slot): number {
    const column = this.ledger.column(slot);
    if (!column) return 0;
    if (!this.#from) return this.ledger.total(slot);
    const { tier, index } = this.#from;
    if (column.kind === 'number') return this.#value(slot) - tier.value(index, column);
    const { totals } = this.ledger.history;
    const now = this.#to ? this.#to.tier.value(this.#to.index, column) : totals.counts[column.index]!;
    return (now - tier.value(index, column)) >>> 0;
  }

  /** The value of a gauge, or of a total that is no count of a bucket, at the end. */
  #value(slot: Slot): number {
    if (!this.#to) return this.ledger.total(slot);
    const column = this.ledger.column(slot);
    if (!column || this.#toAt < this.ledger.seenFirst(slot)) return Number.NaN;
    return this.#to.tier.value(this.#to.index, column);
  }
}
