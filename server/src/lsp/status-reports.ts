import type { Analysis } from '../analysis';
import { statusOf } from '../features/status';
import type { Connection } from './connection';
import { STATUS_NOTIFICATION, type StatusParams } from './protocol';

/** Tells the client what is assumed about a document, whenever that changes. */
export class StatusReports {
  readonly #connection: Connection;
  readonly #sent = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  send(uri: string, analysis: Analysis): void {
    const status: StatusParams = { uri, ...statusOf(analysis) };
    const content = JSON.stringify(status);
    // A file that never had anything of ours is not worth a message.
    if (this.#sent.get(uri) === content || (status.text === '' && !this.#sent.has(uri))) return;
    this.#sent.set(uri, content);
    void this.#connection.notifyOwn(STATUS_NOTIFICATION, status);
  }

  forget(uri: string): void {
    this.#sent.delete(uri);
  }
}
