import type { WorkspaceIndex } from '../analysis';
import { canonicalUri } from './uri-files';

/** Looks through the folders of the workspace, a file at a time, whenever nothing else is to be done. */
export class BackgroundScan {
  readonly #folders: readonly string[];
  #done: Promise<void> | undefined;

  /** @param folders URIs as the client writes them */
  constructor(folders: readonly string[]) {
    this.#folders = folders
      .filter((uri) => uri.startsWith('file:'))
      .map((uri) => `${canonicalUri(uri).replace(/\/$/, '')}/`);
  }

  /**
   * Starts it, unless it was.
   * @param done called after it ended
   */
  start(index: WorkspaceIndex, done: () => void): void {
    if (this.#folders.length === 0) return;
    this.#done ??= breathe()
      .then(() => index.scan(this.#folders, breathe))
      .then(done);
  }
}

/** Lets every message that has arrived be answered first: they are handled one per round of the event loop. */
function breathe(): Promise<boolean> {
  return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(true))));
}
