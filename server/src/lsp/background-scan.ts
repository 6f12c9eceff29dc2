import type { WorkspaceIndex } from '../analysis';
import { canonicalUri } from './uri-files';

/** Looks through the folders of the workspace, a file at a time, whenever nothing else is to be done. */
export class BackgroundScan {
  #folders: readonly string[];
  #done: Promise<void> | undefined;

  /** @param folders URIs as the client writes them */
  constructor(folders: readonly string[]) {
    this.#folders = folders.flatMap(folderName);
  }

  /**
   * Starts it, unless it was.
   * @param done called after it ended
   */
  start(index: WorkspaceIndex, done: () => void): void {
    if (this.#folders.length > 0) this.#done ??= this.#look(this.#folders, index, done);
  }

  /** Folders come and go while the workspace is open. What was found in those that go is forgotten. */
  change(added: readonly string[], removed: readonly string[], index: WorkspaceIndex, done: () => void): void {
    const gone = removed.flatMap(folderName);
    const fresh = added.flatMap(folderName).filter((name) => !this.#folders.includes(name));
    this.#folders = [...this.#folders.filter((name) => !gone.includes(name)), ...fresh];
    const forget = () => index.forget(gone, this.#folders);
    if (!this.#done) return;
    this.#done = this.#done.then(forget).then(() => (fresh.length > 0 ? this.#look(fresh, index, done) : done()));
  }

  #look(folders: readonly string[], index: WorkspaceIndex, done: () => void): Promise<void> {
    const isWanted = () => folders.every((name) => this.#folders.includes(name));
    return breathe()
      .then(() => index.scan(folders, async () => (await breathe()) && isWanted()))
      .then(done);
  }
}

/** What the names of a folder's files begin with. */
function folderName(uri: string): string[] {
  return uri.startsWith('file:') ? [`${canonicalUri(uri).replace(/\/$/, '')}/`] : [];
}

/** Lets every message that has arrived be answered first: they are handled one per round of the event loop. */
function breathe(): Promise<boolean> {
  return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(true))));
}
