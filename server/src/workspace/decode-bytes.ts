/** The text of a file, or why it has none. */
export type Decoded = { readonly text: string } | { readonly problem: 'binary' | 'encoding' };

/** One for all: thousands of files are read. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How many bytes are looked at to tell text from other data, as Git does. */
const SNIFFED = 8000;

/**
 * Text as an editor would show it: UTF-8, or UTF-16 with a byte order mark; the mark itself is no character of it.
 * Bytes that are no UTF-8 are not replaced: positions after them would be guesses.
 */
export function decodeBytes(bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeAs('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeAs('utf-16be', bytes);
  if (isBinary(bytes)) return { problem: 'binary' };
  return decodeAs('utf-8', bytes);
}

/** True when the first bytes hold a NUL, which no text of ours does. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, SNIFFED).includes(0);
}

function decodeAs(encoding: string, bytes: Uint8Array): Decoded {
  try {
    const decoder = encoding === 'utf-8' ? utf8 : new TextDecoder(encoding, { fatal: true });
    return { text: decoder.decode(bytes) };
  } catch {
    return { problem: 'encoding' };
  }
}
