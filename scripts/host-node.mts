import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export { hostNode } from './editor/host.mts';

/** For example `v20.20.2`. */
export async function nodeVersion(node: string): Promise<string> {
  return (await promisify(execFile)(node, ['--version'])).stdout.trim();
}
