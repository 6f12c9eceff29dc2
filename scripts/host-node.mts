import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The Node that people run the bundles with: the first in PATH that is not the newer one in `node_modules` which npm
 * puts in front for our own tools. Falls back to the running one.
 */
export async function hostNode(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder.includes('node_modules')) continue;
    const candidate = join(folder, 'node');
    try {
      await access(candidate);
      return candidate;
    } catch {
      // not in this folder
    }
  }
  return process.execPath;
}

/** For example `v20.20.2`. */
export async function nodeVersion(node: string): Promise<string> {
  return (await promisify(execFile)(node, ['--version'])).stdout.trim();
}
