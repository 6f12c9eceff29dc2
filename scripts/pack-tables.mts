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
        const packed = ${JSON.stringify(z85(await packed()))};
        const bytes = Buffer.alloc((packed.length / 5) * 4);
        for (let at = 0, word = 0; at < packed.length; at++) {
          word = word * 85 + ${JSON.stringify(DIGITS)}.indexOf(packed[at]);
          if (at % 5 === 4) word = 0 * bytes.writeUInt32BE(word, (at - 4) / 5 * 4);
        }
        const texts = JSON.parse(brotliDecompressSync(bytes).toString());
        export const table = (name) => JSON.parse(texts[name]);`,
      resolveDir: '.',
    }));
  },
};

/** All tables by name, each as a text that is parsed by itself. The schemas that validate them stay outside. */
async function packed(): Promise<Buffer> {
  const names = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith('.json'));
  const tables = names.map((name) => name.replaceAll('\\', '/')).filter((name) => !name.startsWith('meta/'));
  const texts: Record<string, string> = {};
  for (const name of tables.sort()) {
    texts[name] = JSON.stringify(JSON.parse(await readFile(join(FOLDER, name), 'utf8')));
  }
  const text = JSON.stringify(texts);
  const parameters = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return brotliCompressSync(text, { params: parameters });
}

/** Digits that need no escape in a string of JavaScript: https://rfc.zeromq.org/spec/32. */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Bytes as text, four in five digits; Base64 needs a third more characters than bytes, this a quarter. */
function z85(bytes: Buffer): string {
  // Brotli's end is marked in the stream: what follows is not read.
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let text = '';
  for (let at = 0; at < padded.length; at += 4) {
    let word = padded.readUInt32BE(at);
    let group = '';
    for (let digit = 0; digit < 5; digit++) {
      group = DIGITS[word % 85]! + group;
      word = Math.floor(word / 85);
    }
    text += group;
  }
  return text;
}
