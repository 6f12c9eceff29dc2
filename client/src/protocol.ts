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
