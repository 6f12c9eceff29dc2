import { type FileHandle, open } from 'node:fs/promises';
import { type Decoded, decodeBytes, isBinary } from '../analysis';
import type { Entry } from './walk';

/** What came of reading a file: its text, why it is not checked, or nothing to say about it. */
export type Reading = { readonly text: string } | { readonly unchecked: string } | { readonly skipped: true };

const MEGABYTE = 1024 * 1024;

/** Larger files are not read. What we check is written by hand; this leaves room for what is around it. */
const MAX_MEGABYTES = 64;

/** What is looked at before a file that nobody named is read whole. */
const SNIFFED = 8192;

/** Reads files one after the other into the same memory: a folder of large ones takes no more than the largest. */
export class EntryReader {
  #memory = Buffer.alloc(MEGABYTE);

  /** Reads one file. Data files that were only met on the way are passed over without a word. */
  async read({ path, named }: Entry): Promise<Reading> {
    let file: FileHandle | undefined;
    try {
      file = await open(path);
      const info = await file.stat();
      if (!info.isFile()) return readingOf(decodeBytes(await file.readFile()));
      const start = await this.#fill(file, Math.min(info.size, SNIFFED));
      if (!named && isBinary(start) && !isUtf16(start)) return { skipped: true };
      if (info.size > MAX_MEGABYTES * MEGABYTE) return { unchecked: `larger than ${MAX_MEGABYTES} MB: not read` };
      return readingOf(decodeBytes(await this.#fill(file, info.size)));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : 'unknown error';
      return { unchecked: `cannot be read (${code})` };
    } finally {
      await file?.close();
    }
  }

  /** The first bytes of a file; fewer when it got shorter meanwhile. */
  async #fill(file: FileHandle, size: number): Promise<Uint8Array> {
    if (this.#memory.length < size) this.#memory = Buffer.alloc(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(this.#memory, filled, size - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return this.#memory.subarray(0, filled);
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
