import { nameEncoder, replaced, type Segment, SegmentBuilder, sourceRange, unknownLength } from '../segments';
import { type Encoder, SourceText } from '../source-text';
import type { Span } from '../span';

/** `NAME=value` of an `Environment=` line. */
export interface UnitAssignment {
  readonly nameText: SourceText;
  readonly value: SourceText;
}

/** The words of a value, without quotes and escapes (systemd, src/basic/extract-word.c). Specifiers are holes. */
export function unitWords(value: SourceText): SourceText[] {
  return readWords(value, false).map(({ text }) => text);
}

/** The assignments of `Environment="A=b c" D=e`. A word without `=` sets nothing. */
export function unitAssignments(value: SourceText): UnitAssignment[] {
  return unitWords(value).flatMap((word) => {
    const equals = word.text.indexOf('=');
    return equals > 0 ? [{ nameText: word.slice(0, equals, nameEncoder), value: word.slice(equals + 1) }] : [];
  });
}

/**
 * The commands of `ExecStart=`, apart by ` ; `, without the signs before the path. `$NAME` as a word of its own and
 * `${NAME}` anywhere are the values of variables.
 * @param known what the unit sets itself
 */
export function unitCommands(
  value: SourceText,
  known: (name: string) => SourceText | undefined = () => undefined,
): SourceText[][] {
  const commands: SourceText[][] = [[]];
  for (const { text, raw } of readWords(value, true)) {
    const command = commands.at(-1)!;
    if (raw === ';') commands.push([]);
    else if (command.length === 0) command.push(text.slice(/^[-@:+!|]*/.exec(text.text)![0].length));
    else command.push(...expand(text, known, value));
  }
  return commands.filter((command) => command.length > 0);
}

function expand(word: SourceText, known: (name: string) => SourceText | undefined, value: SourceText): SourceText[] {
  const alone = /^\$([A-Za-z_]\w*)$/.exec(word.text);
  const found = alone && isVariable(word, 0, word.length) ? known(alone[1]!) : undefined;
  // A variable alone is split at blanks; with quotes in it we do not say how.
  if (found) return found.known && !/["'\\]/.test(found.text) ? splitAtBlanks(found) : [word];
  const parts: SourceText[] = [];
  let from = 0;
  for (const { 0: whole, 1: name, index } of word.text.matchAll(/\$\{([A-Za-z_]\w*)\}/g)) {
    const text = isVariable(word, index, index + whole.length) ? known(name!) : undefined;
    if (!text) continue;
    if (index > from) parts.push(word.slice(from, index));
    parts.push(text);
    from = index + whole.length;
  }
  if (parts.length === 0) return [word];
  if (from < word.length) parts.push(word.slice(from));
  return [SourceText.joined(parts, value.place())];
}

function isVariable(word: SourceText, start: number, end: number): boolean {
  return word.holes({ start, end }).some(({ reason }) => reason.kind === 'variable');
}

function splitAtBlanks(text: SourceText): SourceText[] {
  return [...text.text.matchAll(/\S+/g)].map(({ 0: word, index }) => text.slice(index, index + word.length));
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
  s: ' ',
};

interface Word {
  readonly text: SourceText;
  readonly raw: string;
}

type Style = 'plain' | 'single' | 'double';
type Encoders = Readonly<Record<Style, Encoder | undefined>>;
const none: Encoders = { plain: undefined, single: undefined, double: undefined };

const isBlank = (character: string | undefined) => character !== undefined && /[ \t\n\r]/.test(character);

function readWords(value: SourceText, command: boolean): Word[] {
  const { text } = value;
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (isBlank(text[at])) {
      at++;
      continue;
    }
    const start = at;
    const styles = encoders(
      text,
      command,
      () => site,
      () => built.segments,
    );
    const built = new SegmentBuilder(text);
    at = decode(built, text, start, styles, command);
    const site = { start, end: at };
    const quoted = /^["']["']$/.test(text.slice(start, at));
    const inner = quoted ? { start: start + 1, end: start + 1 } : site;
    const encoder = text[start] === '"' ? styles.double : text[start] === "'" ? styles.single : styles.plain;
    const options = { inner, ...(encoder ? { encoder } : {}) };
    words.push({
      text: SourceText.derived(value, built.text, built.segments, site, options),
      raw: text.slice(start, at),
    });
  }
  return words;
}

/** One word; returns where it ends. An escape that systemd does not know stands for itself. */
function decode(built: SegmentBuilder, text: string, start: number, styles: Encoders, command: boolean): number {
  let quote = '';
  let at = start;
  let run = start;
  const encoder = () => styles[quote === '"' ? 'double' : quote === "'" ? 'single' : 'plain'];
  const flush = () => built.verbatim(run, at, encoder());
  while (at < text.length && (quote !== '' || !isBlank(text[at]))) {
    const character = text[at]!;
    if (quote === '' ? character === '"' || character === "'" : character === quote) {
      flush();
      quote = quote === '' ? character : '';
      run = ++at;
      continue;
    }
    const read =
      character === '\\' ? escapeAt(text, at) : command && character === '$' ? dollarAt(text, at) : percentAt(text, at);
    if (!read) {
      at += character === '\\' ? 2 : 1;
      continue;
    }
    flush();
    if (read.text === undefined) {
      const detail = text.slice(at, at + read.length);
      built.hole(at, at + read.length, { kind: 'variable', detail });
    } else {
      built.escape(read.text, at, at + read.length, encoder());
    }
    at += read.length;
    run = at;
  }
  at = Math.min(at, text.length);
  flush();
  return at;
}

interface Read {
  /** None for a hole. */
  readonly text?: string;
  readonly length: number;
}

function escapeAt(text: string, at: number): Read | undefined {
  const [, hex, short, long, octal] =
    /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/.exec(text.slice(at, at + 10)) ?? [];
  const digits = hex ?? short ?? long;
  if (digits !== undefined) {
    const code = Number.parseInt(digits, 16);
    return code > 0 && code <= 0x10ffff ? { text: String.fromCodePoint(code), length: digits.length + 2 } : undefined;
  }
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8);
    return code > 0 ? { text: String.fromCharCode(code), length: 4 } : undefined;
  }
  const known = escapes[text[at + 1] ?? ''];
  if (known !== undefined) return { text: known, length: 2 };
  // `\;` is a semicolon that separates no commands.
  return text[at + 1] === ';' ? { text: ';', length: 2 } : undefined;
}

