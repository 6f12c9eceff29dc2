/**
 * What client and server say to each other beyond the Language Server Protocol. Plain method names and plain shapes:
 * client and server libraries pin different builds of the protocol package, so their message types must not be mixed.
 * The server states the same names on its side; `test/vscode` sees both meet.
 */

/** Server → client: the one-line summary of a document that the language status item shows. */
export const STATUS_NOTIFICATION = 'nixl/status';

export type StatusSeverity = 'info' | 'warning' | 'error';

export interface StatusParams {
  uri: string;
  /** What is assumed, such as `vLLM 0.11.0 · NIXL 0.6.0`. Empty: nothing of ours is in this document. */
  text: string;
  /** How it became known, or what to write to state it. */
  detail?: string;
  severity?: StatusSeverity;
}

/** Client → server: which vLLM releases a document may state, the newest first. */
export const VERSION_CHOICES_REQUEST = 'nixl/versionChoices';

export interface VersionChoicesResult {
  choices: { version: string; note: string }[];
  /** What the document is checked against now, where its engines agree. */
  current?: string;
}

/** Client → server: write the vLLM version of a document into it, as a comment. */
export const STATE_VERSION_REQUEST = 'nixl/stateVersion';

export interface StateVersionParams {
  uri: string;
  version: string;
}

export interface StateVersionResult {
  /** False where the document has no place for a comment, or the client refused. */
  applied: boolean;
}

/** A command of the client: asks for the version of the document that is shown, and states it. */
export const STATE_VERSION_COMMAND = 'nixl.stateVersion';

/** Client → server: move a document to another vLLM release. The server applies what is safe. */
export const MIGRATE_REQUEST = 'nixl/migrate';

export interface MigrateParams {
  uri: string;
  version: string;
}

export interface MigrateResult {
  /** False where there is nothing of ours in the document, for what is no release, or when the client refused. */
  applied: boolean;
  edits: number;
  /** What somebody has to see to, and what is good to know. */
  left: string[];
  notes: string[];
}

/** Client → server: what the messages in a log mean. A file is read by the server; anything else is sent as text. */
export const EXPLAIN_REQUEST = 'nixl/explain';

export interface ExplainParams {
  uri?: string;
  text?: string;
  /** What to call the log. */
  name?: string;
}

/** A page to read, with places that lead to files, pages and sources; or why the log cannot be read. */
export type ExplainResult =
  | {
      text: string;
      links: {
        range: {
          start: { line: number; character: number };
          end: { line: number; character: number };
        };
        target: string;
      }[];
    }
  | { problem: string };
