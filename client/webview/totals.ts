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

/** Sums over engines; unknown only where no engine knows. */
export function totals({ engines }: Pick<MetricsUpdate, 'engines'>): Totals {
  const window = (figure: keyof TransferFigures) => sum(engines, ({ window }) => window[figure] as number | null);
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
