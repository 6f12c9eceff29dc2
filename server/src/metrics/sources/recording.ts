import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';

/** A page of a recording: `DIR/ENDPOINT/MILLISECONDS.prom`. */
export interface RecordedPage {
  readonly endpoint: string;
  /** When it was taken: milliseconds since the epoch. */
  readonly at: number;
  readonly file: string;
}

/** A recording cannot be read: why, in a sentence. */
export class RecordingProblem extends Error {}

const PAGE = /^(\d{1,16})\.prom$/;

/** Pages of one recording that are read: six hours of 64 endpoints at two seconds are 700,000. */
const MOST_PAGES = 1_000_000;

/** Bytes of one recorded page. */
export const MOST_PAGE_BYTES = 64 * 1024 * 1024;

/**
 * The pages of a recording in the order of their times: those of a folder's folders, each an endpoint; of a folder that
 * holds pages itself; or a single saved page, whatever its name.
 * @throws RecordingProblem where there are none
 */
export async function recordedPages(path: string): Promise<RecordedPage[]> {
  const entry = await stat(path).catch((error: NodeJS.ErrnoException) => fail(path, error));
  if (!entry.isDirectory()) {
    const [, at] = PAGE.exec(basename(path)) ?? [];
    const endpoint = at === undefined ? basename(path, extname(path)) : basename(resolve(path, '..'));
    return [{ endpoint, at: at === undefined ? Math.round(entry.mtimeMs) : Number(at), file: path }];
  }
  const pages = await pagesOf(path, basename(resolve(path)));
  for (const folder of await entriesOf(path)) {
    if (!folder.isDirectory() && !folder.isSymbolicLink()) continue;
    pages.push(...(await pagesOf(join(path, folder.name), folder.name)));
    if (pages.length > MOST_PAGES) throw new RecordingProblem(`${path} holds more than ${MOST_PAGES} pages.`);
  }
  if (pages.length === 0) {
    throw new RecordingProblem(`${path} holds no recorded page: they are named ENDPOINT/MILLISECONDS.prom.`);
  }
  return pages.sort((a, b) => a.at - b.at || (a.endpoint < b.endpoint ? -1 : 1));
}

/**
 * The bytes of a recorded page, in pieces.
 * @throws RecordingProblem where it cannot be read, or is too large
 */
export async function* readRecorded(file: string, most = MOST_PAGE_BYTES): AsyncGenerator<Uint8Array> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => fail(file, error));
  try {
    let size = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle
        .read(Buffer.allocUnsafe(PIECE), 0, PIECE)
        .catch((error: NodeJS.ErrnoException) => fail(file, error));
      if (bytesRead === 0) return;
      size += bytesRead;
      if (size > most) throw new RecordingProblem(`${file} is larger than ${most} bytes.`);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Adds a page to a recording, which is made where it is not there yet. */
export async function writeRecorded(
  folder: string,
  endpoint: string,
  at: number,
  page: string | Uint8Array,
): Promise<void> {
  const own = join(folder, folderName(endpoint));
  await mkdir(own, { recursive: true });
  await writeFile(join(own, `${Math.round(at)}.prom`), page);
}

/** A label as the name of a folder, on every system; different labels that are spelt alike may share one. */
export function folderName(endpoint: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are looked for
  const name = endpoint.replace(/[\u0000-\u001f<>:"/\\|?*]/g, '_').replace(/^\.+|[. ]+$/g, '_');
  return /^(?:con|prn|aux|nul|com\d|lpt\d)$/i.test(name) ? `${name}_` : name.slice(0, 120) || '_';
}

const PIECE = 256 * 1024;

async function pagesOf(folder: string, endpoint: string): Promise<RecordedPage[]> {
  return (await entriesOf(folder)).flatMap((entry) => {
    const [, at] = PAGE.exec(entry.name) ?? [];
    if (at === undefined || entry.isDirectory()) return [];
    return { endpoint, at: Number(at), file: join(folder, entry.name) };
  });
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // A link that leads to no folder is no endpoint.
    if (error.code === 'ENOTDIR' || error.code === 'ENOENT') return [];
    return fail(folder, error);
  });
}

function fail(path: string, { code = 'unreadable' }: NodeJS.ErrnoException): never {
  throw new RecordingProblem(code === 'ENOENT' ? `${path} does not exist.` : `${path} cannot be read (${code}).`);
}
