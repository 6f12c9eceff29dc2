/** The longest that a host that fails is left alone. */
const LONGEST_BACKOFF_MS = 30_000;

export interface PollerOptions {
  readonly intervalMs: number;
  /** When to begin, so that many endpoints do not answer all at once. */
  readonly offsetMs?: number;
  readonly longestBackoffMs?: number;
  /** 0–1; for tests. */
  readonly random?: () => number;
}

/** How an attempt went: what to do about it is told when it is known when the next one comes. */
export interface Attempt {
  readonly failed: boolean;
  report(nextAt: number): void;
}

/**
 * Does something at an interval: never twice at once, less and less often while it fails, and not in step with others
 * that fail for the same reason.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #attempt: (signal: AbortSignal) => Promise<Attempt>;
  #timer: NodeJS.Timeout | undefined;
  #stopping = new AbortController();
  #failures = 0;

  constructor(options: PollerOptions, attempt: (signal: AbortSignal) => Promise<Attempt>) {
    this.#options = options;
    this.#attempt = attempt;
  }

  start(): void {
    this.#stopping = new AbortController();
    this.#wait(performance.now() + (this.#options.offsetMs ?? 0), this.#stopping.signal);
  }

  stop(): void {
    this.#stopping.abort();
    clearTimeout(this.#timer);
  }

  /** Moments are those of a clock that nobody puts forward or back. */
  #wait(at: number, signal: AbortSignal): void {
    this.#timer = setTimeout(() => void this.#run(at, signal), Math.max(0, at - performance.now()));
  }

  async #run(scheduled: number, signal: AbortSignal): Promise<void> {
    const attempt = await this.#attempt(signal);
    if (signal.aborted) return;
    this.#failures = attempt.failed ? this.#failures + 1 : 0;
    const now = performance.now();
    const next = attempt.failed ? now + this.#backoff() : this.#following(scheduled, now);
    attempt.report(Math.round(Date.now() + next - now));
    // The report may have been a reason to stop.
    if (!signal.aborted) this.#wait(next, signal);
  }

  /** The next moment of the interval; those that were missed are not made up for. */
  #following(scheduled: number, now: number): number {
    const { intervalMs } = this.#options;
    const missed = Math.floor((now - scheduled) / intervalMs);
    return scheduled + (Math.max(0, missed) + 1) * intervalMs;
  }

  #backoff(): number {
    const { intervalMs, longestBackoffMs = LONGEST_BACKOFF_MS, random = Math.random } = this.#options;
    const doubled = intervalMs * 2 ** Math.min(this.#failures - 1, 16);
    return Math.max(intervalMs, Math.min(longestBackoffMs, doubled)) * (0.75 + 0.5 * random());
  }
}

/** The share of an interval by which each of many endpoints begins later than the first. */
export function spread(index: number, count: number, intervalMs: number): number {
  return count <= 1 ? 0 : Math.round((index * intervalMs) / count);
}
