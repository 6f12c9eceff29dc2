import { type Segment, SegmentBuilder } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';

/** A string from its first quote to its last. */
export interface TomlString {
  readonly site: Span;
  readonly text: SourceText;
  readonly mistakes: readonly TomlStringMistake[];
  /** More than one line, in three quotes. */
  readonly long: boolean;
}

export interface TomlStringMistake extends Span {
  readonly kind: 'missing-quote' | 'bad-escape' | 'control-character' | 'newer';
  readonly message: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

const WRITTEN: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** Text as it stands between double quotes; `undefined` for half a surrogate pair, which TOML cannot write. */
export function escapeToml(text: string): string | undefined {
  if (/\p{Surrogate}/u.test(text)) return undefined;
  return text.replace(/["\\]|\p{Cc}/gu, (character) => {
    return WRITTEN[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const basic: Encoder = (replacement) => escapeToml(replacement);
const literal: Encoder = (replacement) => {
  if (/'|\p{Surrogate}/u.test(replacement)) return undefined;
  return controlAt(replacement, 0, replacement.length) >= 0 || /[\n\r]/.test(replacement) ? undefined : replacement;
};

/** Reads the string that starts at a quote. Whatever is wrong with it, it ends: at the end of the line at the latest. */
export function readTomlString(source: SourceText, start: number): TomlString {
  const { text } = source;
  const quote = text[start]!;
  const long = text.startsWith(quote.repeat(3), start);
  const encoder = quote === '"' ? basic : literal;
  const built = new SegmentBuilder(text, encoder);
  const reader = new StringReader(text, built, quote, long);
  const end = reader.read(start + (long ? 3 : 1));
  const site = { start, end: end.site };
  const inner = { start: Math.min(end.first, end.inner), end: end.inner };
  const segments: readonly Segment[] = built.segments;
  return {
    site,
    text: SourceText.derived(source, built.text, segments, site, { inner, encoder }),
    mistakes: reader.mistakes,
    long,
  };
}

interface End {
  /** Where the content begins, behind a line break that does not count. */
  readonly first: number;
  readonly inner: number;
  readonly site: number;
}

class StringReader {
  readonly mistakes: TomlStringMistake[] = [];
  private readonly text: string;
  private readonly built: SegmentBuilder;
  private readonly quote: string;
  private readonly long: boolean;

  constructor(text: string, built: SegmentBuilder, quote: string, long: boolean) {
    this.text = text;
    this.built = built;
    this.quote = quote;
    this.long = long;
  }

  read(from: number): End {
    const { text, built, quote, long } = this;
    const first = long ? from + lineBreakAt(text, from) : from;
    let run = first;
    let at = first;
    while (at < text.length) {
      const character = text[at]!;
      if (character === quote) {
        const end = this.closing(at);
        if (end) {
          built.verbatim(run, end.inner);
          return { first, ...end };
        }
        at++;
      } else if (character === '\\' && quote === '"') {
        built.verbatim(run, at);
        at = this.escape(at);
        run = at;
      } else if (lineBreakAt(text, at) > 0) {
        if (!long) break;
        at += lineBreakAt(text, at);
      } else {
        this.checkCharacter(at);
        at++;
      }
    }
    built.verbatim(run, at);
    const message = `no ${quote.repeat(long ? 3 : 1)} at the end`;
    this.mistakes.push({ kind: 'missing-quote', message, start: from - (long ? 3 : 1), end: at });
    return { first, inner: at, site: at };
  }

  /** Of up to five quotes in a row the last three end a long string. */
  private closing(at: number): { inner: number; site: number } | undefined {
    if (!this.long) return { inner: at, site: at + 1 };
    let count = 0;
    while (count < 5 && this.text[at + count] === this.quote) count++;
    return count < 3 ? undefined : { inner: at + count - 3, site: at + count };
  }

  private escape(at: number): number {
    const { text, built } = this;
    const next = text[at + 1];
    const plain = next === undefined ? undefined : ESCAPES[next];
    if (plain !== undefined) {
      built.escape(plain, at, at + 2);
      return at + 2;
    }
    const digits = next === 'u' ? 4 : next === 'U' ? 8 : 0;
    const hex = text.slice(at + 2, at + 2 + digits);
    if (digits > 0 && hex.length === digits && /^[\da-fA-F]+$/.test(hex)) return this.unicode(at, hex);
    if (this.long) {
      const folded = /\\[ \t]*\r?\n(?:[ \t]|\r?\n)*/y;
      folded.lastIndex = at;
      if (folded.test(text)) return folded.lastIndex;
    }
    const newer = next === 'e' || (next === 'x' && /^[\da-fA-F]{2}$/.test(text.slice(at + 2, at + 4)));
    const end = Math.min(text.length, at + 1 + (next === undefined || /[\r\n]/.test(next) ? 0 : 1));
    const name = `\`${text.slice(at, end)}\``;
    this.mistakes.push(
      newer
        ? { kind: 'newer', message: `the escape ${name}, which TOML has from 1.1 on`, start: at, end }
        : { kind: 'bad-escape', message: `no escape ${name}`, start: at, end },
    );
    built.verbatim(at, end);
    return end;
  }

  private unicode(at: number, hex: string): number {
    const end = at + 2 + hex.length;
    const code = Number.parseInt(hex, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      this.mistakes.push({
        kind: 'bad-escape',
        message: `no character \`${this.text.slice(at, end)}\``,
        start: at,
        end,
      });
      this.built.verbatim(at, end);
    } else this.built.escape(String.fromCodePoint(code), at, end);
    return end;
  }

  private checkCharacter(at: number): void {
    if (controlAt(this.text, at, at + 1) < 0) return;
    const message = 'a control character in a text';
    this.mistakes.push({ kind: 'control-character', message, start: at, end: at + 1 });
  }
}

/** The first character that may stand in no text and no comment; -1 when there is none. A line feed is not asked about. */
export function controlAt(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7f || (code < 0x20 && code !== 0x09 && code !== 0x0a)) return at;
  }
  return -1;
}

/** How long the line break at an offset is; 0 when there is none. */
export function lineBreakAt(text: string, at: number): number {
  if (text[at] === '\n') return 1;
  return text[at] === '\r' && text[at + 1] === '\n' ? 2 : 0;
}
