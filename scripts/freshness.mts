import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './support.mts';

/** What the bundles and the package are made of. */
const SOURCES = ['client', 'protocol', 'server', 'schemas', 'scripts', 'package.json', 'package-lock.json'];

/** Whether these products exist and none of the sources is younger. */
export async function isFresh(products: readonly string[]): Promise<boolean> {
  const made = await Promise.all(products.map(modified));
  const sources = await Promise.all(SOURCES.map(youngest));
  return Math.min(...made) > Math.max(...sources);
}

async function youngest(path: string): Promise<number> {
  const entries = await readdir(join(ROOT, path), { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (!entries) return modified(path);
  const files = entries.filter((entry) => entry.isFile());
  const times = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
  return Math.max(0, ...times.map(({ mtimeMs }) => mtimeMs));
}

async function modified(path: string): Promise<number> {
  const found = await stat(join(ROOT, path)).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}
