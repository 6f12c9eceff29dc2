import { readFile, writeFile } from 'node:fs/promises';
import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

// The parts of a ZIP file, by https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
const LOCAL = { signature: 0x04034b50, size: 30 };
const CENTRAL = { signature: 0x02014b50, size: 46 };
const END = { signature: 0x06054b50, size: 22 };

const DEFLATED = 8;
/** Bit 3 of an entry's flags: size and checksum follow its data. Whoever streams has to; we know them beforehand. */
const DATA_DESCRIPTOR = 1 << 3;

/**
 * Writes a ZIP file anew, each entry as small as zlib can make it: the packer of extensions takes zlib's default level, and
 * sixteen bytes more for each entry. Made for what that packer writes: no comments, no extra fields, no 64-bit sizes.
 */
export async function repack(path: string): Promise<void> {
  const zip = await readFile(path);
  const end = zip.length - END.size;
  if (zip.readUInt32LE(end) !== END.signature) throw new Error(`${path} has a comment, or is no ZIP file`);
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (let at = zip.readUInt32LE(end + 16); at < end; ) {
    const entry = zip.subarray(at, at + CENTRAL.size);
    const nameLength = entry.readUInt16LE(28);
    const name = zip.subarray(at + CENTRAL.size, at + CENTRAL.size + nameLength);
    if (
      entry.readUInt32LE(0) !== CENTRAL.signature ||
      entry.readUInt16LE(10) !== DEFLATED ||
      entry.readUInt32LE(30) > 0
    ) {
      throw new Error(`${path} has an entry that cannot be repacked: ${name}`);
    }
    const data = smallest(contents(zip, entry));
    const central = Buffer.from(entry);
    central.writeUInt16LE(entry.readUInt16LE(8) & ~DATA_DESCRIPTOR, 8);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(offset, 42);
    const local = Buffer.alloc(LOCAL.size);
    local.writeUInt32LE(LOCAL.signature, 0);
    // Version, flags, method, time, checksum, sizes and the length of the name: the same in both headers.
    central.copy(local, 4, 6, 30);
    locals.push(local, name, data);
    centrals.push(central, name);
    offset += LOCAL.size + nameLength + data.length;
    at += CENTRAL.size + nameLength;
  }
  const last = Buffer.from(zip.subarray(end));
  last.writeUInt32LE(Buffer.concat(centrals).length, 12);
  last.writeUInt32LE(offset, 16);
  await writeFile(path, Buffer.concat([...locals, ...centrals, last]));
}

/** What an entry of the central directory stands for. */
function contents(zip: Buffer, entry: Buffer): Buffer {
  const local = entry.readUInt32LE(42);
  const start = local + LOCAL.size + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = inflateRawSync(zip.subarray(start, start + entry.readUInt32LE(20)));
  if (crc32(data) !== entry.readUInt32LE(16)) throw new Error('An entry does not fit its checksum');
  return data;
}

/** Which size of zlib's blocks is best differs from file to file. */
function smallest(data: Buffer): Buffer {
  const packed = [7, 8, 9].map((memLevel) => deflateRawSync(data, { level: constants.Z_BEST_COMPRESSION, memLevel }));
  return packed.reduce((best, other) => (other.length < best.length ? other : best));
}
