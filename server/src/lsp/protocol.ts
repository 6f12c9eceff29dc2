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

/** Client → server: which vLLM releases a document may state, the newest first. */
export const VERSION_CHOICES_REQUEST = 'nixl/versionChoices';

export interface VersionChoicesResult {
  readonly choices: readonly { readonly version: string; readonly note: string }[];
  /** What the document is checked against now, where its engines agree. */
  readonly current?: string;
}

/** Client → server: write the vLLM version of a document into it, as a comment. */
export const STATE_VERSION_REQUEST = 'nixl/stateVersion';

export interface StateVersionParams {
  readonly uri: string;
  readonly version: string;
}

export interface StateVersionResult {
  /** False where the document has no place for a comment, or the client refused. */
  readonly applied: boolean;
}

/** A command of the client: asks for the version of the document that is shown, and states it. */
export const STATE_VERSION_COMMAND = 'nixl.stateVersion';

/** Client → server: move a document to another vLLM release. The server applies what is safe. */
export const MIGRATE_REQUEST = 'nixl/migrate';

export interface MigrateParams {
  readonly uri: string;
  readonly version: string;
}

export interface MigrateResult {
  /** False where there is nothing of ours in the document, for what is no release, or when the client refused. */
  readonly applied: boolean;
  readonly edits: number;
  /** What somebody has to see to, and what is good to know. */
  readonly left: readonly string[];
  readonly notes: readonly string[];
}

/** Client → server: what the messages in a log mean. A file is read by the server; anything else is sent as text. */
export const EXPLAIN_REQUEST = 'nixl/explain';

export interface ExplainParams {
  readonly uri?: string;
  readonly text?: string;
  /** What to call the log. */
  readonly name?: string;
}

/** A page to read, with places that lead to files, pages and sources; or why the log cannot be read. */
export type ExplainResult =
  | {
      readonly text: string;
      readonly links: readonly {
        readonly range: {
          readonly start: { readonly line: number; readonly character: number };
          readonly end: { readonly line: number; readonly character: number };
        };
        readonly target: string;
      }[];
    }
  | { readonly problem: string };

/** What `initialize` may carry for us. */
export interface InitializationOptions {
  /** Used where the client has no `workspace/configuration`. */
  readonly settings?: unknown;
  readonly stats?: boolean;
  /** The commands of ours that the client carries out itself, such as `nixl.stateVersion`. */
  readonly commands?: readonly string[];
}
