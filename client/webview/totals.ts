import type { EngineRow, MetricsUpdate, TransferFigures } from '../../protocol/metrics';

/** What all engines together did in the window. A transfer is counted on one side only, so nothing counts twice. */
export interface Totals {
  readonly transfers: number | null;
  readonly perSecond: number | null;
  readonly avgMs: number | null;
  readonly linkLoadMBps: number | null;
  readonly failed: number | null;
  readonly notifications: number | null;
  readonly expired: number | null;
  readonly late: number | null;
  readonly running: number | null;
}

/**
 * Sums over engines. What some count and others do not know is what those count; but nothing and unknown is unknown: zero
 * is said only where every engine of a pair says so.
 */
export function totals({ engines, pairs = [] }: Pick<MetricsUpdate, 'engines'> & Partial<MetricsUpdate>): Totals {
  const paired = new Set(pairs.flatMap(({ prefill, decode }) => [...prefill, ...decode]));
  const window = (figure: keyof TransferFigures) => {
    const value = (engine: EngineRow) => engine.window[figure] as number | null;
    const total = sum(engines, value);
    return total === 0 && engines.some((engine) => paired.has(engine.key) && value(engine) === null) ? null : total;
  };
  const timed = engines.filter(({ window }) => window.transfers && window.avgTransferMs !== null);
  const timedTransfers = sum(timed, ({ window }) => window.transfers);
  const time = sum(timed, ({ window }) => (window.transfers ?? 0) * (window.avgTransferMs ?? 0));
  return {
    transfers: window('transfers'),
    perSecond: window('transfersPerSecond'),
    avgMs: time !== null && timedTransfers ? time / timedTransfers : null,
    linkLoadMBps: window('linkLoadMBps'),
    failed: window('failedTransfers'),
    notifications: window('failedNotifications'),
    expired: window('kvExpired'),
    late: window('lateNotifications'),
    running: sum(engines, ({ serving }) => serving.running),
  };
}

function sum(engines: readonly EngineRow[], value: (engine: EngineRow) => number | null): number | null {
  let total: number | null = null;
  for (const engine of engines) {
    const one = value(engine);
    if (one !== null) total = (total ?? 0) + one;
  }
  return total;
}
