import { readFile, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import type { FileAccess } from '../analysis';

/** Larger files are no environment files. */
const MAX_BYTES = 4 * 1024 * 1024;

/** What a report calls a file: its path from the working directory, with `/`. */
export function displayName(path: string): string {
  return relative(process.cwd(), resolve(path)).split(sep).join('/');
}

/** Files by the names that the report gives them. */
export const pathFiles: FileAccess = {
  resolve(from, path) {
    return path === '' ? undefined : displayName(resolve(dirname(from), path));
  },
  async read(name) {
    try {
      const info = await stat(name);
      return info.isFile() && info.size <= MAX_BYTES ? await readFile(name) : undefined;
    } catch {
      return undefined;
    }
  },
};
