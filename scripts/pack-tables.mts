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
    const packed = ${JSON.stringify(digits(bytes))};
    let all;
    const unpack = () => {
      const values = new Uint8Array(128);
      for (let value = 0; value < 85; value++) values[${JSON.stringify(DIGITS)}.charCodeAt(value)] = value;
      const bytes = Buffer.alloc((packed.length / 5) * 4);
      for (let from = 0, to = 0; from < packed.length; to += 4) {
        let word = 0;
        for (const end = from + 5; from < end; from++) word = word * 85 + values[packed.charCodeAt(from)];
        bytes.writeUInt32BE(word, to);
      }
      return brotliDecompressSync(bytes).toString();
    };
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

/** Digits that need no escape in a string of JavaScript (https://rfc.zeromq.org/spec/32). */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Bytes as text, four in five digits: a quarter more characters than bytes, where Base64 has a third. */
function digits(bytes: Buffer): string {
  // Brotli marks its end: what follows is not read.
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
    const table = JSON.stringify(JSON.parse(await readFile(join(FOLDER, name), 'utf8')), withoutItsSchema);
    spans[name] = [text.length, text.length + table.length];
    text += table;
  }
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return { bytes: brotliCompressSync(text, { params }), spans };
}

/** Leaves out where a table's schema is, which whoever edits the table wants to know. */
function withoutItsSchema(key: string, value: unknown): unknown {
  return key === '$schema' && typeof value === 'string' && value.includes('meta/') ? undefined : value;
}
