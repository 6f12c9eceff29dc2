/** Why a file is no log that can be read as it is. */
export type Unreadable = 'compressed';

/** How many bytes tell what a file is. */
const NEEDED = 4;

/**
 * The bytes of a log as UTF-8: a log that PowerShell wrote is UTF-16. Says so when the file is compressed; then nothing
 * can be found in it.
 */
export class LogBytes {
  #first: Uint8Array | undefined = new Uint8Array();
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #unreadable: Unreadable | undefined;

  get unreadable(): Unreadable | undefined {
    return this.#unreadable;
  }

  /** The next bytes as UTF-8; the result may be the argument itself. */
  decode(bytes: Uint8Array): Uint8Array {
    if (this.#first === undefined) return this.#utf8(bytes, false);
    const first = joined(this.#first, bytes);
    this.#first = first;
    return first.length < NEEDED ? new Uint8Array() : this.#begin(first);
  }

  /** What is left at the end. */
  end(): Uint8Array {
    return this.#first
      ? joined(this.#begin(this.#first), this.#utf8(new Uint8Array(), true))
      : this.#utf8(new Uint8Array(), true);
  }

  #begin(first: Uint8Array): Uint8Array {
    this.#first = undefined;
    const [a, b, c, d] = first;
    if ((a === 0x1f && b === 0x8b) || (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd)) {
      this.#unreadable = 'compressed';
    } else if (a === 0xff && b === 0xfe) this.#decoder = new TextDecoder('utf-16le');
    else if (a === 0xfe && b === 0xff) this.#decoder = new TextDecoder('utf-16be');
    else if (a === 0xef && b === 0xbb && c === 0xbf) return first.subarray(3);
    return this.#utf8(first, false);
  }

  #utf8(bytes: Uint8Array, last: boolean): Uint8Array {
    return this.#decoder ? new TextEncoder().encode(this.#decoder.decode(bytes, { stream: !last })) : bytes;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a, 0);
  bytes.set(b, a.length);
  return bytes;
}
