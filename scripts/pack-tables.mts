import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { ROOT } from './support.mts';

const FOLDER = join(ROOT, 'schemas');

/** Tables that only a log asks for: a piece of their own, beside what reads logs. */
const LATER = ['messages.json'];

/** Smaller ones are needed at once, and cost nothing. */
const WORTH_PACKING = 1_500;

/**
 * Puts the fact tables into the bundles compressed, all in one piece and a fifth of their size: unpacking costs less than
 * having the engine read them as program text. Only bundles for Node can use it, and only default imports of a table.
 */
export const packTables: Plugin = {
  name: 'pack-tables',
  setup(build) {
    build.onLoad({ filter: /[\\/]schemas[\\/].*\.json$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (text.length < WORTH_PACKING) return { contents: text, loader: 'json' };
      const name = relative(FOLDER, path).replaceAll('\\', '/');
      const pack = LATER.includes(name) ? 'packed-later' : 'packed-tables';
      const contents = `import { table } from '${pack}';\nexport default table(${JSON.stringify(name)});`;
      return { contents, resolveDir: '.' };
    });
    build.onResolve({ filter: /^packed-(tables|later)$/ }, ({ path }) => ({ path, namespace: 'pack-tables' }));
    build.onLoad({ filter: /^packed-/, namespace: 'pack-tables' }, async ({ path }) => ({
      contents: unpacking(await packed((name) => LATER.includes(name) === (path === 'packed-later'))),
      resolveDir: '.',
    }));
  },
};

/**
 * The program that unpacks. A table stands for itself until somebody asks for a part of it: then the piece is unpacked,
 * once, and this one table is read.
 */
function unpacking({ bytes, spans }: Packed): string {
  return `import { brotliDecompressSync } from 'node:zlib';
    const spans = ${JSON.stringify(spans)};
    let all;
    const unpack = () => brotliDecompressSync(Buffer.from("${bytes.toString('base64')}", 'base64')).toString();
    export const table = (name) => {
      let read;
      const whole = () => (read ??= JSON.parse((all ??= unpack()).slice(...spans[name])));
      return new Proxy({}, {
        get: (_, key) => whole()[key],
        has: (_, key) => key in whole(),
        ownKeys: () => Reflect.ownKeys(whole()),
        getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(whole(), key),
      });
    };`;
}

interface Packed {
  readonly bytes: Buffer;
  /** Where each table starts and ends in the unpacked text, in UTF-16 units. */
  readonly spans: Readonly<Record<string, readonly [number, number]>>;
}

/** The wanted tables, one behind the other. The schemas that validate them stay outside. */
async function packed(wanted: (name: string) => boolean): Promise<Packed> {
  const names = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith('.json'));
  const tables = names
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => !name.startsWith('meta/') && wanted(name));
  const spans: Record<string, readonly [number, number]> = {};
  let text = '';
  for (const name of tables.sort()) {
    const table = JSON.stringify(JSON.parse(await readFile(join(FOLDER, name), 'utf8')));
    spans[name] = [text.length, text.length + table.length];
    text += table;
  }
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return { bytes: brotliCompressSync(text, { params }), spans };
}
