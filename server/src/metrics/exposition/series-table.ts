import type { LabelSet, Labels, Sample, Series } from '../page';
import { labelsKey, readHead, takeEdge } from './labels';
import type { SeriesName } from './names';
import { parseNumber } from './number';

/** A series with what the last page said of it. */
export interface Slot {
  readonly series: Series;
  /** The number of the page that had it last. */
  seen: number;
  sample: Sample;
}

interface Owner {
  readonly set: LabelSet;
  /** By part, edge and family. */
  readonly slots: Map<string, Slot>;
}

/** Makes each series, and each set of labels, once. */
export class SeriesTable {
  private readonly owners = new Map<string, Owner>();
  /** The same by labels as they were written, without `le`. */
  private readonly written = new Map<string, Owner>();
  size = 0;

  /** The series of a head; nothing for one that is none, or for a bucket without an edge. */
  read(name: SeriesName, head: string): Slot | undefined {
    const brace = head.indexOf('{');
    const labels = brace < 0 ? '' : head.slice(brace);
    const edge = name.part === 'bucket' ? takeEdge(labels) : undefined;
    const le = edge && readEdge(edge.le);
    const others = edge ? edge.others : labels;
    if ((name.part === 'bucket') === (le !== undefined)) {
      const owner = this.written.get(others);
      if (owner) return this.intern(name, owner, le);
    }
    const read = readHead(head);
    const slot = read && this.slot(name, read.labels);
    if (slot?.series.le === le && slot && !Object.hasOwn(slot.series.set.labels, 'le')) {
      this.written.set(others, this.owner(slot.series.set.labels));
    }
    return slot;
  }

  /** The series of a name with labels; nothing for a bucket without an edge. */
  slot(name: SeriesName, labels: Labels): Slot | undefined {
    if (name.part !== 'bucket') return this.intern(name, this.owner(labels), undefined);
    const le = Object.hasOwn(labels, 'le') ? readEdge(labels.le!) : undefined;
    if (le === undefined) return undefined;
    const others: Record<string, string> = Object.create(null);
    for (const label of Object.keys(labels)) if (label !== 'le') others[label] = labels[label]!;
    return this.intern(name, this.owner(others), le);
  }

  /** The series alone, for whoever has its labels from elsewhere than a page. */
  series(name: SeriesName, labels: Labels): Series | undefined {
    return this.slot(name, labels)?.series;
  }

  /** Forgets series that no page had since this one. */
  forget(before: number): void {
    for (const [key, { slots }] of this.owners) {
      for (const [name, { seen }] of slots) {
        if (seen < before && slots.delete(name)) this.size -= 1;
      }
      if (slots.size === 0) this.owners.delete(key);
    }
    this.written.clear();
  }

  private intern({ family, part }: SeriesName, { set, slots }: Owner, le: number | undefined): Slot {
    const key = `${part} ${le ?? ''} ${family}`;
    const known = slots.get(key);
    if (known) return known;
    const series: Series = le === undefined ? { family, part, set } : { family, part, set, le };
    const slot = { series, seen: 0, sample: { series, value: Number.NaN } };
    slots.set(key, slot);
    this.size += 1;
    return slot;
  }

  private owner(labels: Labels): Owner {
    const key = labelsKey(labels);
    const known = this.owners.get(key);
    if (known) return known;
    const owner = { set: { key, labels }, slots: new Map<string, Slot>() };
    this.owners.set(key, owner);
    return owner;
  }
}

function readEdge(text: string): number | undefined {
  const edge = parseNumber(text);
  return Number.isNaN(edge) ? undefined : edge;
}
