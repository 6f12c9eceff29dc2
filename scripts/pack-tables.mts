import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { ROOT } from './support.mts';

const FOLDER = join(ROOT, 'schemas');

/**
 * Puts the fact tables into the bundles compressed, all in one piece and a fifth of their size: unpacking costs less than
 * having the engine read them as program text. Only bundles for Node can use it, and only default imports of a table.
 */
export const packTables: Plugin = {
  name: 'pack-tables',
  setup(build) {
    build.onLoad({ filter: /[\\/]schemas[\\/].*\.json$/ }, ({ path }) => {
      const name = JSON.stringify(relative(FOLDER, path).replaceAll('\\', '/'));
      return { contents: `import { table } from 'packed-tables';\nexport default table(${name});`, resolveDir: '.' };
    });
    build.onResolve({ filter: /^packed-tables$/ }, () => ({ path: 'packed-tables', namespace: 'pack-tables' }));
    build.onLoad({ filter: /^packed-tables$/, namespace: 'pack-tables' }, async () => ({
      contents: `import { brotliDecompressSync } from 'node:zlib';
        const texts = JSON.parse(brotliDecompressSync(Buffer.from("${await packed()}", 'base64')).toString());
        export const table = (name) => JSON.parse(texts[name]);`,
      resolveDir: '.',
    }));
  },
};

/** All tables by name, each as a text that is parsed by itself. The schemas that validate them stay outside. */
async function packed(): Promise<string> {
  const names = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith('.json'));
  const tables = names.map((name) => name.replaceAll('\\', '/')).filter((name) => !name.startsWith('meta/'));
  const texts: Record<string, string> = {};
  for (const name of tables.sort()) {
    texts[name] = JSON.stringify(JSON.parse(await readFile(join(FOLDER, name), 'utf8')));
  }
  const text = JSON.stringify(texts);
  const parameters = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return brotliCompressSync(text, { params: parameters }).toString('base64');
}
