import { access, chmod, chown, constants, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { decodeBytes } from '../../analysis';
import type { FilePlan } from '../../migration';

/** What went wrong with a file, in words; `undefined` when it was written. */
export async function writePlan({ file, text, newText }: FilePlan): Promise<string | undefined> {
  try {
    // A link stays a link: what it leads to is replaced.
    const path = await realpath(file);
    const bytes = await readFile(path);
    const decoded = decodeBytes(bytes);
    if (!('text' in decoded) || decoded.text !== text) return 'changed meanwhile: not written';
    const { mode, uid, gid } = await stat(path);
    if ((mode & 0o222) === 0) return 'read-only: not written';
    await access(path, constants.W_OK);
    await replace(path, encodeLike(bytes, newText), mode, { uid, gid });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return code === 'EACCES' || code === 'EROFS' || code === 'EPERM'
      ? `read-only (${code}): not written`
      : `cannot be written (${code})`;
  }
}

/** The whole file at once: whoever reads it sees the old one or the new one. */
async function replace(
  path: string,
  bytes: Uint8Array,
  mode: number,
  owner: { uid: number; gid: number },
): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.nixl-lint`);
  try {
    await writeFile(beside, bytes, { flag: 'wx' });
    await chmod(beside, mode & 0o7777);
    await giveTo(beside, owner);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** The owner stays where we may decide about it. */
async function giveTo(path: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const own = await stat(path);
  if (own.uid === uid && own.gid === gid) return;
  await chown(path, uid, gid).catch(() => undefined);
}

/** In the encoding of the bytes that were there, with their byte order mark. */
function encodeLike(bytes: Uint8Array, text: string): Uint8Array {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return Buffer.from(marked ? `\ufeff${text}` : text, 'utf8');
}
