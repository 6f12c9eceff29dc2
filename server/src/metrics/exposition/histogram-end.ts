import { lookupMetric } from '../../knowledge';
import type { Part, Sample } from '../page';

/** What lines of a histogram there are, as bits. */
const BITS: Readonly<Record<Part, number>> = { value: 0, created: 0, bucket: 1, sum: 2, count: 4 };
const LAST_BUCKET = 8;

/**
 * Whether samples end within a histogram. Front ends write its lines in different orders (buckets, count, sum · sum, buckets,
 * count · sum, count, buckets), so that the last one is told by what is not there yet: an end of the buckets, or a line that
 * all other histograms of the page have.
 */
export function endsWithinHistogram(samples: readonly Sample[]): boolean {
  const last = samples.at(-1)?.series;
  if (!last || BITS[last.part] === 0) return false;
  let own = 0;
  let others = 0;
  let everybody = -1;
  let before: Sample['series'] | undefined;
  for (const { series } of samples) {
    const bits = BITS[series.part] | (series.le === Number.POSITIVE_INFINITY ? LAST_BUCKET : 0);
    if (series.family === last.family && series.set === last.set) own |= bits;
    else if (bits !== 0) {
      if (before && (before.family !== series.family || before.set !== series.set)) {
        everybody &= others;
        others = 0;
      }
      others |= bits;
      before = series;
    }
  }
  if (before) everybody &= others;
  else everybody = 0;
  if ((own & BITS.bucket) !== 0 && (own & LAST_BUCKET) === 0) return true;
  return isHistogram(last.family) && (everybody & ~own) !== 0;
}

function isHistogram(family: string): boolean {
  return lookupMetric(family)?.type === 'histogram';
}
