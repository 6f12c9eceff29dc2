/** Where verdicts begin. Conventions, not physics: each is a setting (`nixl.metrics.thresholds`). */
export interface Thresholds {
  /** Failed transfers, with none ever counted as done, before telemetry is suspected. */
  readonly telemetryOffFailures: number;
  /** Share of failed transfers above which failures are critical, 0–1. */
  readonly failureShare: number;
  /** Share of a decode's prompt tokens that it computed itself, 0–1. */
  readonly recomputedShare: number;
  /** Prompt tokens in the window below which shares say nothing. */
  readonly fewestTokens: number;
  /** Requests in the window below which a side's silence or its role says nothing. */
  readonly fewestRequests: number;
  /** Seconds that one side may be silent, or requests wait for transfers, while nothing moves. */
  readonly silentSeconds: number;
  /** Share of the requests that prefill finished and that never came to decode, 0–1. */
  readonly strandedShare: number;
  /** MB/s (2^20) of one transfer below which an RDMA configuration looks like TCP. */
  readonly tcpLikeMBps: number;
  /** MB (2^20) of a mean transfer below which its rate is a matter of latency and not judged. */
  readonly judgedTransferMB: number;
  /** Bytes of one descriptor below which copies are fragmented. */
  readonly fragmentBytes: number;
  /** Share of the post time in the transfer time, 0–1. */
  readonly postShare: number;
  /** Milliseconds of mean post time below which its share does not matter. */
  readonly judgedPostMs: number;
  /** KV usage of ranks, in percentage points apart. */
  readonly imbalanceUsagePoints: number;
  /** KV usage of the fullest rank below which the distance to the others does not matter, 0–1. */
  readonly imbalanceFullestUsage: number;
  /** Mean latency of one rank over another's. */
  readonly imbalanceLatencyRatio: number;
  /** KV usage at which to worry, 0–1. */
  readonly kvUsage: number;
  /** Transfers, or other events, below which means, shares and percentiles of a window are not judged. */
  readonly fewestTransfers: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  telemetryOffFailures: 3,
  failureShare: 0.01,
  recomputedShare: 0.1,
  fewestTokens: 1000,
  fewestRequests: 10,
  silentSeconds: 30,
  strandedShare: 0.1,
  tcpLikeMBps: 1200,
  judgedTransferMB: 4,
  fragmentBytes: 65536,
  postShare: 0.5,
  judgedPostMs: 1,
  imbalanceUsagePoints: 15,
  imbalanceFullestUsage: 0.5,
  imbalanceLatencyRatio: 1.5,
  kvUsage: 0.98,
  fewestTransfers: 10,
};
