import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FileAccess, FolderEntry } from '../analysis';

/** Larger files are no environment files. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Files on the server's disk, by `file:` URI. Documents of other schemes refer to nothing that we can read. */
export const uriFiles: FileAccess = {
  resolve(from, path) {
    if (!from.startsWith('file:') || path === '') return undefined;
    try {
      return path.startsWith('/')
        ? pathToFileURL(path).href
        : pathToFileURL(fileURLToPath(new URL(path.split('/').map(encodeURIComponent).join('/'), from))).href;
    } catch {
      return undefined;
    }
  },
  async read(name) {
    try {
      const path = fileURLToPath(name);
      const info = await stat(path);
      return info.isFile() && info.size <= MAX_BYTES ? await readFile(path) : undefined;
    } catch {
      return undefined;
    }
  },
  async list(folder) {
    try {
      const path = fileURLToPath(folder);
      return (await readdir(path, { withFileTypes: true })).flatMap((entry) => folderEntry(path, entry));
    } catch {
      return undefined;
    }
  },
};

function folderEntry(folder: string, entry: Dirent): FolderEntry[] {
  const kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : undefined;
  return kind ? [{ base: entry.name, name: pathToFileURL(join(folder, entry.name)).href, kind }] : [];
}

/** One spelling per file, whatever the client escapes. */
export function canonicalUri(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return pathToFileURL(fileURLToPath(uri)).href;
  } catch {
    return uri;
  }
}
