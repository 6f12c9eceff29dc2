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

/** What the names of a bundle's parts begin with: the server shares its parts with the extension. */
const PARTS = { cli: 'cli-', server: 'editor-' } as const;

/** The text of a bundle and of all that it loads on demand. */
export function bundleText(name: keyof typeof PARTS): string {
  const chunks = readdirSync(join(dist, 'chunks')).filter((file) => file.startsWith(PARTS[name]));
  const files = [bundle(`${name}.js`), ...chunks.map((file) => join(dist, 'chunks', file))];
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}
