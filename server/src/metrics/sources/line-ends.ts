import { open } from 'node:fs/promises';
import type { RecordedPage } from './recording';

const LF = 0x0a;

/** So many pages of an endpoint tell how all of them end. */
const LOOKED_AT = 5;

/**
 * Whoever recorded an endpoint may have left the last line end out, of all pages alike. Where most pages have it, one
 * without it broke off.
 */
export class LineEnds {
  readonly #files = new Map<string, string[]>();
  readonly #bare = new Map<string, boolean>();

  constructor(pages: readonly RecordedPage[]) {
    for (const { endpoint, file } of pages) {
      const files = this.#files.get(endpoint);
      if (files) files.push(file);
      else this.#files.set(endpoint, [file]);
    }
  }

  /** Whether pages of an endpoint are whole although their last line has no end. */
  async leftOut(endpoint: string): Promise<boolean> {
    const known = this.#bare.get(endpoint);
    if (known !== undefined) return known;
    const files = this.#files.get(endpoint) ?? [];
    const step = Math.max(1, (files.length - 1) / (LOOKED_AT - 1));
    const some = Array.from(
      { length: Math.min(LOOKED_AT, files.length) },
      (_, index) => files[Math.round(index * step)]!,
    );
    const last = (await Promise.all(some.map(lastByte))).filter((byte) => byte !== undefined);
    const bare = last.filter((byte) => byte !== LF).length * 2 > last.length;
    this.#bare.set(endpoint, bare);
    return bare;
  }
}

/** A sample from its name to its value, or to its time. */
const SAMPLE =
  /^[a-zA-Z_:][\w:.]*(?:[ \t]*\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?[ \t]+(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|nan|[-+]?inf)(?:[ \t]+-?\d+)?[ \t]*\r?$/is;

/** Longer lines are nobody's. */
const LONGEST_LINE = 64 * 1024;

/**
 * Ends the last line of a body that is known to be whole, where it is a sample: some leave that line end out, and Prometheus
 * reads it all the same.
 */
export async function* withLineEnd(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let line: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    const end = piece.lastIndexOf(LF);
    if (end >= 0) {
      line = [];
      length = 0;
    }
    const rest = piece.subarray(end + 1);
    length += rest.length;
    if (rest.length > 0 && length <= LONGEST_LINE) line.push(rest.slice());
    yield piece;
  }
  if (length > 0 && length <= LONGEST_LINE && SAMPLE.test(Buffer.concat(line).toString('utf8')))
    yield Uint8Array.of(LF);
}

/** Nothing for a file that is empty, or cannot be read. */
async function lastByte(file: string): Promise<number | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (size === 0) return undefined;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return bytesRead === 1 ? buffer[0] : undefined;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}
