import type { Connection, Disposable } from './connection';

/** Asks the client to tell about changes of the files that documents refer to, once there are any. */
export class WatchedFiles {
  readonly #connection: Connection;
  #patterns = new Set<string>();
  #registration: Promise<Disposable> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * @param names URIs of the files
   * @param more patterns of other files
   */
  watch(names: readonly string[], more: readonly string[] = []): void {
    const patterns = new Set([...names.map(patternOf), ...more]);
    if ([...patterns].every((pattern) => this.#patterns.has(pattern))) return;
    this.#patterns = new Set([...this.#patterns, ...patterns]);
    const watchers = [...this.#patterns].map((globPattern) => ({ globPattern }));
    const before = this.#registration;
    this.#registration = this.#connection.register('workspace/didChangeWatchedFiles', { watchers });
    void this.#registration.then(
      async () => (await before)?.dispose(),
      () => {
        // A client that refuses tells nothing; the files are read again when their documents are opened again.
      },
    );
  }
}

/** By the last part of the name: absolute patterns mean different things to different clients. */
function patternOf(uri: string): string {
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  return `**/${name.replace(/[*?{}[\]]/g, '?')}`;
}
