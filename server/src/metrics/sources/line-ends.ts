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

/** Ends the last line. */
export async function* withLineEnd(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last: number | undefined;
  for await (const piece of body) {
    last = piece.at(-1) ?? last;
    yield piece;
  }
  if (last !== undefined && last !== LF) yield Uint8Array.of(LF);
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
