import { type GrowingText, KnownTexts } from '../known-texts';
import { nameEncoder } from '../segments';
import { SourceText } from '../source-text';
import { type ComposeValue, readComposeValue } from './compose-value';
import type { DotenvEntry, DotenvProblem, DotenvResult } from './parse';

// What Go's unicode.IsSpace knows, and the same without the line break.
const space = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const blank = /[\t\v\f\r \u0085\u00a0]/;

/**
 * The files that Compose reads, `.env` and `env_file` (compose-spec/compose-go, dotenv/parser.go): quotes, escapes in
 * double quotes, `$NAME` and `${NAME}`, ` #` comments, `NAME: value`, and names alone.
 */
export function parseComposeEnv(source: SourceText): DotenvResult {
  const parser = new ComposeEnvParser(source);
  parser.parse();
  return { entries: parser.entries, problems: parser.problems, open: [], exhausted: parser.known.exhausted };
}

class ComposeEnvParser {
  readonly entries: DotenvEntry[] = [];
  readonly problems: DotenvProblem[] = [];
  readonly known = new KnownTexts();
  private readonly source: SourceText;
  private readonly text: string;
  private at = 0;

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
  }

  parse(): void {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    while (this.at < this.text.length) {
      if (space.test(this.text[this.at]!)) this.at++;
      else if (this.text[this.at] === '#') this.at = this.lineEnd();
      else this.statement();
    }
  }

  private statement(): void {
    const start = this.at;
    const exported = /^export\s/.test(this.text.slice(start, start + 7));
    if (exported) this.skipBlanks(start + 6);
    const nameStart = this.at;
    let end = nameStart;
    for (; end < this.text.length; end++) {
      const character = this.text[end]!;
      if (character === '=' || character === ':' || character === '\n') break;
      if (blank.test(character) || /[_.\-[\]\p{L}\p{N}\p{Surrogate}]/u.test(character)) continue;
      this.refuse(end, `\`${character}\` in the name of a variable`);
      return;
    }
    const nameEnd = nameStart + this.text.slice(nameStart, end).trimEnd().length;
    const name = this.text.slice(nameStart, nameEnd);
    if (name.includes(' ') || name === '') {
      const message = name === '' ? 'no name before the value' : `a blank in the name \`${name}\``;
      this.refuse(nameStart, message);
      return;
    }
    const nameText = this.source.slice(nameStart, nameEnd, nameEncoder);
    if (this.text[end] !== '=' && this.text[end] !== ':') {
      this.at = end;
      const place = this.source.place({ start, end: nameEnd });
      this.entries.push({ nameText, value: undefined, exported, place });
      return;
    }
    this.skipBlanks(end + 1);
    const read = readComposeValue(this.source, this.at);
    this.at = read.next;
    const place = this.source.place({ start, end: Math.max(end + 1, read.site.end) });
    if (read.problem)
      this.problems.push({ place: this.source.place(read.problem.span), message: read.problem.message, fatal: true });
    const growing = this.known.begin();
    const value = this.resolve(read, growing);
    this.known.set(name, value, growing);
    this.entries.push({ nameText, value, exported, place });
  }

  /** Puts in the values of variables that stand above. Those of the surrounding process are not known. */
  private resolve({ text, expansions, site }: ComposeValue, growing: GrowingText): SourceText {
    const parts: SourceText[] = [];
    let from = 0;
    for (const { start, end, name, operator } of expansions) {
      const value = this.known.get(name);
      const certain =
        value && (operator === '' || (operator !== '+' && operator !== ':+' && value.known && value.text !== ''));
      const taken = value === undefined || certain ? growing.take(name) : undefined;
      if (!taken) continue;
      if (start > from) parts.push(text.slice(from, start));
      parts.push(taken);
      from = end;
    }
    if (parts.length === 0) return text;
    if (from < text.length) parts.push(text.slice(from));
    return SourceText.joined(parts, this.source.place(site));
  }

  /** A mistake for which Compose refuses the whole file. The next line is read as if it did not. */
  private refuse(at: number, message: string): void {
    this.problems.push({
      place: this.source.place({ start: at, end: Math.min(at + 1, this.text.length) }),
      message,
      fatal: true,
    });
    this.at = at;
    this.at = this.lineEnd();
  }

  private skipBlanks(from: number): void {
    this.at = from;
    while (this.at < this.text.length && blank.test(this.text[this.at]!)) this.at++;
  }

  private lineEnd(): number {
    const lineBreak = this.text.indexOf('\n', this.at);
    return lineBreak < 0 ? this.text.length : lineBreak;
  }
}