function dollarAt(text: string, at: number): Read | undefined {
  if (text[at + 1] === '$') return { text: '$', length: 2 };
  const braced = /^\$\{[A-Za-z_]\w*\}/.exec(text.slice(at));
  if (braced) return { length: braced[0].length };
  // Without braces only a word of its own is a variable.
  const alone = isBlank(text[at - 1] ?? ' ') ? /^\$[A-Za-z_]\w*(?=[ \t\n\r]|$)/.exec(text.slice(at)) : null;
  return alone ? { length: alone[0].length } : undefined;
}

/** `%i`, `%h`, …: filled in by the manager. */
function percentAt(text: string, at: number): Read | undefined {
  if (text[at] !== '%') return undefined;
  if (text[at + 1] === '%') return { text: '%', length: 2 };
  return /[A-Za-z]/.test(text[at + 1] ?? '') ? { length: 2 } : undefined;
}

/** Writes into a word and reads it back. */
function encoders(text: string, command: boolean, site: () => Span, segments: () => readonly Segment[]): Encoders {
  const checked =
    (special: RegExp): Encoder =>
    (replacement, at, decoded) => {
      if (replacement.includes('\0')) return undefined;
      const written = replacement.replace(special, (character) => escapeOf(character, command));
      const { start, end } = site();
      const range = segments().length > 0 ? sourceRange(segments(), at, site()) : { start: start + 1, end: start + 1 };
      const raw = text.slice(start, range.start) + written + text.slice(range.end, end);
      const built = new SegmentBuilder(raw);
      const stop = decode(built, raw, 0, none, command);
      const same = unknownLength(built.segments) === unknownLength(segments()) && raw !== ';';
      const whole = replaced(decoded, at, replacement);
      return same && stop === raw.length && built.text === whole ? written : undefined;
    };
  return {
    plain: checked(/[\s"'\\%$]/g),
    single: checked(/[\n\r'\\%$]/g),
    double: checked(/[\n\r"\\%$]/g),
  };
}

function escapeOf(character: string, command: boolean): string {
  switch (character) {
    case ' ':
      return '\\s';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    case '%':
      return '%%';
    case '$':
      return command ? '$$' : '$';
    default:
      return /\s/.test(character) ? character : `\\${character}`;
  }
}
