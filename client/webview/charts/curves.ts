import type { ChartHistory } from '../../../protocol/metrics';

/** One line of a chart. */
export interface Curve {
  readonly key: string;
  label: string;
  values: (number | null)[];
}

/** The curves of one chart, grown piece by piece on one time axis. */
export class Curves {
  times: number[] = [];
  curves: Curve[] = [];
  restarts: { readonly at: number; readonly key: string }[] = [];
  #byKey = new Map<string, Curve>();

  /** The last moment that is known; nothing: all is to be asked for. */
  get last(): number | undefined {
    return this.times.at(-1);
  }

  clear(): void {
    this.times = [];
    this.curves = [];
    this.restarts = [];
    this.#byKey.clear();
  }

  /** Adds what is younger than the last moment, and forgets what is older than `from`. Buckets are sorted by their edges. */
  grow({ times, lines, restarts }: ChartHistory, from: number, byEdge = false): void {
    const last = this.last ?? Number.NEGATIVE_INFINITY;
    const begin = times.findIndex((at) => at > last);
    if (begin >= 0) this.#append(times.slice(begin), lines, begin);
    if (byEdge) this.curves.sort((a, b) => edgeOf(a.key) - edgeOf(b.key));
    const known = new Set(this.restarts.map(({ at, key }) => `${at} ${key}`));
    this.restarts.push(...restarts.filter(({ at, key }) => !known.has(`${at} ${key}`)));
    this.#forget(from);
  }

  /** Highest and lowest known value and the last one of a curve; nothing where none is known. */
  static summary(values: readonly (number | null)[]): { low: number; high: number; last: number | null } | undefined {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of values) {
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return low > high ? undefined : { low, high, last: values.at(-1) ?? null };
  }

  #append(times: readonly number[], lines: ChartHistory['lines'], begin: number): void {
    const length = this.times.length;
    this.times.push(...times);
    for (const { key, label, values } of lines) {
      const curve = this.#byKey.get(key) ?? this.#add(key, label, length);
      curve.label = label;
      for (let at = begin; at < begin + times.length; at++) curve.values.push(values[at] ?? null);
    }
    // An engine that is gone leaves a gap, not a line that stands still.
    for (const { values } of this.curves) while (values.length < this.times.length) values.push(null);
  }

  #add(key: string, label: string, length: number): Curve {
    const curve: Curve = { key, label, values: new Array<number | null>(length).fill(null) };
    this.#byKey.set(key, curve);
    this.curves.push(curve);
    return curve;
  }

  #forget(from: number): void {
    const old = this.times.findIndex((at) => at >= from);
    // Cut in strokes: moving everything for each point would cost more than the point.
    if (old < Math.max(16, this.times.length / 8)) return;
    this.times.splice(0, old);
    for (const { values } of this.curves) values.splice(0, old);
    this.restarts = this.restarts.filter(({ at }) => at >= from);
    for (const curve of this.curves) {
      if (curve.values.some((value) => value !== null)) continue;
      this.#byKey.delete(curve.key);
      this.curves = this.curves.filter((other) => other !== curve);
    }
  }
}

function edgeOf(key: string): number {
  return key === '+Inf' ? Number.POSITIVE_INFINITY : Number(key);
}

/** The indices of the `most` curves that reach highest, in the order in which they came. */
export function highest(curves: readonly Curve[], most: number): number[] {
  const all = curves.map((_, index) => index);
  if (curves.length <= most) return all;
  const peaks = curves.map(({ values }) => Curves.summary(values)?.high ?? Number.NEGATIVE_INFINITY);
  return all
    .toSorted((a, b) => peaks[b]! - peaks[a]! || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}
