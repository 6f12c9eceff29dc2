import type { JsonProblemKind } from './json-problem';
import { decodeJsonString, escapeJson, jsonEscapeLength } from './json-string';
import { nestingLimit } from './nesting-depth';
import { firstEndingAfter, refused, replaced } from './segments';
import type { Encoder, Hole, Reason, SourceText } from './source-text';
import type { Span } from './span';
import type { Member, TreeNode } from './tree';

interface Replacement extends Span {
  readonly newText: string;
}

interface Mistake {
  readonly kind: JsonProblemKind;
  readonly span: Span;
  readonly message: string;
  /** What the fix is called, the same for all mistakes of a kind. */
  readonly title: string | undefined;
  readonly edits: readonly Replacement[];
}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
const pythonLiterals: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };
const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};
/** Opening quotes that word processors and chat programs make, and what closes them. */
const curlyQuotes: Readonly<Record<string, RegExp>> = {
  '\u201c': /[\u201c\u201d\u201f"]/,
  '\u201d': /[\u201c\u201d\u201f"]/,
  '\u201e': /[\u201c\u201d\u201f"]/,
  '\u2018': /[\u2018\u2019]/,
  '\u2019': /[\u2018\u2019]/,
};

/** A number stays a number, and a literal one of its kind; other words get their quotes. */
const literalEncoder: Encoder = (replacement, at, text) => {
  const whole = replaced(text, at, replacement);
  const type = literalType(text);
  return type !== undefined && literalType(whole) === type ? replacement : quotedWhole(replacement, at, text);
};

const quotedWhole: Encoder = (replacement, at, text) =>
  literalType(text) === undefined && at.start === 0 && at.end === text.length
    ? `"${escapeJson(replacement)}"`
    : undefined;

function literalType(word: string): 'boolean' | 'null' | 'number' | undefined {
  if (word === 'true' || word === 'false') return 'boolean';
  if (word === 'null') return 'null';
  return Object.hasOwn(numbers, word) || jsonNumber.test(word) ? 'number' : undefined;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

interface Quoted {
  readonly span: Span;
  readonly text: SourceText;
}

/** Reads one JSON text. What it meets that is not JSON goes to `mistakes`, in order. */
export class JsonParser {
  readonly mistakes: Mistake[] = [];
  /** Something unknown stands where structure should be: then mistakes prove nothing. */
  blind = false;
  private readonly source: SourceText;
  private readonly text: string;
  private readonly holes: readonly Hole[];
  private at = 0;
  private hole = 0;
  private depth = 0;

  constructor(source: SourceText, holes: readonly Hole[]) {
    this.source = source;
    this.text = source.text;
    this.holes = holes;
  }

  document(): TreeNode | undefined {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    const outer = this.skipOuterQuotes();
    this.skipBlank();
    const start = this.at;
    const root = this.value();
    this.skipBlank();
    if (outer) this.at = Math.max(this.at, outer.end);
    this.skipBlank();
    if (!root) {
      // A stray bracket or comma; nothing else begins no value.
      this.mistake('not-json', { start, end: this.text.length }, 'no JSON');
      return undefined;
    }
    if (this.at < this.text.length) this.trailing(root);
    return root;
  }

  private trailing(root: TreeNode): void {
    const end = this.text.trimEnd().length;
    const bare = root.type === 'string' && this.mistakes[0]?.kind === 'not-json';
    if (bare) return;
    if (this.holeHere() || root.type === 'unknown') {
      this.blind = true;
      return;
    }
    const span = { start: this.at, end };
    this.mistake('trailing-text', span, 'text after the end of the JSON', 'Remove the text after the end', [
      { start: root.place.span.end, end, newText: '' },
    ]);
  }

  /** `'{…}'` with quotes that no layer has taken off. */
  private skipOuterQuotes(): Span | undefined {
    const match = /^\s*(['"`])\s*([{[])[\s\S]*[}\]]\s*\1\s*$/.exec(this.text);
    const [, quote = ''] = match ?? [];
    if (!match || this.holes.length > 0) return undefined;
    const start = this.text.indexOf(quote);
    const end = this.text.lastIndexOf(quote);
    // A JSON string with escaped JSON in it is JSON.
    if (quote === '"' && !/^\s*"\s*(?:\{\s*["}]|\[\s*["{[\]])/.test(this.text)) return undefined;
    this.mistake(
      'outer-quotes',
      { start, end: start + 1 },
      `a ${quote} around the JSON that is part of the value`,
      'Remove the quotes around the JSON',
      [
        { start, end: start + 1, newText: '' },
        { start: end, end: end + 1, newText: '' },
      ],
    );
    this.at = start + 1;
    return { start: end, end: end + 1 };
  }

  /** A value, or `undefined` without progress where none begins. */
  private value(): TreeNode | undefined {
    const character = this.text[this.at];
    if (character === undefined) return undefined;
    if (!this.holeHere()) {
      if (character === '{') return this.nested(() => this.object());
      if (character === '[') return this.nested(() => this.array());
      const quoted = this.quoted();
      if (quoted) {
        const { span, text } = quoted;
        return { type: 'string', value: text.text, text, place: this.source.place(span), notation: 'json' };
      }
      if (/[\]},:]/.test(character)) return undefined;
    }
    return this.bare();
  }

  private nested(read: () => TreeNode): TreeNode {
    if (this.depth >= nestingLimit) {
      const span = { start: this.at, end: this.text.length };
      this.mistake('too-deep', span, `nesting deeper than ${nestingLimit} levels`);
      this.at = this.text.length;
      return this.broken(span);
    }
    this.depth++;
    const node = read();
    this.depth--;
    return node;
  }

  private object(): TreeNode {
    const start = this.at++;
    const members: Member[] = [];
    let open: Reason | undefined;
    const end = this.list('{', start, () => {
      const key = this.key();
      if (!key) return false;
      if ('reason' in key) {
        open ??= key.reason;
        this.skipBlank();
        if (this.text[this.at] !== ':' || this.holeHere()) return true;
      } else {
        open ??= this.source.holes(key.span)[0]?.reason;
      }
      const keySpan = key.span;
      this.skipBlank();
      const value = this.memberValue(keySpan);
      if (!('reason' in key)) {
        members.push({ key: key.text.text, keyText: key.text, keyPlace: this.source.place(keySpan), value });
      }
      return true;
    });
    return { type: 'object', members, open, place: this.source.place({ start, end }), notation: 'json' };
  }

  /** After a key: the colon and the value. */
  private memberValue(key: Span): TreeNode {
    if (this.text[this.at] === ':' && !this.holeHere()) {
      const colon = this.at++;
      this.skipBlank();
      const value = this.value();
      if (value) return value;
      this.mistake('missing-value', { start: key.start, end: colon + 1 }, 'a key without a value');
      return this.broken({ start: colon + 1, end: colon + 1 });
    }
    if (this.text[this.at] === '=' && !this.holeHere()) {
      this.mistake('missing-colon', { start: this.at, end: this.at + 1 }, '`=` instead of `:`', 'Write `:`', [
        { start: this.at, end: this.at + 1, newText: ':' },
      ]);
      this.at++;
      this.skipBlank();
      return this.value() ?? this.broken({ start: this.at, end: this.at });
    }
    if (this.holeHere()) this.blind = true;
    const at = key.end;
    const ends = this.at >= this.text.length || /[,}\]]/.test(this.text[this.at]!);
    if (ends) {
      this.mistake('missing-value', key, 'a key without a value');
      return this.broken({ start: at, end: at });
    }
    this.mistake('missing-colon', key, 'a key without `:` after it', 'Insert `:`', [
      { start: at, end: at, newText: ':' },
    ]);
    return this.value() ?? this.broken({ start: this.at, end: this.at });
  }

  private array(): TreeNode {
    const start = this.at++;
    const items: TreeNode[] = [];
    let open: Reason | undefined;
    const end = this.list('[', start, () => {
      const item = this.value();
      if (!item) return false;
      items.push(item);
      // It may stand for several items.
      if (item.type === 'unknown') open ??= item.reason;
      return true;
    });
    return { type: 'array', items, open, place: this.source.place({ start, end }), notation: 'json' };
  }

  /**
   * What stands between brackets: elements with commas in between, and everything that goes wrong with these.
   * @param element reads one element; false where none begins
   * @returns the offset after the closing bracket
   */
  private list(bracket: '{' | '[', start: number, element: () => boolean): number {
    const close = closing[bracket]!;
    let comma: number | undefined;
    let first = true;
    let lastEnd = this.at;
    for (;;) {
      this.skipBlank();
      const character = this.text[this.at];
      if (character === undefined) {
        this.missingBracket(bracket, start, lastEnd, comma);
        return this.text.length;
      }
      const known = !this.holeHere();
      if (known && (character === '}' || character === ']')) {
        if (comma !== undefined) this.trailingComma(comma, character);
        if (character !== close) {
          const span = { start: this.at, end: this.at + 1 };
          this.mistake('wrong-bracket', span, `\`${character}\` where \`${close}\` should be`, `Write \`${close}\``, [
            { ...span, newText: close },
          ]);
        }
        return ++this.at;
      }
      if (known && character === ',') {
        if (first || comma !== undefined) {
          const span = { start: this.at, end: this.at + 1 };
          this.mistake('extra-comma', span, 'a comma too many', 'Remove the comma', [{ ...span, newText: '' }]);
        }
        comma = this.at++;
        lastEnd = this.at;
        continue;
      }
      if (!first && comma === undefined) {
        if (!known || this.holeBefore(lastEnd)) this.blind = true;
        else {
          this.mistake(
            'missing-comma',
            { start: lastEnd, end: this.at + 1 },
            'no comma between two elements',
            'Insert a comma',
            [{ start: lastEnd, end: lastEnd, newText: ',' }],
          );
        }
      }
      if (!element()) {
        const span = { start: this.at, end: this.at + 1 };
        this.mistake('unexpected-character', span, `an unexpected \`${character}\``);
        this.at++;
      }
      first = false;
      comma = undefined;
      lastEnd = this.at;
    }
  }

  private trailingComma(comma: number, bracket: string): void {
    this.mistake(
      'trailing-comma',
      { start: comma, end: comma + 1 },
      `a comma before \`${bracket}\``,
      'Remove the comma',
      [{ start: comma, end: comma + 1, newText: '' }],
    );
  }

  private missingBracket(bracket: '{' | '[', start: number, lastEnd: number, comma: number | undefined): void {
    if (this.holeBefore(lastEnd)) this.blind = true;
    const close = closing[bracket]!;
    const end = this.text.trimEnd().length;
    // The innermost bracket comes first, so that the closing ones are written in order; a last comma goes.
    const span = { start, end: start + 1 };
    this.mistake('missing-bracket', span, `\`${bracket}\` without \`${close}\``, 'Close the brackets', [
      { start: comma ?? end, end, newText: close },
    ]);
  }

  private key(): Quoted | { readonly span: Span; readonly reason: Reason } | undefined {
    if (!this.holeHere()) {
      const quoted = this.quoted();
      if (quoted) return quoted;
    }
    const span = this.bareRun(/[\s,:{}[\]"=]/);
    if (span.start === span.end) return undefined;
    const reason = this.holeIn(span);
    if (reason) {
      // It may be any number of members, with or without what comes after them.
      this.blind = true;
      return { span, reason };
    }
    const text = this.source.slice(span.start, span.end, quotedWhole);
    this.mistake('unquoted-key', span, 'a key without double quotes', 'Write the keys in double quotes', [
      { ...span, newText: `"${escapeJson(text.text)}"` },
    ]);
    return { span, text };
  }

  /** A string in double quotes, or in what people take for them. */
  private quoted(): Quoted | undefined {
    const start = this.at;
    const character = this.text[start]!;
    if (character === '"') return this.string();
    if (character === '\\' && this.text[start + 1] === '"') return this.escapedQuotes();
    const curly = curlyQuotes[character];
    if (!curly && character !== "'") return undefined;
    const end = this.closingQuote(start + 1, curly ?? /'/);
    this.at = end + (end < this.text.length ? 1 : 0);
    const span = { start, end: this.at };
    if (end >= this.text.length) {
      this.mistake('missing-quote', { start, end: start + 1 }, `a \`${character}\` that is never closed`);
    } else {
      const content = this.text.slice(start + 1, end);
      const known = !this.holeIn(span);
      const newText = `"${content.replace(/\\'/g, "'").replace(/(^|[^\\])"/g, '$1\\"')}"`;
      const edits = known
        ? [{ ...span, newText }]
        : [
            { start, end: start + 1, newText: '"' },
            { start: end, end: end + 1, newText: '"' },
          ];
      if (curly) this.mistake('curly-quotes', span, 'typographic quotes', 'Write double quotes', edits);
      else this.mistake('single-quotes', span, 'single quotes', 'Write double quotes', edits);
    }
    const text = this.source.slice(Math.min(start + 1, end), end, refused);
    return { span, text };
  }

  private string(): Quoted {
    const start = this.at;
    const end = this.closingQuote(start + 1, /"/);
    const closed = end < this.text.length;
    this.at = end + (closed ? 1 : 0);
    const span = { start, end: this.at };
    const from = firstEndingAfter(this.holes, start);
    const holes = this.holes.slice(from, firstEndingAfter(this.holes, end));
    if (closed) this.checkString(start + 1, end, holes);
    else this.mistake('missing-quote', { start, end: start + 1 }, 'a string that is never closed');
    return { span, text: decodeJsonString(this.source, span, holes) };
  }

  /** What `json.loads` refuses within a string: unknown escapes and control characters. */
  private checkString(start: number, end: number, holes: readonly Hole[]): void {
    const pattern = /\\|\p{Cc}/gu;
    pattern.lastIndex = start;
    for (let match = pattern.exec(this.text); match && match.index < end; match = pattern.exec(this.text)) {
      const at = match.index;
      const hole = holes[firstEndingAfter(holes, at)];
      if (hole && hole.start <= at) {
        pattern.lastIndex = hole.end;
        continue;
      }
      if (match[0] !== '\\') {
        if (match[0] >= ' ') continue;
        const name =
          match[0] === '\n' || match[0] === '\r' ? 'a line break' : match[0] === '\t' ? 'a tab' : 'a control character';
        this.mistake(
          'control-character',
          { start: at, end: at + 1 },
          `${name} inside a string`,
          'Write it as an escape',
          [{ start: at, end: at + 1, newText: escapeJson(match[0]) }],
        );
        continue;
      }
      const length = jsonEscapeLength(this.text, at);
      if (length === 0) {
        const span = { start: at, end: Math.min(at + 2, end) };
        this.mistake(
          'bad-escape',
          span,
          `\`${this.text.slice(span.start, span.end)}\`, which is no escape in JSON`,
          'Write the backslash twice',
          [{ start: at, end: at + 1, newText: '\\\\' }],
        );
      }
      pattern.lastIndex = at + Math.max(2, length);
    }
  }

  /** `\"text\"`: a layer that should have taken the backslashes off did not. */
  private escapedQuotes(): Quoted {
    const start = this.at;
    let end = start + 2;
    while (end < this.text.length && !this.text.startsWith('\\"', end)) end++;
    const closed = end < this.text.length;
    this.at = Math.min(this.text.length, end + 2);
    this.mistake(
      'escaped-quotes',
      { start, end: start + 2 },
      'a backslash before a quote that is part of the value',
      'Remove the backslashes',
      [{ start, end: start + 1, newText: '' }, ...(closed ? [{ start: end, end: end + 1, newText: '' }] : [])],
    );
    return { span: { start, end: this.at }, text: this.source.slice(Math.min(start + 2, end), end, refused) };
  }

  /** The offset of the closing quote, or the end of the text. Escapes and unknown stretches are passed over. */
  private closingQuote(from: number, quote: RegExp): number {
    let index = firstEndingAfter(this.holes, from);
    for (let at = from; at < this.text.length; at++) {
      while (index < this.holes.length && this.holes[index]!.end <= at) index++;
      const hole = this.holes[index];
      if (hole && hole.start <= at) at = hole.end - 1;
      else if (this.text[at] === '\\') at++;
      else if (quote.test(this.text[at]!)) return at;
    }
    return this.text.length;
  }

  /** A number, a literal, or a word that should have quotes. */
  private bare(): TreeNode | undefined {
    const span = this.bareRun(this.depth === 0 ? /[\n]/ : /[\s,{}[\]"]/);
    if (span.start === span.end) return undefined;
    const place = this.source.place(span);
    const reason = this.holeIn(span);
    if (reason) return { type: 'unknown', reason, place, notation: 'json' };
    const text = this.source.slice(span.start, span.end, literalEncoder);
    const word = text.text;
    const base = { text, place, notation: 'json' } as const;
    if (word === 'true' || word === 'false') return { ...base, type: 'boolean', value: word === 'true' };
    if (word === 'null') return { ...base, type: 'null', value: null };
    if (Object.hasOwn(numbers, word)) return { ...base, type: 'number', value: numbers[word]! };
    if (jsonNumber.test(word)) return { ...base, type: 'number', value: Number(word) };
    if (Object.hasOwn(pythonLiterals, word)) {
      const newText = pythonLiterals[word]!;
      this.mistake(
        'python-literal',
        span,
        `\`${word}\` instead of \`${newText}\``,
        'Write the literals as JSON has them',
        [{ ...span, newText }],
      );
      return word === 'None'
        ? { ...base, type: 'null', value: null }
        : { ...base, type: 'boolean', value: word === 'True' };
    }
    if (this.depth === 0) {
      this.mistake('not-json', span, 'no JSON');
      return { ...base, type: 'string', value: word };
    }
    const number = badNumber(word);
    if (number) {
      const edits = number.newText === undefined ? [] : [{ ...span, newText: number.newText }];
      this.mistake(number.kind, span, number.message, edits.length > 0 ? 'Write a JSON number' : undefined, edits);
      return number.value === undefined
        ? { ...base, type: 'string', value: word }
        : { ...base, type: 'number', value: number.value };
    }
    this.mistake('unquoted-text', span, 'a text without double quotes', 'Write the texts in double quotes', [
      { ...span, newText: `"${escapeJson(word)}"` },
    ]);
    return { ...base, type: 'string', value: word };
  }

  /** Characters up to a delimiter; unknown stretches belong to the run whatever is in them. */
  private bareRun(delimiter: RegExp): Span {
    const start = this.at;
    for (;;) {
      const hole = this.holeHere();
      if (hole) {
        this.at = hole.end;
        continue;
      }
      const character = this.text[this.at];
      if (character === undefined || delimiter.test(character)) break;
      if (character === '/' && /[/*]/.test(this.text[this.at + 1] ?? '') && this.at === start) break;
      this.at++;
    }
    let end = this.at;
    if (!this.holeBefore(end)) while (end > start && /\s/.test(this.text[end - 1]!)) end--;
    return { start, end };
  }

  /** Blanks, and comments, which JSON has not. */
  private skipBlank(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined || this.holeHere()) return;
      if (character === ' ' || character === '\t' || character === '\n' || character === '\r') {
        this.at++;
        continue;
      }
      const start = this.at;
      if (character === '/' && this.text[start + 1] === '*') {
        const end = this.text.indexOf('*/', start + 2);
        this.at = end < 0 ? this.text.length : end + 2;
      } else if ((character === '/' && this.text[start + 1] === '/') || (character === '#' && this.depth > 0)) {
        const end = this.text.indexOf('\n', start);
        this.at = end < 0 ? this.text.length : end;
      } else if (/[\s\u200b\ufeff]/.test(character)) {
        this.at++;
        const span = { start, end: this.at };
        this.mistake('unexpected-character', span, 'a blank that JSON does not know', 'Write a space', [
          { ...span, newText: ' ' },
        ]);
        continue;
      } else {
        return;
      }
      const span = { start, end: this.at };
      this.mistake('comment', span, 'a comment', 'Remove the comments', [{ ...span, newText: '' }]);
    }
  }

  /** The unknown stretch that holds the current character. */
  private holeHere(): Hole | undefined {
    while (this.hole < this.holes.length && this.holes[this.hole]!.end <= this.at) this.hole++;
    const hole = this.holes[this.hole];
    return hole && hole.start <= this.at ? hole : undefined;
  }

  private holeIn(span: Span): Reason | undefined {
    const hole = this.holes[firstEndingAfter(this.holes, span.start)];
    return hole && hole.start < span.end ? hole.reason : undefined;
  }

  private holeBefore(at: number): boolean {
    return this.holes[firstEndingAfter(this.holes, at - 1)]?.end === at;
  }

  private broken(span: Span): TreeNode {
    return {
      type: 'unknown',
      reason: { kind: 'syntax', detail: this.text.slice(span.start, Math.min(span.end, span.start + 40)) },
      place: this.source.place(span),
      notation: 'json',
    };
  }

  private mistake(
    kind: JsonProblemKind,
    span: Span,
    message: string,
    title?: string,
    edits: readonly Replacement[] = [],
  ): void {
    this.mistakes.push({ kind, span, message, title, edits });
  }
}

interface BadNumber {
  readonly kind: 'number-suffix' | 'bad-number';
  readonly message: string;
  readonly value: number | undefined;
  readonly newText?: string;
}

/** A word that was meant as a number, though JSON has no such number. */
function badNumber(word: string): BadNumber | undefined {
  const shown = `\`${word}\`, which is no number in JSON`;
  const plain = word.replaceAll('_', '');
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) {
    const value = Number(plain);
    return { kind: plain === word ? 'bad-number' : 'number-suffix', message: shown, value, newText: String(value) };
  }
  if (/^0[xX][0-9a-fA-F]+$/.test(word)) {
    return { kind: 'bad-number', message: shown, value: Number(word), newText: String(Number(word)) };
  }
  if (/^[+-]?\d[\d.]*(?:[eE][+-]?\d+)?[A-Za-z%]+$/.test(word))
    return { kind: 'number-suffix', message: shown, value: undefined };
  return undefined;
}
