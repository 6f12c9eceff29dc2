import type { Terminal } from '../terminal';
import type { Live } from './live';
import { exitCode, type Outcome } from './outcome';

export interface WatchOptions {
  readonly intervalMs: number;
  readonly judge: () => Outcome;
  readonly write: (outcome: Outcome) => string;
}

/** Signals that end watching, as they end everything else. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Asks and reports until a signal comes; the exit code is that of the last report. */
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
  let outcome = judge();
  try {
    while (!stopping.signal.aborted) {
      await elapsed(intervalMs, stopping.signal);
      if (stopping.signal.aborted) break;
      outcome = judge();
      await terminal.out(write(outcome));
    }
  } finally {
    for (const source of sources) source.stop();
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
  return exitCode(outcome);
}

function elapsed(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
