import { readFile, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { FileAccess } from '../analysis';

/** Larger files are no environment files. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Files by the names that the report gives them: relative to the working directory, with `/`. */
export const pathFiles: FileAccess = {
  resolve(from, path) {
    return path === '' ? undefined : posix.isAbsolute(path) ? path : posix.join(posix.dirname(from), path);
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
