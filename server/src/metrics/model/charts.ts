import type { ChartInfo } from '../../../../protocol/metrics';
import type { EngineWindow } from '../window';
import * as family from './families';
import {
  counter,
  distribution,
  gauge,
  hitRate,
  kvUsage,
  MB,
  mean,
  percentile,
  perSecond,
  promptTokens,
  promptTokensBySource,
  ratio,
  scaled,
  sums,
  sumsOf,
} from './figures';

/** A chart and how to compute it. */
export interface Chart extends ChartInfo {
  /** The value of the engines of one line over one step. */
  value?(windows: readonly EngineWindow[]): number | null;
  /** Has a line for each of these instead: buckets by their edge, tokens by their source. */
  parts?(windows: readonly EngineWindow[]): ReadonlyMap<string, number> | null;
}

const RATE = '[$__rate_interval]';
const increase = (name: string) => `sum(increase(${name}${RATE}))`;
const rate = (name: string) => `sum(rate(${name}${RATE}))`;
const meanQuery = (name: string, factor = '') => `${factor}${rate(`${name}_sum`)} / ${rate(`${name}_count`)}`;
const quantileQuery = (name: string) => `1000 * histogram_quantile(0.9, sum by (le) (rate(${name}_bucket${RATE})))`;
const bucketQuery = (name: string) => `sum by (le) (increase(${name}_bucket${RATE}))`;

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

/** Every chart that can be asked for, in the order in which they are shown. */
export const CHARTS: readonly Chart[] = [
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
  {
    id: 'running',
    title: 'Running requests',
    group: 'serving',
    unit: 'count',
    help: 'Requests that are being computed.',
    metrics: [family.RUNNING],
    query: `sum(${family.RUNNING})`,
    value: (windows) => gauge(windows, family.RUNNING),
  },
  {
    id: 'waiting',
    title: 'Waiting requests',
    group: 'serving',
    unit: 'count',
    help: 'Requests in the queue, those that wait for KV to arrive included.',
    metrics: [family.WAITING],
    query: `sum(${family.WAITING})`,
    value: (windows) => gauge(windows, family.WAITING),
  },
  {
    id: 'deferred',
    title: 'Deferred requests',
    group: 'serving',
    unit: 'count',
    help: 'Waiting requests that could not be scheduled for another reason than room: on decode, mostly KV under way.',
    metrics: [family.WAITING_BY_REASON],
    query: `sum(${family.WAITING_BY_REASON}{reason="deferred"})`,
    value: (windows) => gauge(windows, family.WAITING_BY_REASON, { reason: 'deferred' }),
  },
  {
    id: 'kv-usage',
    title: 'KV cache usage',
    group: 'serving',
    unit: 'percent',
    help: 'Share of the KV blocks in use; of several engines the fullest.',
    metrics: [family.KV_USAGE],
    query: `100 * max(${family.KV_USAGE})`,
    value: (windows) => scaled(kvUsage(windows), 100),
  },
  {
    id: 'ttft',
    title: 'Mean time to first token',
    group: 'serving',
    unit: 'ms',
    help: 'From the arrival of a request at this engine to its first token. On decode, the wait for KV is part of it.',
    metrics: [family.TTFT],
    query: meanQuery(family.TTFT, '1000 * '),
    value: (windows) => scaled(mean(sums(windows, family.TTFT)), 1000),
  },
  {
    id: 'itl',
    title: 'Mean inter-token latency',
    group: 'serving',
    unit: 'ms',
    help: 'Mean time between two tokens of a request.',
    metrics: [family.ITL],
    query: meanQuery(family.ITL, '1000 * '),
    value: (windows) => scaled(mean(sums(windows, family.ITL)), 1000),
  },
  {
    id: 'prompt-tokens',
    title: 'Computed prompt tokens',
    group: 'serving',
    unit: 'tokens/s',
    help: 'Prompt tokens that the engine computed itself. A decode engine that computes many does the work of prefill again.',
    metrics: [family.PROMPT_TOKENS_BY_SOURCE, family.PROMPT_TOKENS],
    query: rate(`${family.PROMPT_TOKENS_BY_SOURCE}_total{source="local_compute"}`),
    value: promptTokens,
  },
  {
    id: 'prompt-tokens-by-source',
    title: 'Prompt tokens by source',
    group: 'serving',
    unit: 'tokens/s',
    help: 'Where prompt tokens come from: computed here, cached here, or fetched as KV.',
    metrics: [family.PROMPT_TOKENS_BY_SOURCE],
    query: `sum by (source) (rate(${family.PROMPT_TOKENS_BY_SOURCE}_total${RATE}))`,
    parts: (windows) => {
      const found = promptTokensBySource(windows);
      return found && new Map(Object.entries(found));
    },
  },
  {
    id: 'generation-tokens',
    title: 'Generated tokens',
    group: 'serving',
    unit: 'tokens/s',
    help: 'Tokens generated per second.',
    metrics: [family.GENERATION_TOKENS],
    query: rate(`${family.GENERATION_TOKENS}_total`),
    value: (windows) => perSecond(windows, (window) => window.counter(family.GENERATION_TOKENS)),
  },
  {
    id: 'finished',
    title: 'Finished requests',
    group: 'serving',
    unit: 'per second',
    help: 'Requests that ended, however they ended. A prefill engine ends its part of each request with one token.',
    metrics: [family.FINISHED],
    query: rate(`${family.FINISHED}_total`),
    value: (windows) => perSecond(windows, (window) => window.counter(family.FINISHED)),
  },
  {
    id: 'prefix-hits',
    title: 'Prefix cache hits',
    group: 'serving',
    unit: 'percent',
    help: 'Share of prompt tokens found in the engine’s own cache, over each step of the chart.',
    metrics: [family.PREFIX_HITS, family.PREFIX_QUERIES],
    query: `100 * ${rate(`${family.PREFIX_HITS}_total`)} / ${rate(`${family.PREFIX_QUERIES}_total`)}`,
    value: (windows) => scaled(hitRate(windows, family.PREFIX_HITS, family.PREFIX_QUERIES), 100),
  },
  {
    id: 'external-hits',
    title: 'External cache hits',
    group: 'serving',
    unit: 'percent',
    help: 'Share of prompt tokens whose KV came from elsewhere, of those asked for. Close to 100 on a decode engine that works.',
    metrics: [family.EXTERNAL_HITS, family.EXTERNAL_QUERIES],
    query: `100 * ${rate(`${family.EXTERNAL_HITS}_total`)} / ${rate(`${family.EXTERNAL_QUERIES}_total`)}`,
    value: (windows) => scaled(hitRate(windows, family.EXTERNAL_HITS, family.EXTERNAL_QUERIES), 100),
  },
  {
    id: 'preemptions',
    title: 'Preemptions',
    group: 'serving',
    unit: 'events',
    help: 'Requests that lost their blocks to others and begin again: memory is short.',
    metrics: [family.PREEMPTIONS],
    query: increase(`${family.PREEMPTIONS}_total`),
    value: (windows) => counter(windows, family.PREEMPTIONS),
  },
];

/** What is told of charts: without how they are computed. */
export const CHART_INFOS: readonly ChartInfo[] = CHARTS.map(({ value: _, parts: __, ...info }) => info);

export function chartById(id: string): Chart | undefined {
  return CHARTS.find((chart) => chart.id === id);
}
