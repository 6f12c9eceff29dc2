import { type FileHandle, open } from 'node:fs/promises';
import { looksLikePage } from './page-check';
import type { RecordedPage } from './recording';

const LF = 0x0a;

/** So many pages of an endpoint tell how all of them end. */
const LOOKED_AT = 16;

/** How a page ends. */
interface End {
  readonly size: number;
  /** What stands before the value of its last line, where that is a sample without a line end. */
  readonly bare: string | undefined;
}

/**
 * Whoever recorded an endpoint may have left the last line end out, of all pages alike. The longest page tells that, for
 * pages that broke off are shorter; one of them that ends with another series than the longest broke off.
 */
export class LineEnds {
  readonly #files = new Map<string, string[]>();
  readonly #bare = new Map<string, string | undefined>();

  constructor(pages: readonly RecordedPage[]) {
    for (const { endpoint, file } of pages) {
      const files = this.#files.get(endpoint);
      if (files) files.push(file);
      else this.#files.set(endpoint, [file]);
    }
  }

  /** The series whose line is the last one of whole pages of an endpoint although it has no end; nothing where all have one. */
  async leftOut(endpoint: string): Promise<string | undefined> {
    if (this.#bare.has(endpoint)) return this.#bare.get(endpoint);
    const files = this.#files.get(endpoint) ?? [];
    const step = Math.max(1, (files.length - 1) / (LOOKED_AT - 1));
    const some = Array.from(
      { length: Math.min(LOOKED_AT, files.length) },
      (_, index) => files[Math.round(index * step)]!,
    );
    let longest: End | undefined;
    for (const file of some) {
      const end = await endOf(file);
      if (end && end.size > (longest?.size ?? 0)) longest = end;
    }
    this.#bare.set(endpoint, longest?.bare);
    return longest?.bare;
  }
}

/** A sample from its name to its value, or to its time. */
const SAMPLE =
  /^([a-zA-Z_:][\w:.]*(?:[ \t]*\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?)[ \t]+(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|nan|[-+]?inf)(?:[ \t]+-?\d+)?[ \t]*\r?$/is;

/** Longer lines are nobody's. */
const LONGEST_LINE = 64 * 1024;

/**
 * Ends the last line of a body that is known to be whole, where it is a sample: some leave that line end out, and Prometheus
 * reads it all the same.
 * @param series the only one with which such a body ends, where that is known
 */
export async function* withLineEnd(body: AsyncIterable<Uint8Array>, series?: string): AsyncGenerator<Uint8Array> {
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
  if (length === 0 || length > LONGEST_LINE) return;
  const head = headOf(Buffer.concat(line).toString('utf8'));
  if (head !== undefined && (series === undefined || head === series)) yield Uint8Array.of(LF);
}

/** What stands before the value of a sample; nothing for a line that is none, or whose value is cut to nothing. */
function headOf(line: string): string | undefined {
  return SAMPLE.exec(line)?.[1];
}

/** Nothing for a file that is no metrics page, or cannot be read. */
async function endOf(file: string): Promise<End | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    if (!looksLikePage((await bytesOf(handle, 0, 1024)).toString('latin1'))) return undefined;
    const tail = await bytesOf(handle, Math.max(0, size - LONGEST_LINE), LONGEST_LINE);
    return { size, bare: headOf(tail.toString('utf8', tail.lastIndexOf(LF) + 1)) };
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

async function bytesOf(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
