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
  /** Seconds that one side may be silent while the other one works. */
  readonly silentSeconds: number;
  /** MB/s (2^20) of one transfer below which an RDMA configuration looks like TCP. */
  readonly tcpLikeMBps: number;
  /** Bytes of one descriptor below which copies are fragmented. */
  readonly fragmentBytes: number;
  /** Share of the post time in the transfer time, 0–1. */
  readonly postShare: number;
  /** KV usage of ranks, in percentage points apart. */
  readonly imbalanceUsagePoints: number;
  /** Mean latency of one rank over another's. */
  readonly imbalanceLatencyRatio: number;
  /** KV usage at which to worry, 0–1. */
  readonly kvUsage: number;
  /** Transfers below which means and percentiles of a window are not judged. */
  readonly fewestTransfers: number;
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  telemetryOffFailures: 3,
  failureShare: 0.01,
  recomputedShare: 0.1,
  fewestTokens: 1000,
  silentSeconds: 30,
  tcpLikeMBps: 1200,
  fragmentBytes: 65536,
  postShare: 0.5,
  imbalanceUsagePoints: 15,
  imbalanceLatencyRatio: 1.5,
  kvUsage: 0.98,
  fewestTransfers: 10,
};
