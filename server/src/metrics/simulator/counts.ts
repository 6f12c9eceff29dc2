import { lookupMetric } from '../../knowledge';
import type { FrontEnd } from './scenario';

/** Values and where they fell. */
export class Buckets {
  /** One more than edges: the last is for what is above all of them. Not cumulative. */
  readonly counts: Float64Array;
  sum = 0;
  count = 0;
  readonly edges: readonly number[];

  constructor(edges: readonly number[]) {
    this.edges = edges;
    this.counts = new Float64Array(edges.length + 1);
  }

  observe(value: number, times = 1): void {
    const { edges } = this;
    let low = 0;
    let high = edges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= edges[middle]!) high = middle;
      else low = middle + 1;
    }
    this.counts[low]! += times;
    this.sum += value * times;
    this.count += times;
  }

  /** Those of another one with the same edges, too. */
  add(other: Buckets): void {
    for (let index = 0; index < this.counts.length; index++) this.counts[index]! += other.counts[index]!;
    this.sum += other.sum;
    this.count += other.count;
  }
}

/** What one process has counted of one engine since it began: by family, and by the value of a family's own label. */
export class Counts {
  readonly counters = new Map<string, number>();
  readonly histograms = new Map<string, Buckets>();
  private readonly tokenEdges: readonly number[];

  /** @param tokenEdges edges of histograms of numbers of tokens */
  constructor(tokenEdges: readonly number[]) {
    this.tokenEdges = tokenEdges;
  }

  add(family: string, by = 1, label = ''): void {
    const key = label === '' ? family : `${family}|${label}`;
    this.counters.set(key, (this.counters.get(key) ?? 0) + by);
  }

  counter(family: string, label = ''): number {
    return this.counters.get(label === '' ? family : `${family}|${label}`) ?? 0;
  }

  observe(family: string, value: number, times = 1): void {
    this.histogram(family).observe(value, times);
  }

  histogram(family: string): Buckets {
    let found = this.histograms.get(family);
    if (!found) {
      found = new Buckets(HTTP_EDGES[family] ?? lookupMetric(family)?.buckets ?? this.tokenEdges);
      this.histograms.set(family, found);
    }
    return found;
  }
}

/** Of the HTTP server in front of the engines. */
const HTTP_EDGES: Readonly<Record<string, readonly number[]>> = {
  http_request_duration_seconds: [0.1, 0.5, 1],
  http_request_duration_highr_seconds: [
    0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60,
  ],
};

/** What the Rust front end takes for the longest prompt, whatever the model takes. */
const RUST_MOST = 131_072;

/** Numbers of tokens are counted by steps of 1, 2 and 5, up to what the model takes; by Rust's up to a limit that is an edge. */
export function tokenEdges(maxModelLen: number, frontEnd: FrontEnd): readonly number[] {
  const most = frontEnd === 'rust' ? RUST_MOST : maxModelLen;
  const edges: number[] = [];
  for (let step = 1; step <= most; step *= 10) edges.push(...[step, 2 * step, 5 * step].filter((edge) => edge <= most));
  return frontEnd === 'rust' ? [...edges, most] : edges;
}
