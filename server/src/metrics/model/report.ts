import type { Band, EndpointState, TransferFigures, VerdictSeverity } from '../../../../protocol/metrics';
import type { Verdict } from '../verdict';

/** What `nixl-lint metrics --format json` prints: its names are a contract (see docs/cli.md). */
export interface Report {
  readonly endpoints: readonly EndpointReport[];
  readonly verdicts: readonly VerdictReport[];
}

export interface EndpointReport {
  readonly endpoint: string;
  readonly state: EndpointState;
  readonly engines: readonly EngineReport[];
}

/** Increases since the first page. */
export interface EngineReport {
  readonly engine: string;
  readonly model: string | null;
  readonly transfers: number | null;
  readonly avgTransferMs: number | null;
  readonly p90TransferMs: Band | null;
  readonly avgPostMs: number | null;
  readonly p90PostMs: Band | null;
  readonly avgMBPerTransfer: number | null;
  readonly throughputMBps: number | null;
  readonly avgDescriptors: number | null;
  readonly failedTransfers: number | null;
  readonly failedNotifications: number | null;
  readonly kvExpired: number | null;
}

export interface VerdictReport {
  readonly id: string;
  readonly severity: VerdictSeverity;
  readonly endpoint: string | null;
  readonly engine: string | null;
  readonly message: string;
}

export function engineReport(engine: string, model: string | null, figures: TransferFigures): EngineReport {
  return {
    engine,
    model,
    transfers: figures.transfers,
    avgTransferMs: figures.avgTransferMs,
    p90TransferMs: figures.p90TransferMs,
    avgPostMs: figures.avgPostMs,
    p90PostMs: figures.p90PostMs,
    avgMBPerTransfer: figures.avgMBPerTransfer,
    throughputMBps: figures.throughputMBps,
    avgDescriptors: figures.avgDescriptors,
    failedTransfers: figures.failedTransfers,
    failedNotifications: figures.failedNotifications,
    kvExpired: figures.kvExpired,
  };
}

export function verdictReport({ id, severity, endpoint, engine, message }: Verdict): VerdictReport {
  return { id, severity, endpoint, engine, message };
}
