/** What the extension and the page of its metrics panel say to each other. Types, and the name of a verdict. */

import type { ChartHistory, HistoryParams, MetricsUpdate } from './metrics';

/**
 * `idle` nothing was started yet · `starting` asked for, no figures yet · `running` · `stopped` ended by the user, by a
 * reload of the window or by the server; what was recorded may still be there.
 */
export type PanelPhase = 'idle' | 'starting' | 'running' | 'stopped';

export interface PanelStatus {
  readonly phase: PanelPhase;
  /** Where the figures come from: `3 endpoints`, `Demonstration: failing transfers`. */
  readonly source: string | null;
  /** What can be started again by one click, in the same words. */
  readonly again: string | null;
  /** Why there are no figures, where something went wrong. */
  readonly problem: string | null;
  /** Hosts are contacted only in a workspace that is trusted. */
  readonly trusted: boolean;
}

/** What a button of the page may ask for. Arguments, where one is needed, are asked for by the extension. */
export type PanelCommand =
  | 'configure'
  | 'demo'
  | 'replay'
  | 'again'
  | 'stop'
  | 'save'
  | 'csv'
  | 'json'
  | 'alerts'
  | 'dashboard'
  | 'help'
  | 'settings'
  | 'token'
  | 'trust'
  | 'output';

/** Extension → page. */
export type HostMessage =
  | { readonly type: 'status'; readonly status: PanelStatus }
  | { readonly type: 'update'; readonly update: MetricsUpdate }
  | { readonly type: 'history'; readonly id: number; readonly charts: readonly ChartHistory[] }
  | { readonly type: 'history-failed'; readonly id: number; readonly problem: string };

/** Page → extension. Verdicts are named by their key, never by what they link to: the extension knows the links. */
export type PanelMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'run'; readonly command: PanelCommand }
  | { readonly type: 'history'; readonly id: number; readonly params: HistoryParams }
  | { readonly type: 'line'; readonly verdict: string; readonly index: number }
  | { readonly type: 'source'; readonly verdict: string; readonly index: number }
  | { readonly type: 'about'; readonly verdict: string }
  | { readonly type: 'copy'; readonly text: string }
  /** A picture of the charts: base64 of a PNG. */
  | { readonly type: 'png'; readonly data: string };

/** What names a verdict among those of one update. */
export function verdictKey(verdict: {
  readonly id: string;
  readonly endpoint: string | null;
  readonly engine: string | null;
  readonly group?: string;
}): string {
  return JSON.stringify([verdict.id, verdict.endpoint, verdict.engine, verdict.group]);
}
