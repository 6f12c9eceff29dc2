import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { type Decoded, decodeBytes, isBinary } from '../analysis';
import type { Entry } from './walk';

/** What came of reading a file: its text, why it is not checked, or nothing to say about it. */
export type Reading = { readonly text: string } | { readonly unchecked: string } | { readonly skipped: true };

const MEGABYTE = 1024 * 1024;

/** Larger files are not read. What we check is written by hand; this leaves room for what is around it. */
const MAX_MEGABYTES = 64;

/** What is read at first: nearly all files are shorter, and then known to be read whole. */
const FIRST = 64 * 1024;

/** Reads files one after the other into the same memory: a folder of large ones takes no more than the largest. */
export class EntryReader {
  #memory = Buffer.alloc(MEGABYTE);

  /**
   * Reads one file. Data files that were only met on the way are passed over without a word. Nothing else goes on in a run
   * of the command line, and of ten thousand small files each costs a tenth of what it would take to wait for it.
   */
  read({ path, named }: Entry): Reading {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      // What a folder holds is a file, or was a moment ago; a name may be that of a pipe.
      if (named && !fstatSync(file).isFile()) return readingOf(decodeBytes(readFileSync(file)));
      const start = this.#fill(file, 0, FIRST);
      if (!named && isBinary(start) && !isUtf16(start)) return { skipped: true };
      if (start.length < FIRST) return readingOf(decodeBytes(start));
      const { size } = fstatSync(file);
      if (size > MAX_MEGABYTES * MEGABYTE) return { unchecked: `larger than ${MAX_MEGABYTES} MB: not read` };
      return readingOf(decodeBytes(this.#fill(file, start.length, size)));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : 'unknown error';
      return { unchecked: `cannot be read (${code})` };
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** The first bytes of a file, of which some are there already; fewer when it got shorter meanwhile. */
  #fill(file: number, from: number, size: number): Uint8Array {
    if (this.#memory.length < size) {
      const larger = Buffer.alloc(size);
      this.#memory.copy(larger, 0, 0, from);
      this.#memory = larger;
    }
    let filled = from;
    while (filled < size) {
      const bytesRead = readSync(file, this.#memory, filled, size - filled, filled);
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
