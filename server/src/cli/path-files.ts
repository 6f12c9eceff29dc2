import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FileAccess, FolderEntry } from '../analysis';

/** Larger files are no environment files. */
const MAX_BYTES = 4 * 1024 * 1024;

/** What a report calls a file: its path from the working directory, with `/`. */
export function displayName(path: string): string {
  const full = resolve(path);
  const here = process.cwd();
  // Nearly all lie below, and this is asked for every file.
  const isBelow = full.startsWith(here) && full[here.length] === sep;
  const name = isBelow ? full.slice(here.length + 1) : relative(here, full);
  return sep === '/' ? name : name.replaceAll(sep, '/');
}

/** Files by the names that the report gives them. Nothing else goes on in a run, so that nobody gains by waiting. */
export const pathFiles: FileAccess = {
  resolve(from, path) {
    return path === '' ? undefined : displayName(resolve(dirname(from), path));
  },
  async read(name) {
    try {
      const info = statSync(name, { throwIfNoEntry: false });
      return info?.isFile() && info.size <= MAX_BYTES ? readFileSync(name) : undefined;
    } catch {
      return undefined;
    }
  },
  async list(folder) {
    try {
      return readdirSync(resolve(folder), { withFileTypes: true }).flatMap((entry) => folderEntry(folder, entry));
    } catch {
      return undefined;
    }
  },
};

function folderEntry(folder: string, entry: Dirent): FolderEntry[] {
  const kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : undefined;
  return kind ? [{ base: entry.name, name: displayName(join(folder, entry.name)), kind }] : [];
}

/**
 * What the names of all files of a folder begin with, when that is all there is: the top of a repository, or a folder in
 * none. Then nothing that is not in sight builds upon what is.
 */
export function wholeTreeBelow(path: string): string | undefined {
  const full = resolve(path);
  const name = displayName(full);
  for (let folder = full; ; folder = dirname(folder)) {
    const isLast = dirname(folder) === folder;
    if (!isLast && !existsSync(join(folder, '.git'))) continue;
    return isLast || folder === full ? (name === '' ? '' : `${name}/`) : undefined;
  }
}
