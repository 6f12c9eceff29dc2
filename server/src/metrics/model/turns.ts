/** Processes of which is remembered where they stood. */
const MOST = 32;

/** What was counted for a process that was taken for a restart: all that its first page had. */
export interface Begun {
  readonly at: number;
  readonly counts: Float64Array;
}

/**
 * Where the counts of the processes behind one address stood when another one answered. One that comes back was not
 * restarted: several take turns, and what those in between counted before was counted long ago.
 */
export class Turns {
  /** One came back, or was there before the one that it followed. */
  several = false;
  readonly #left = new Map<number, Float64Array>();
  /** `counts`: `undefined` once it is known that it was no restart. */
  readonly #begun = new Map<number, { readonly at: number; counts: Float64Array | undefined }>();

  /** Where a process stood when it answered last; `undefined`: it never did. */
  change(from: number, to: number, counts: Float64Array): Float64Array | undefined {
    remember(this.#left, from, counts.slice());
    const back = this.#left.get(to);
    this.several ||= back !== undefined || isOlder(to, from);
    return back;
  }

  /** A process is taken for a restart. */
  began(start: number, { at, counts }: Begun): void {
    remember(this.#begun, start, { at, counts });
  }

  /** What was taken for restarts since a process that is back began; each is told once. */
  mistaken(start: number): readonly Begun[] {
    const since = this.#begun.get(start)?.at ?? Number.NEGATIVE_INFINITY;
    const found: Begun[] = [];
    for (const begun of this.#begun.values()) {
      if (begun.at <= since || !begun.counts) continue;
      found.push({ at: begun.at, counts: begun.counts });
      begun.counts = undefined;
    }
    return found;
  }
}

/** Seconds by which the clocks of two hosts may differ. */
const SKEW = 60;

/** A process that began before the one that answered earlier is no restart of it. */
export function isOlder(start: number, than: number): boolean {
  return start < than - SKEW;
}

function remember<T>(map: Map<number, T>, key: number, value: T): void {
  map.set(key, value);
  if (map.size > MOST) map.delete(map.keys().next().value!);
}
