import type { Analysis } from '../analysis';
import type { Connection } from './connection';
import { STATUS_NOTIFICATION, type StatusParams } from './protocol';

/** Tells the client what is assumed about a document, whenever that changes. Its words are loaded with the first one. */
export class StatusReports {
  readonly #connection: Connection;
  readonly #sent = new Map<string, string>();
  /** What is to be told of each document. */
  readonly #wanted = new Map<string, Analysis>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async send(uri: string, analysis: Analysis): Promise<void> {
    this.#wanted.set(uri, analysis);
    const { statusOf } = await import('../features/status');
    // Meanwhile it may have been closed, or looked at again.
    if (this.#wanted.get(uri) !== analysis) return;
    this.#wanted.delete(uri);
    const status: StatusParams = { uri, ...statusOf(analysis) };
    const content = JSON.stringify(status);
    // A file that never had anything of ours is not worth a message.
    if (this.#sent.get(uri) === content || (status.text === '' && !this.#sent.has(uri))) return;
    this.#sent.set(uri, content);
    await this.#connection.notifyOwn(STATUS_NOTIFICATION, status);
  }

  forget(uri: string): void {
    this.#sent.delete(uri);
    this.#wanted.delete(uri);
  }
}
