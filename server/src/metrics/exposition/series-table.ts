import type { LabelSet, Labels, Sample, Series } from '../page';
import { labelsKey } from './labels';
import type { SeriesName } from './names';
import { parseNumber } from './number';

/** A series with what the last page said of it. */
export interface Slot {
  readonly series: Series;
  /** The number of the page that had it last. */
  seen: number;
  sample: Sample;
}

/** Makes each series, and each set of labels, once. */
export class SeriesTable {
  private sets = new Map<string, LabelSet>();
  private slots = new Map<string, Slot>();

  get size(): number {
    return this.slots.size;
  }

  /** The series of a name with labels; nothing for a bucket without an edge. */
  slot({ family, part }: SeriesName, labels: Labels): Slot | undefined {
    if (part !== 'bucket') return this.intern(family, part, labels, undefined);
    const le = Object.hasOwn(labels, 'le') ? parseNumber(labels.le!) : undefined;
    if (le === undefined || Number.isNaN(le)) return undefined;
    const others: Record<string, string> = Object.create(null);
    for (const name of Object.keys(labels)) if (name !== 'le') others[name] = labels[name]!;
    return this.intern(family, part, others, le);
  }

  /** The series alone, for whoever has its labels from elsewhere than a page. */
  series(name: SeriesName, labels: Labels): Series | undefined {
    return this.slot(name, labels)?.series;
  }

  /** Forgets series that no page had since this one. */
  forget(before: number): void {
    const used = new Set<LabelSet>();
    for (const [key, { series, seen }] of this.slots) {
      if (seen < before) this.slots.delete(key);
      else used.add(series.set);
    }
    for (const [key, set] of this.sets) if (!used.has(set)) this.sets.delete(key);
  }

  private intern(family: string, part: Series['part'], labels: Labels, le: number | undefined): Slot {
    const labelKey = labelsKey(labels);
    const key = `${family} ${part} ${le ?? ''} ${labelKey}`;
    const known = this.slots.get(key);
    if (known) return known;
    let set = this.sets.get(labelKey);
    if (!set) {
      set = { key: labelKey, labels };
      this.sets.set(labelKey, set);
    }
    const series: Series = le === undefined ? { family, part, set } : { family, part, set, le };
    const slot = { series, seen: 0, sample: { series, value: Number.NaN } };
    this.slots.set(key, slot);
    return slot;
  }
}
