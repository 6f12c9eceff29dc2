/**
 * What client and server say to each other beyond the Language Server Protocol. `client/src/protocol.ts` states the
 * same on its side.
 */

/** Server → client: the one-line summary of a document that a language status item shows. */
export const STATUS_NOTIFICATION = 'nixl/status';

export interface StatusParams {
  readonly uri: string;
  /** What is assumed, such as `vLLM 0.11.0 · NIXL 0.6.0`. Empty: nothing of ours is in this document. */
  readonly text: string;
  /** How it became known, or what to write to state it. */
  readonly detail?: string;
  readonly severity?: 'info' | 'warning' | 'error';
}

/** Client → server: how much work was done so far. Answered only when `initializationOptions.stats` is true. */
export const STATS_REQUEST = 'nixl/stats';

export interface StatsResult {
  readonly analyses: number;
  readonly documentsParsed: number;
  readonly rulesRun: number;
}

/** A command that the server carries out: shows a rule's page. Argument: its address. */
export const OPEN_PAGE_COMMAND = 'nixl.openRulePage';

/** What `initialize` may carry for us. */
export interface InitializationOptions {
  /** Used where the client has no `workspace/configuration`. */
  readonly settings?: unknown;
  readonly stats?: boolean;
}
