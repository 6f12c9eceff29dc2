import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '../../dist');

/** The Node that runs the bundles: the host's own one, where the caller wants it. */
export const NODE = process.env.NIXL_TEST_NODE ?? process.execPath;

/** A bundle that `npm run build` makes. */
export function bundle(name: 'cli.js' | 'server.js'): string {
  const path = join(dist, name);
  if (!existsSync(path)) throw new Error(`${path} is missing: npm run build`);
  return path;
}

/** The text of a bundle and of all that it loads on demand. */
export function bundleText(name: 'cli' | 'server'): string {
  const chunks = readdirSync(join(dist, 'chunks')).filter((file) => file.startsWith(`${name}-`));
  const files = [bundle(`${name}.js`), ...chunks.map((file) => join(dist, 'chunks', file))];
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}
