/**
 * All that is read goes through this, so that the same code runs on a disk, behind an editor, and in a browser worker.
 * Names are the host's own: paths for the command line, URIs for the language server.
 */
export interface FileAccess {
  /** The name of the file that `path`, as written in the file `from`, means; `undefined` when it is out of reach. */
  resolve(from: string, path: string): string | undefined;
  /** The file's bytes; `undefined` when there is none or it may not be read. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** What a folder holds; `undefined` when it is none or may not be listed. Without it only files named are in sight. */
  list?(folder: string): Promise<readonly FolderEntry[] | undefined>;
}

/** A file or folder in a folder. */
export interface FolderEntry {
  /** The last part of its name. */
  readonly base: string;
  /** Its whole name, as `resolve` gives it. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
}
