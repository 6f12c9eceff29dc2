import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, type Terminal } from '../terminal';
import type { Live } from './live';
import { exitCode, type Outcome } from './outcome';

export interface WatchOptions {
  readonly intervalMs: number;
  readonly judge: () => Outcome;
  readonly write: (outcome: Outcome) => string;
}

/** Signals that end watching, as they end everything else. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Asks and reports until a signal comes; the exit code is that of the last report. Who interrupts before the first one gets
 * what was read until then.
 */
export async function watch(
  live: Live,
  terminal: Terminal,
  { intervalMs, judge, write }: WatchOptions,
): Promise<number> {
  const sources = live.sources();
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  for (const source of sources) source.start(live.deployment);
  let outcome: Outcome | undefined;
  try {
    while (!stopping.signal.aborted) {
      await elapsed(intervalMs, stopping.signal);
      if (stopping.signal.aborted && outcome) break;
      outcome = judge();
      // Of whom nobody was heard yet, nothing can be said.
      if (stopping.signal.aborted && exitCode(outcome) === EXIT.failed) break;
      await terminal.out(write(outcome));
    }
  } finally {
    for (const source of sources) source.stop();
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
  return exitCode(outcome ?? judge());
}

/** Until then, or until nobody wants to wait any longer; nothing stays behind at the signal. */
export async function elapsed(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
