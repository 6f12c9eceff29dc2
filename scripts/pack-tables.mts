import { readFile } from 'node:fs/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'esbuild';

/** Smaller ones gain nothing. */
const WORTH_PACKING = 1_000;

/**
 * Puts the fact tables into the bundles compressed, a quarter of their size: unpacking costs less than having the engine
 * read them as program text. Only bundles for Node can use it, and only default imports of a table.
 */
export const packTables: Plugin = {
  name: 'pack-tables',
  setup(build) {
    build.onLoad({ filter: /[\\/]schemas[\\/].*\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      if (text.length < WORTH_PACKING) return { contents: text, loader: 'json' };
      const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
      return {
        contents: `import { unpack } from 'unpack-table';\nexport default unpack("${packed.toString('base64')}");`,
        resolveDir: '.',
      };
    });
    build.onResolve({ filter: /^unpack-table$/ }, () => ({ path: 'unpack-table', namespace: 'pack-tables' }));
    build.onLoad({ filter: /^unpack-table$/, namespace: 'pack-tables' }, () => ({
      contents: `import { brotliDecompressSync } from 'node:zlib';
        export const unpack = (text) => JSON.parse(brotliDecompressSync(Buffer.from(text, 'base64')).toString());`,
      resolveDir: '.',
    }));
  },
};
