import { type Encoder, type Segment, SourceText } from '../../syntax';
import type { CommandWords } from './command-words';

const bare: Encoder = (replacement, at, text) => {
  if (/[\0\n]/.test(replacement)) return undefined;
  if (replacement === '' && at.start === 0 && at.end === text.length) return "''";
  return replacement.replace(/[\s\\'"]/g, '\\$&');
};
const single: Encoder = (replacement) => (replacement.includes("'") ? undefined : replacement);
const double: Encoder = (replacement) => replacement.replace(/[\\"]/g, '\\$&');

/**
 * Splits a text into words as a shell would quote them, without anything else of a shell: how Compose reads `command`
 * and `entrypoint` when they are one text.
 */
export function splitWords(source: SourceText): CommandWords {
  const words: SourceText[] = [];
  const raw: SourceText[] = [];
  const splitter = new Splitter(source);
  for (let word = splitter.next(); word; word = splitter.next()) {
    words.push(word.decoded);
    raw.push(word.raw);
  }
  return { words, raw, origins: words.map((_, index) => index) };
}

class Splitter {
  private at = 0;
  private readonly source: SourceText;
  private readonly text: string;

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
  }

  next(): { decoded: SourceText; raw: SourceText } | undefined {
    const { text } = this;
    while (this.at < text.length && /\s/.test(text[this.at]!)) this.at += 1;
    if (this.at >= text.length) return undefined;
    const start = this.at;
    const pieces = new Pieces(text);
    let quote: '"' | "'" | undefined;
    for (; this.at < text.length; this.at++) {
      const character = text[this.at]!;
      if (quote === undefined && /\s/.test(character)) break;
      if (character === quote) quote = undefined;
      else if (quote === undefined && (character === '"' || character === "'")) quote = character;
      else if (character === '\\' && this.escapes(quote)) {
        pieces.add(this.at + 1, this.at, this.at + 2, quote === '"' ? double : bare);
        this.at += 1;
      } else pieces.add(this.at, this.at, this.at + 1, quote === "'" ? single : quote === '"' ? double : bare);
    }
    const site = { start, end: this.at };
    const decoded = SourceText.derived(this.source, pieces.text, pieces.segments, site, { encoder: bare });
    return { decoded, raw: this.source.slice(start, this.at) };
  }

  /** True when the backslash here takes the next character's meaning. */
  private escapes(quote: '"' | "'" | undefined): boolean {
    const next = this.text[this.at + 1];
    if (next === undefined || quote === "'") return false;
    return quote === undefined || next === '"' || next === '\\';
  }
}

/** Decoded characters and where they come from; neighbours in one kind of quotes become one run. */
class Pieces {
  text = '';
  readonly segments: Segment[] = [];
  private readonly given: string;

  constructor(given: string) {
    this.given = given;
  }

  add(at: number, sourceStart: number, sourceEnd: number, encoder: Encoder): void {
    const start = this.text.length;
    this.text += this.given[at] ?? '';
    const kind = sourceEnd - sourceStart === 1 ? 'verbatim' : 'escape';
    const last = this.segments.at(-1);
    if (kind === 'verbatim' && last?.kind === kind && last.sourceEnd === sourceStart && last.encoder === encoder) {
      this.segments[this.segments.length - 1] = { ...last, end: start + 1, sourceEnd };
    } else this.segments.push({ start, end: start + 1, sourceStart, sourceEnd, kind, encoder });
  }
}
