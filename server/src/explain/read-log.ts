import type { Library } from '../knowledge';
import { ByteWindow } from './byte-window';
import { type Catalogue, catalogue } from './catalogue';
import { type LineMatch, LineMatcher } from './line-matcher';
import { LineScanner, type ScanListener } from './line-scanner';
import { lineText } from './line-text';
import { LogBytes, type Unreadable } from './log-bytes';
import { type Recognition, Tally } from './tally';

/** What a log says. */
export interface LogReading {
  readonly lines: number;
  /** In the order in which they first occur. */
  readonly recognitions: readonly Recognition[];
  /** The releases that it names. */
  readonly versions: Readonly<Partial<Record<Library, string>>>;
  /** Why it could not be read. */
  readonly unreadable: Unreadable | undefined;
}

/** Bytes of a line that are shown before and behind a text, and at most of all of it. */
const BEFORE = 160;
const BEHIND = 1000;
const LONGEST = 12 * 1024;

/**
 * What stands before a text in a line of code, as tracebacks quote them: `raise ValueError(f"`, or a line that begins with
 * a string. What is then raised follows, with its values in place.
 */
const CODE = /(?:\braise\s+[\w.]+\(\s*|\bassert\s.*|\blogger\.\w+\(\s*|\s{4,}|\s{4,}.*\(\s*)(?:[fr]|fr|rf)?["'][^"']*$/;
const CODE_BEFORE = 200;

/**
 * How vLLM begins a line that repeats what a user asked: nothing in it is said by vLLM.
 * (vllm/entrypoints/logger.py@v0.10.0, vllm/entrypoints/serve/utils/request_logger.py@v0.25.1)
 */
const PROMPT = /\bRe(?:ceived request \S+:|quest \S+ details:) prompt: /;
const PROMPT_BEFORE = 400;

/** A stretch of the log that is to be cut out as soon as it is there. */
interface Cut {
  readonly match: LineMatch;
  readonly from: number;
  readonly to: number;
  text: string | undefined;
}

/** Reads a log piece by piece. What it holds in memory does not grow with the log, however long its lines are. */
export class LogReader implements ScanListener {
  readonly #bytes = new LogBytes();
  readonly #window = new ByteWindow(LONGEST + BEHIND);
  readonly #tally = new Tally();
  readonly #matcher: LineMatcher;
  readonly #scanner: LineScanner;
  /** Lines that have ended, and where the one at hand began. */
  #lines = 0;
  #lineStart = 0;
  /** What is a line for us may be a part of one in the file: where the file's own began. */
  #wholeStart = 0;
  #cuts: Cut[] = [];

  constructor(searched: Catalogue = catalogue()) {
    this.#matcher = new LineMatcher(searched);
    this.#scanner = new LineScanner(searched.automaton, this);
  }

  /** Set when it turns out that there is nothing to read. */
  get unreadable(): Unreadable | undefined {
    return this.#bytes.unreadable;
  }

  /** The memory may be used again when this returns. */
  read(piece: Uint8Array): void {
    this.#scan(this.#bytes.decode(piece));
  }

  end(): LogReading {
    this.#scan(this.#bytes.end());
    const open = this.#window.end > this.#wholeStart;
    this.#scanner.end();
    if (!open) this.#lines -= 1;
    const versions: Partial<Record<Library, string>> = {};
    for (const library of ['vllm', 'nixl', 'ucx'] as const) {
      const version = this.#tally.version(library);
      if (version !== undefined) versions[library] = version;
    }
    const { unreadable } = this;
    return { lines: this.#lines, recognitions: unreadable ? [] : this.#tally.recognitions(), versions, unreadable };
  }

  found(piece: number, at: number, read: number): void {
    for (const match of this.#matcher.found(piece, at, read)) {
      if (this.#isCode(match) || this.#isPrompt(match)) this.#matcher.forget(match);
      else if (this.#tally.wants(match.alternative.subject)) {
        const from = Math.max(this.#lineStart, match.from - BEFORE, match.to - LONGEST);
        this.#cuts.push({ match, from, to: match.to + BEHIND, text: undefined });
      }
    }
  }

  lineEnd(at: number, next: number, whole: boolean): void {
    const matches = this.#matcher.lineEnd();
    if (matches.length > 0) this.#count(matches, at);
    this.#lineStart = next;
    if (!whole) return;
    this.#lines += 1;
    this.#wholeStart = next;
  }

  #scan(piece: Uint8Array): void {
    this.#window.move(piece);
    this.#scanner.feed(piece);
    for (const cut of this.#cuts) if (cut.to <= this.#window.end) cut.text ??= this.#text(cut.from, cut.to);
    this.#window.keep();
  }

  #count(matches: readonly LineMatch[], at: number): void {
    matches.forEach((match, index) => {
      const { subject } = match.alternative;
      // A line that says the same in two ways counts once.
      if (matches.findIndex((other) => other.alternative.subject === subject) < index) return;
      const cut = this.#cuts.find((one) => one.match === match);
      const text = cut && (cut.text ?? this.#text(cut.from, Math.min(cut.to, at)));
      this.#tally.add(subject, this.#lines + 1, text);
    });
    if (this.#cuts.length > 0) this.#cuts = [];
  }

  #isCode({ from, to }: LineMatch): boolean {
    const begin = Math.max(this.#lineStart, from - CODE_BEFORE, to - LONGEST);
    let at = from - 1;
    while (at >= begin && !isQuote(this.#window.at(at))) at -= 1;
    return at >= begin && CODE.test(String.fromCharCode(...this.#window.slice(begin, from)));
  }

  #isPrompt({ from, to }: LineMatch): boolean {
    const begin = Math.max(this.#wholeStart, to - LONGEST);
    return PROMPT.test(String.fromCharCode(...this.#window.slice(begin, Math.min(from, begin + PROMPT_BEFORE))));
  }

  #text(from: number, to: number): string {
    return lineText(this.#window.slice(from, to));
  }
}

function isQuote(byte: number | undefined): boolean {
  return byte === 34 || byte === 39;
}

/** Reads a whole log. */
export async function readLog(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<LogReading> {
  const reader = new LogReader();
  for await (const piece of pieces) {
    reader.read(piece);
    if (reader.unreadable) break;
  }
  return reader.end();
}
