import type { Band } from '../../../../protocol/metrics';
import type { Distribution, Quantile } from '../window';

/** The bucket that holds the q-th part of the values; a number within it would be made up. */
export const quantile: Quantile = ({ count, buckets }: Distribution, q: number): Band | null => {
  // Pages may have had the count without the buckets: their last one counts what they hold.
  const last = buckets.at(-1);
  const all = last?.le === Number.POSITIVE_INFINITY ? last.count : count;
  if (!(all > 0)) return null;
  const wanted = q * all;
  let lower = 0;
  for (const bucket of buckets) {
    if (bucket.count >= wanted) return { gt: lower, le: Number.isFinite(bucket.le) ? bucket.le : null };
    if (Number.isFinite(bucket.le)) lower = bucket.le;
  }
  return buckets.length === 0 ? null : { gt: lower, le: null };
};

/** The same band in another unit; edges keep the digits that people wrote. */
export function scaleBand(band: Band | null, factor: number): Band | null {
  return band && { gt: scaled(band.gt, factor), le: band.le === null ? null : scaled(band.le, factor) };
}

function scaled(value: number, factor: number): number {
  return Number((value * factor).toPrecision(12));
}

/**
 * What several engines saw together. Where their buckets differ, as those of different releases may, the edges that all
 * of them have: counts below any other edge are not known.
 */
export function mergeDistributions(parts: readonly Distribution[]): Distribution | null {
  const [first, ...rest] = parts;
  if (!first || rest.length === 0) return first ?? null;
  return { ...mergeSums(parts)!, buckets: alike(parts) ?? common(first, rest) };
}

type Sums = Pick<Distribution, 'count' | 'sum' | 'summed'>;

/** Counts and sums of several engines together. */
export function mergeSums(parts: readonly Sums[]): Sums | null {
  const [first, ...rest] = parts;
  if (!first || rest.length === 0) return first ?? null;
  const count = parts.reduce((all, part) => all + part.count, 0);
  const sum = parts.reduce((all, part) => all + part.sum, 0);
  if (!Number.isNaN(sum)) return { count, sum };
  const known = parts.map((part) => part.summed ?? part).filter((part) => !Number.isNaN(part.sum));
  const summed = known.reduce((all, part) => ({ count: all.count + part.count, sum: all.sum + part.sum }), {
    count: 0,
    sum: 0,
  });
  return { count, sum, summed };
}

/** The usual case: all have the same edges. */
function alike(parts: readonly Distribution[]): Distribution['buckets'] | undefined {
  const edges = parts[0]!.buckets;
  const counts = new Float64Array(edges.length);
  for (const { buckets } of parts) {
    if (buckets.length !== edges.length) return undefined;
    for (let index = 0; index < edges.length; index += 1) {
      const bucket = buckets[index]!;
      if (bucket.le !== edges[index]!.le) return undefined;
      counts[index]! += bucket.count;
    }
  }
  return edges.map(({ le }, index) => ({ le, count: counts[index]! }));
}

function common(first: Distribution, rest: readonly Distribution[]): Distribution['buckets'] {
  const counts = new Map(first.buckets.map(({ le, count }) => [le, count]));
  for (const { buckets } of rest) {
    const others = new Map(buckets.map(({ le, count }) => [le, count]));
    for (const [le, count] of counts) {
      const more = others.get(le);
      if (more === undefined) counts.delete(le);
      else counts.set(le, count + more);
    }
  }
  return [...counts].map(([le, count]) => ({ le, count }));
}

/** A distribution in another unit: microseconds as seconds. */
export function scaleDistribution({ count, sum, summed, buckets }: Distribution, factor: number): Distribution {
  return {
    count,
    sum: sum * factor,
    ...(summed && { summed: { count: summed.count, sum: summed.sum * factor } }),
    buckets: buckets.map((bucket) => ({ le: scaled(bucket.le, factor), count: bucket.count })),
  };
}
