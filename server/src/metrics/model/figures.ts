import type { Band, ServingFigures, TransferFigures } from '../../../../protocol/metrics';
import type { Labels } from '../page';
import type { Distribution, EngineWindow } from '../window';
import * as family from './families';
import { mergeDistributions, mergeSums, quantile, scaleBand } from './quantile';
import type { Stretch, Sums } from './stretch';

/** The MB of vLLM's log line. */
export const MB = 2 ** 20;
const MS = 1000;

/** Figures of transfers, of one engine or of several together: increases are summed first, then divided. */
export function transferFigures(windows: readonly EngineWindow[]): TransferFigures {
  const time = distribution(windows, family.XFER_TIME);
  const post = distribution(windows, family.POST_TIME);
  const bytes = sums(windows, family.BYTES);
  const descriptors = sums(windows, family.DESCRIPTORS);
  const share = post && time ? ratio(post.sum, time.sum) : null;
  return {
    transfers: (time ?? bytes)?.count ?? null,
    avgTransferMs: scaled(mean(time), MS),
    p50TransferMs: percentile(time, 0.5),
    p90TransferMs: percentile(time, 0.9),
    p99TransferMs: percentile(time, 0.99),
    avgPostMs: scaled(mean(post), MS),
    p90PostMs: percentile(post, 0.9),
    avgMBPerTransfer: scaled(mean(bytes), 1 / MB),
    throughputMBps: bytes && time ? scaled(ratio(bytes.sum, time.sum), 1 / MB) : null,
    avgDescriptors: mean(descriptors),
    failedTransfers: counter(windows, family.FAILED),
    failedNotifications: counter(windows, family.FAILED_NOTIFICATIONS),
    kvExpired: counter(windows, family.EXPIRED),
    lateNotifications: counter(windows, family.LATE),
    linkLoadMBps: scaled(
      perSecond(windows, (window) => sumsOf(window, family.BYTES)?.sum),
      1 / MB,
    ),
    inFlight: perSecond(windows, (window) => sumsOf(window, family.XFER_TIME)?.sum),
    transfersPerSecond: perSecond(windows, (window) => sumsOf(window, family.XFER_TIME)?.count),
    bytesPerDescriptor: bytes && descriptors ? ratio(bytes.sum, descriptors.sum) : null,
    postShare: share,
  };
}

/** Figures of serving requests, of one engine or of several together. */
export function servingFigures(windows: readonly EngineWindow[]): ServingFigures {
  const ttft = distribution(windows, family.TTFT);
  const itl = distribution(windows, family.ITL);
  return {
    running: gauge(windows, family.RUNNING),
    waiting: gauge(windows, family.WAITING),
    waitingDeferred: gauge(windows, family.WAITING_BY_REASON, { reason: 'deferred' }),
    kvUsage: kvUsage(windows),
    avgTtftMs: scaled(mean(ttft), MS),
    p90TtftMs: percentile(ttft, 0.9),
    avgItlMs: scaled(mean(itl), MS),
    p90ItlMs: percentile(itl, 0.9),
    prefixHitRate: hitRate(windows, family.PREFIX_HITS, family.PREFIX_QUERIES),
    externalHitRate: hitRate(windows, family.EXTERNAL_HITS, family.EXTERNAL_QUERIES),
    promptTokensPerSecond: promptTokens(windows),
    generationTokensPerSecond: perSecond(windows, (window) => window.counter(family.GENERATION_TOKENS)),
    promptTokensBySource: promptTokensBySource(windows),
    finishedPerSecond: perSecond(windows, (window) => window.counter(family.FINISHED)),
    preemptions: counter(windows, family.PREEMPTIONS),
  };
}

/** The fullest of them: that one refuses first. */
export function kvUsage(windows: readonly EngineWindow[]): number | null {
  const values = windows.flatMap((window) => window.gauge(family.KV_USAGE) ?? []);
  return values.length === 0 ? null : Math.max(...values);
}

/** Prompt tokens that were computed, as in vLLM's log line; where a release does not tell sources apart, all. */
export function promptTokens(windows: readonly EngineWindow[]): number | null {
  return perSecond(
    windows,
    (window) =>
      window.counter(family.PROMPT_TOKENS_BY_SOURCE, { source: 'local_compute' }) ??
      window.counter(family.PROMPT_TOKENS),
  );
}

export function hitRate(windows: readonly EngineWindow[], hits: string, queries: string): number | null {
  const found = counter(windows, hits);
  const asked = counter(windows, queries);
  return found === null || asked === null ? null : ratio(found, asked);
}

export function promptTokensBySource(windows: readonly EngineWindow[]): Readonly<Record<string, number>> | null {
  let sources: Record<string, number> | null = null;
  for (const window of windows) {
    const counted = window.counterBy(family.PROMPT_TOKENS_BY_SOURCE, 'source');
    if (!counted || window.seconds === 0) continue;
    sources ??= Object.create(null) as Record<string, number>;
    for (const [source, tokens] of Object.entries(counted)) {
      sources[source] = (sources[source] ?? 0) + tokens / window.seconds;
    }
  }
  return sources;
}

/** The increase of a counter over all windows that have it. */
export function counter(windows: readonly EngineWindow[], name: string, only?: Labels): number | null {
  return windows.reduce<number | null>((sum, window) => plus(sum, window.counter(name, only)), null);
}

export function gauge(windows: readonly EngineWindow[], name: string, only?: Labels): number | null {
  return windows.reduce<number | null>((sum, window) => plus(sum, window.gauge(name, only)), null);
}

export function sums(windows: readonly EngineWindow[], name: string): Sums | null {
  return mergeSums(windows.flatMap((window) => sumsOf(window, name) ?? []));
}

export function distribution(windows: readonly EngineWindow[], name: string): Distribution | null {
  return mergeDistributions(windows.flatMap((window) => window.histogram(name) ?? []));
}

/** Each increase over its own time: endpoints are not asked in the same moment. */
export function perSecond(
  windows: readonly EngineWindow[],
  increase: (window: EngineWindow) => number | null | undefined,
): number | null {
  let rate: number | null = null;
  for (const window of windows) {
    const amount = increase(window) ?? null;
    if (amount !== null && !Number.isNaN(amount) && window.seconds > 0) rate = (rate ?? 0) + amount / window.seconds;
  }
  return rate;
}

export function percentile(found: Distribution | null, q: number): Band | null {
  return found && scaleBand(quantile(found, q), MS);
}

/** `null`, not zero, where there is nothing to divide by, or one of them is not known. */
export function ratio(part: number, whole: number): number | null {
  return whole > 0 && !Number.isNaN(part) ? part / whole : null;
}

export function mean(found: Sums | null): number | null {
  if (!found) return null;
  const { count, sum } = found.summed ?? found;
  return ratio(sum, count);
}

export function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

export function sumsOf(window: EngineWindow, name: string): Sums | null {
  return 'sums' in window ? (window as Stretch).sums(name) : window.histogram(name);
}

function plus(sum: number | null, value: number | null): number | null {
  return value === null ? sum : (sum ?? 0) + value;
}
