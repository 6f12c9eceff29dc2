interface Entry {
  readonly at: number;
  /** Keeps the order of entries at the same moment. */
  readonly order: number;
  readonly act: () => void;
}

/** What is to happen, and when: a binary heap by time. */
export class Agenda {
  private readonly entries: Entry[] = [];
  private count = 0;

  add(at: number, act: () => void): void {
    const { entries } = this;
    const entry = { at, order: this.count++, act };
    let index = entries.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, entries[parent]!)) break;
      entries[index] = entries[parent]!;
      index = parent;
    }
    entries[index] = entry;
  }

  /** When the next one is due. */
  get next(): number {
    return this.entries[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  take(): Entry {
    const { entries } = this;
    const first = entries[0]!;
    const last = entries.pop()!;
    if (entries.length > 0) this.sink(last);
    return first;
  }

  private sink(entry: Entry): void {
    const { entries } = this;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++;
      if (!before(entries[child]!, entry)) break;
      entries[index] = entries[child]!;
      index = child;
    }
    entries[index] = entry;
  }
}

function before(one: Entry, other: Entry): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
