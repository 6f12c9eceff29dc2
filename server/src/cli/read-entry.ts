import { type FileHandle, open } from 'node:fs/promises';
import { type Decoded, decodeBytes, isBinary } from '../analysis';
import type { Entry } from './walk';

/** What came of reading a file: its text, why it is not checked, or nothing to say about it. */
export type Reading = { readonly text: string } | { readonly unchecked: string } | { readonly skipped: true };

/** Larger files are not read. What we check is written by hand; this leaves room for what is around it. */
const MAX_MEGABYTES = 64;

/** What is looked at before a file that nobody named is read whole. */
const SNIFFED = 8192;

/** Reads one file. Data files that were only met on the way are passed over without a word. */
export async function readEntry({ path, named }: Entry): Promise<Reading> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const info = await file.stat();
    if (info.isFile()) {
      const start = new Uint8Array(Math.min(info.size, SNIFFED));
      await file.read(start, 0, start.length, 0);
      if (!named && isBinary(start) && !isUtf16(start)) return { skipped: true };
      if (info.size > MAX_MEGABYTES * 1024 * 1024) {
        return { unchecked: `larger than ${MAX_MEGABYTES} MB: not read` };
      }
    }
    return readingOf(decodeBytes(await file.readFile()));
  } catch (error) {
    return {
      unchecked: `cannot be read (${error instanceof Error && 'code' in error ? error.code : 'unknown error'})`,
    };
  } finally {
    await file?.close();
  }
}

export function readingOf(decoded: Decoded): Reading {
  if ('text' in decoded) return decoded;
  return {
    unchecked: decoded.problem === 'binary' ? 'not a text file' : 'not UTF-8 text: its characters cannot be placed',
  };
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}
