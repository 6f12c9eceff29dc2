import type { EngineWindow } from '../window';
import { bucketQuery, type Chart, increase, meanQuery, quantileQuery, rate } from './chart';
import * as family from './families';
import { counter, distribution, MB, mean, percentile, perSecond, ratio, scaled, sums, sumsOf } from './figures';

/** The upper edge of the bucket; above the last edge, that edge. */
function p90(windows: readonly EngineWindow[], name: string): number | null {
  const band = percentile(distribution(windows, name), 0.9);
  return band && (band.le ?? band.gt);
}

/** How many fell into each bucket alone, by its upper edge in another unit. */
function buckets(windows: readonly EngineWindow[], name: string, factor: number): ReadonlyMap<string, number> | null {
  const found = distribution(windows, name);
  if (!found || found.buckets.length === 0) return null;
  let below = 0;
  const parts = new Map<string, number>();
  for (const { le, count } of found.buckets) {
    parts.set(Number.isFinite(le) ? String(Number((le * factor).toPrecision(12))) : '+Inf', Math.max(0, count - below));
    below = Math.max(below, count);
  }
  return parts;
}

const EDGE = 'the upper edge of the bucket that holds it: the true value lies below, and above the edge before';

export const TRANSFER_CHARTS: readonly Chart[] = [
  {
    id: 'link-load',
    title: 'Link load',
    group: 'transfers',
    unit: 'MB/s',
    help: 'Bytes of KV transferred per second of wall time, all ranks together. What the network carries.',
    metrics: [family.BYTES],
    query: `${rate(`${family.BYTES}_sum`)} / 2^20`,
    value: (windows) =>
      scaled(
        perSecond(windows, (window) => sumsOf(window, family.BYTES)?.sum),
        1 / MB,
      ),
  },
  {
    id: 'transfer-rate',
    title: 'Per-transfer rate',
    group: 'transfers',
    unit: 'MB/s',
    help: 'Bytes over summed transfer time, as in vLLM’s log line: the mean rate of one transfer of one rank.',
    metrics: [family.BYTES, family.XFER_TIME],
    query: `${rate(`${family.BYTES}_sum`)} / 2^20 / ${rate(`${family.XFER_TIME}_sum`)}`,
    value: (windows) => {
      const bytes = sums(windows, family.BYTES);
      const time = sums(windows, family.XFER_TIME);
      return bytes && time && scaled(ratio(bytes.sum, time.sum), 1 / MB);
    },
  },
  {
    id: 'transfers',
    title: 'Transfers',
    group: 'transfers',
    unit: 'per second',
    help: 'Finished transfers per second. Each rank of a tensor-parallel engine counts its own.',
    metrics: [family.XFER_TIME],
    query: rate(`${family.XFER_TIME}_count`),
    value: (windows) => perSecond(windows, (window) => sumsOf(window, family.XFER_TIME)?.count),
  },
  {
    id: 'transfer-time',
    title: 'Mean transfer time',
    group: 'transfers',
    unit: 'ms',
    help: 'Mean time of one transfer, the time to post it included.',
    metrics: [family.XFER_TIME],
    query: meanQuery(family.XFER_TIME, '1000 * '),
    value: (windows) => scaled(mean(sums(windows, family.XFER_TIME)), 1000),
  },
  {
    id: 'transfer-time-p90',
    title: 'P90 transfer time',
    group: 'transfers',
    unit: 'ms',
    help: `Nine of ten transfers took no longer: ${EDGE}.`,
    metrics: [family.XFER_TIME],
    query: quantileQuery(family.XFER_TIME),
    value: (windows) => p90(windows, family.XFER_TIME),
  },
  {
    id: 'post-time',
    title: 'Mean post time',
    group: 'transfers',
    unit: 'ms',
    help: 'Mean time to submit a transfer. It is part of the transfer time.',
    metrics: [family.POST_TIME],
    query: meanQuery(family.POST_TIME, '1000 * '),
    value: (windows) => scaled(mean(sums(windows, family.POST_TIME)), 1000),
  },
  {
    id: 'in-flight',
    title: 'Transfers in flight',
    group: 'transfers',
    unit: 'count',
    help: 'Mean number of transfers under way at once: summed transfer time over wall time.',
    metrics: [family.XFER_TIME],
    query: rate(`${family.XFER_TIME}_sum`),
    value: (windows) => perSecond(windows, (window) => sumsOf(window, family.XFER_TIME)?.sum),
  },
  {
    id: 'transfer-time-buckets',
    title: 'Transfer times',
    group: 'transfers',
    unit: 'ms',
    kind: 'heat',
    help: 'How many transfers fell into each bucket. The lowest edge is 5 ms, the highest 5 s.',
    metrics: [family.XFER_TIME],
    query: bucketQuery(family.XFER_TIME),
    parts: (windows) => buckets(windows, family.XFER_TIME, 1000),
  },
  {
    id: 'post-time-buckets',
    title: 'Post times',
    group: 'transfers',
    unit: 'ms',
    kind: 'heat',
    help: 'How many submissions fell into each bucket. The lowest edge is 1 ms, the highest 5 s.',
    metrics: [family.POST_TIME],
    query: bucketQuery(family.POST_TIME),
    parts: (windows) => buckets(windows, family.POST_TIME, 1000),
  },
  {
    id: 'transfer-size',
    title: 'Mean transfer size',
    group: 'shape',
    unit: 'MB',
    help: 'Mean size of one transfer of one rank, in 2^20 bytes.',
    metrics: [family.BYTES],
    query: `${meanQuery(family.BYTES)} / 2^20`,
    value: (windows) => scaled(mean(sums(windows, family.BYTES)), 1 / MB),
  },
  {
    id: 'descriptors',
    title: 'Mean descriptors',
    group: 'shape',
    unit: 'count',
    help: 'Mean number of pieces of one transfer.',
    metrics: [family.DESCRIPTORS],
    query: meanQuery(family.DESCRIPTORS),
    value: (windows) => mean(sums(windows, family.DESCRIPTORS)),
  },
  {
    id: 'post-share',
    title: 'Post share',
    group: 'shape',
    unit: 'percent',
    help: 'Share of the time to post in the transfer time. Where it is most of it, submitting is the bottleneck.',
    metrics: [family.POST_TIME, family.XFER_TIME],
    query: `100 * ${rate(`${family.POST_TIME}_sum`)} / ${rate(`${family.XFER_TIME}_sum`)}`,
    value: (windows) => {
      const post = sums(windows, family.POST_TIME);
      const time = sums(windows, family.XFER_TIME);
      return post && time && scaled(ratio(post.sum, time.sum), 100);
    },
  },
  {
    id: 'size-buckets',
    title: 'Transfer sizes',
    group: 'shape',
    unit: 'MB',
    kind: 'heat',
    help: 'How many transfers fell into each bucket of sizes. An edge is four times the one before.',
    metrics: [family.BYTES],
    query: bucketQuery(family.BYTES),
    parts: (windows) => buckets(windows, family.BYTES, 1 / MB),
  },
  ...(
    [
      ['failed', 'Failed transfers', family.FAILED, 'Transfers that failed, or could not be accounted for.'],
      [
        'failed-notifications',
        'Failed notifications',
        family.FAILED_NOTIFICATIONS,
        'Notices to prefill that failed, of requests whose blocks decode had already.',
      ],
      [
        'expired',
        'Expired KV',
        family.EXPIRED,
        'Requests whose blocks prefill freed because nobody fetched them in time.',
      ],
      [
        'late',
        'Late notifications',
        family.LATE,
        'Notices that came after prefill had freed the blocks: decode may have read those of another request.',
      ],
    ] as const
  ).map(
    ([id, title, name, help]): Chart => ({
      id,
      title,
      group: 'failures',
      unit: 'events',
      help,
      metrics: [name],
      query: increase(`${name}_total`),
      value: (windows) => counter(windows, name),
    }),
  ),
];
