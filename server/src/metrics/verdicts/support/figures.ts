import {
  BYTES,
  DESCRIPTORS,
  EXPIRED,
  EXTERNAL_HITS,
  FAILED,
  FAILED_NOTIFICATIONS,
  FINISHED,
  GENERATION_TOKENS,
  POST_TIME,
  PREFIX_HITS,
  PREFIX_QUERIES,
  PROMPT_TOKENS,
  PROMPT_TOKENS_BY_SOURCE,
  RUNNING,
  TTFT,
  WAITING,
  XFER_TIME,
} from '../../model/families';
import type { EngineWindow } from '../../window';
import { isOfRay } from './ray';

/** 2^20 bytes, as in vLLM's log line. */
export const MB = 2 ** 20;

/** What one engine transferred in the window: means of single transfers of single ranks. */
export interface Traffic {
  readonly transfers: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly meanMs: number;
  readonly meanMB: number;
  /** Bytes over summed transfer time. */
  readonly MBps: number;
  readonly meanPostMs: number | null;
  readonly postShare: number | null;
  readonly bytesPerDescriptor: number | null;
}

/** `null` where nothing was transferred, or where it is not told. */
export function traffic(engine: EngineWindow): Traffic | null {
  const time = engine.histogram(XFER_TIME);
  const bytes = engine.histogram(BYTES);
  if (!time || !bytes || !(time.count > 0) || !(time.sum > 0) || !(bytes.count > 0) || !(bytes.sum > 0)) return null;
  const post = engine.histogram(POST_TIME);
  const descriptors = engine.histogram(DESCRIPTORS);
  const posted = post !== null && post.count > 0 && Number.isFinite(post.sum);
  return {
    transfers: time.count,
    seconds: time.sum,
    bytes: bytes.sum,
    meanMs: (1000 * time.sum) / time.count,
    meanMB: bytes.sum / bytes.count / MB,
    MBps: bytes.sum / MB / time.sum,
    meanPostMs: posted ? (1000 * post.sum) / post.count : null,
    postShare: posted ? post.sum / time.sum : null,
    bytesPerDescriptor: descriptors && descriptors.sum > 0 ? bytes.sum / descriptors.sum : null,
  };
}

/** Transfers that count as done in the window; `null` where the page has none of NIXL's figures. */
export function transfersOf(engine: EngineWindow): number | null {
  return known(engine.histogram(XFER_TIME)?.count);
}

/**
 * Transfers that failed in the window, without what is booked as failed though no transfer failed. Until vllm#55854 an engine
 * that reads back from decode (`bidirectional_kv_xfer`) books a block that is about to expire as expired and as failed; since
 * then notifications that fail count as failed transfers too. Of both only one can be, as a page does not tell its release.
 */
export function failuresOf(engine: EngineWindow): number | null {
  return realFailures((family) => engine.counter(family));
}

function realFailures(counted: (family: string) => number | null): number | null {
  const failed = known(counted(FAILED));
  if (failed === null) return null;
  return Math.max(0, failed - Math.max(known(counted(EXPIRED)) ?? 0, known(counted(FAILED_NOTIFICATIONS)) ?? 0));
}

/** What a process that never finished a transfer has counted as failed; `null` where one was finished, or it is not told. */
export function failuresWithoutSuccess(engine: EngineWindow): number | null {
  // A family without a series, where series appear with the first event, has counted nothing.
  const none = engine.histogram(XFER_TIME) === null && (engine.declares(XFER_TIME) || isOfRay(engine)) ? 0 : null;
  const done = known(engine.lifetime(XFER_TIME)) ?? none;
  return done === 0 ? realFailures((family) => engine.lifetime(family)) : null;
}

export function expiredOf(engine: EngineWindow): number | null {
  return known(engine.counter(EXPIRED));
}

/** Requests that ended in the window, for any reason or for one. */
export function finishedOf(engine: EngineWindow, reason?: string): number | null {
  return known(engine.counter(FINISHED, reason === undefined ? undefined : { finished_reason: reason }));
}

/** Requests whose prompt was through in the window. */
export function startedOf(engine: EngineWindow): number | null {
  return known(engine.histogram(TTFT)?.count) ?? finishedOf(engine);
}

export function promptTokensOf(engine: EngineWindow): number | null {
  return known(engine.counter(PROMPT_TOKENS));
}

export function generatedTokensOf(engine: EngineWindow): number | null {
  return known(engine.counter(GENERATION_TOKENS));
}

/** Prompt tokens by where their KV came from. */
export interface Sources {
  readonly computed: number;
  readonly cached: number;
  readonly transferred: number;
  readonly all: number;
}

/** Releases before 0.16.0 do not tell; there it follows from what was looked up in the caches and found. */
export function sourcesOf(engine: EngineWindow): Sources | null {
  const by = engine.counterBy(PROMPT_TOKENS_BY_SOURCE, 'source');
  if (!by) return sourcesByCache(engine);
  const computed = known(by.local_compute) ?? 0;
  const cached = known(by.local_cache_hit) ?? 0;
  const transferred = known(by.external_kv_transfer) ?? 0;
  return { computed, cached, transferred, all: computed + cached + transferred };
}

function sourcesByCache(engine: EngineWindow): Sources | null {
  const all = known(engine.counter(PREFIX_QUERIES));
  const cached = known(engine.counter(PREFIX_HITS));
  const transferred = known(engine.counter(EXTERNAL_HITS));
  if (all === null || cached === null || transferred === null || cached + transferred > all) return null;
  return { computed: all - cached - transferred, cached, transferred, all };
}

export function runningOf(engine: EngineWindow): number | null {
  return known(engine.gauge(RUNNING));
}

export function waitingOf(engine: EngineWindow): number | null {
  return known(engine.gauge(WAITING));
}

/** A figure that can be reckoned with. */
export function known(value: number | null | undefined): number | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : value;
}

/** The sum, where all figures are known. */
export function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total;
}
