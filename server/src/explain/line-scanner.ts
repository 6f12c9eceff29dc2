import { type Automaton, BACKSLASH, CARRIAGE_RETURN, CLASS_BITS, ESCAPE, LINE_FEED } from './automaton';

/** What a scanner tells while it goes through a log. */
export interface ScanListener {
  /**
   * A text ends here.
   * @param at its end in the bytes as they are
   * @param read its end in what was read: without colours, escapes undone
   */
  found(text: number, at: number, read: number): void;
  /**
   * A line ends at `at`, the next one begins at `next`. A record of a structured log that holds several lines is one
   * line of the file (`whole`: its last).
   */
  lineEnd(at: number, next: number, whole: boolean): void;
}

/** What the next byte belongs to. */
type Mode = 'text' | 'escape' | 'control' | 'title' | 'backslash' | 'code';

const BELL = 7;
const QUOTE = 34;
const SLASH = 47;
const BRACKET = 91;
const CLOSING_BRACKET = 93;

/**
 * Reads a log byte by byte, in pieces of any size, and finds texts in what a reader would see: colours are passed over,
 * and the escapes of JSON, in which structured logs are written, are undone.
 */
export class LineScanner {
  readonly #automaton: Automaton;
  readonly #listener: ScanListener;
  #state = 0;
  /** The state before the byte that stopped the automaton. */
  #before = 0;
  #mode: Mode = 'text';
  /** Hexadecimal digits of `\u….` so far. */
  #code = '';
  /** Where the bytes at hand begin in the log, and how many bytes so far were no text. */
  #base = 0;
  #unread = 0;

  constructor(automaton: Automaton, listener: ScanListener) {
    this.#automaton = automaton;
    this.#listener = listener;
  }

  feed(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#mode === 'text') {
        at = this.#run(bytes, at);
        if (at < bytes.length) this.#stopped(bytes[at]!, this.#base + at);
      } else this.#step(bytes[at]!, this.#base + at);
      at += 1;
    }
    this.#base += bytes.length;
  }

  /** The log is over: its last line too. */
  end(): void {
    this.#listener.lineEnd(this.#base, this.#base, true);
  }

  /** Nearly all of the time is spent here. The place of the first byte after which there is something to do. */
  #run(bytes: Uint8Array, from: number): number {
    const { table, classes, special } = this.#automaton;
    let state = this.#state;
    for (let at = from; at < bytes.length; at += 1) {
      const next = table[(state << CLASS_BITS) | classes[bytes[at]!]!]!;
      if (next >= special) {
        this.#before = state;
        this.#state = next;
        return at;
      }
      state = next;
    }
    this.#state = state;
    return bytes.length;
  }

  #stopped(byte: number, at: number): void {
    if (this.#state !== this.#automaton.stop) {
      this.#tell(at);
      return;
    }
    this.#state = this.#before;
    switch (byte) {
      case ESCAPE:
        this.#mode = 'escape';
        this.#unread += 1;
        break;
      case BACKSLASH:
        this.#mode = 'backslash';
        this.#unread += 1;
        break;
      default:
        this.#break(at, at + 1, byte === LINE_FEED);
    }
  }

  /** A byte that does not stand for itself. */
  #step(byte: number, at: number): void {
    switch (this.#mode) {
      case 'escape':
        this.#unread += 1;
        this.#mode = byte === BRACKET ? 'control' : byte === CLOSING_BRACKET ? 'title' : 'text';
        if (isLineBreak(byte)) this.#lineBreakInside(byte, at);
        break;
      case 'control':
        this.#unread += 1;
        if (byte >= 0x40 && byte <= 0x7e) this.#mode = 'text';
        else if (isLineBreak(byte)) this.#lineBreakInside(byte, at);
        break;
      case 'title':
        this.#unread += 1;
        if (byte === BELL || byte === BACKSLASH) this.#mode = 'text';
        else if (isLineBreak(byte)) this.#lineBreakInside(byte, at);
        break;
      case 'code':
        this.#digit(byte, at);
        break;
      default:
        this.#escaped(byte, at);
    }
  }

  /** What stands behind a backslash. Where it is none of JSON's, both are text of which no text of ours has a part. */
  #escaped(byte: number, at: number): void {
    this.#mode = 'text';
    switch (byte) {
      case QUOTE:
      case SLASH:
        this.#put(byte, at);
        break;
      case 0x6e: // n
      case 0x72: // r
        this.#break(at - 1, at + 1, false);
        break;
      case 0x75: // u
        this.#mode = 'code';
        this.#code = '';
        this.#unread += 1;
        break;
      case LINE_FEED:
      case CARRIAGE_RETURN:
        this.#break(at, at + 1, byte === LINE_FEED);
        break;
      case ESCAPE:
        this.#mode = 'escape';
        this.#unread += 1;
        break;
      default:
        this.#state = 0;
        if (byte !== BACKSLASH) this.#put(byte, at);
    }
  }

  #digit(byte: number, at: number): void {
    const digit = String.fromCharCode(byte);
    if (!/[0-9a-fA-F]/.test(digit)) {
      this.#mode = 'text';
      this.#state = 0;
      if (isLineBreak(byte)) this.#break(at, at + 1, byte === LINE_FEED);
      else if (byte !== BACKSLASH && byte !== ESCAPE) this.#put(byte, at);
      return;
    }
    this.#code += digit;
    if (this.#code.length < 4) {
      this.#unread += 1;
      return;
    }
    this.#mode = 'text';
    const code = Number.parseInt(this.#code, 16);
    if (code === ESCAPE) {
      this.#mode = 'escape';
      this.#unread += 1;
    } else if (isLineBreak(code)) this.#break(at - 5, at + 1, false);
    else if (code < 0x80 && code !== BACKSLASH) this.#put(code, at);
    else this.#state = 0;
  }

  /** One character of text that is not written as itself. */
  #put(byte: number, at: number): void {
    const { table, classes, special } = this.#automaton;
    this.#state = table[(this.#state << CLASS_BITS) | classes[byte]!]!;
    if (this.#state >= special) this.#tell(at);
  }

  #tell(at: number): void {
    for (const text of this.#automaton.found(this.#state)) {
      this.#listener.found(text, at + 1, at + 1 - this.#unread);
    }
  }

  #lineBreakInside(byte: number, at: number): void {
    this.#mode = 'text';
    this.#break(at, at + 1, byte === LINE_FEED);
  }

  #break(at: number, next: number, whole: boolean): void {
    this.#state = 0;
    this.#listener.lineEnd(at, next, whole);
  }
}

function isLineBreak(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
