import type {
  ChartHistory,
  ExportParams,
  ExportResult,
  GenerateParams,
  GenerateResult,
  HistoryParams,
  MetricsSummary,
  MetricsUpdate,
  StartMetricsParams,
} from '../../../../protocol/metrics';
import type { Watched } from '../verdict';
import type { Card } from './cards';

/** What is asked of the worker, and what it answers. */
export interface Questions {
  readonly history: [HistoryParams, ChartHistory[]];
  readonly export: [ExportParams, ExportResult];
  readonly generate: [GenerateParams, GenerateResult];
}

/** Server → worker. */
export type Order =
  | { readonly kind: 'start'; readonly params: StartMetricsParams }
  | { readonly kind: 'stop' }
  | { readonly kind: 'subscribe'; readonly visible: boolean }
  | { readonly kind: 'token'; readonly origin: string; readonly token: string | undefined }
  | { readonly kind: 'hints'; readonly hints: Watched['hints'] }
  | { readonly kind: 'ask'; readonly id: number; readonly what: keyof Questions; readonly params: unknown };

/** Worker → server. */
export type Report =
  | { readonly kind: 'update'; readonly update: MetricsUpdate; readonly cards: readonly Card[] }
  | { readonly kind: 'summary'; readonly summary: MetricsSummary }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'problem'; readonly id?: number; readonly message: string };
