import { nestingLimit } from '../nesting-depth';
import type { Reason } from '../source-text';
import type { Span } from '../span';
import type { Member, TreeNode } from '../tree';
import { quotedWhole, readBare } from './bare';
import { JsonCursor } from './cursor';
import { type Quoted, readQuoted } from './quoted';
import { escapeJson } from './string';

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
/** Reads one JSON text. What it meets that is not JSON goes to `mistakes`, in order. */
export class JsonParser extends JsonCursor {
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
      const quoted = readQuoted(this);
      if (quoted) {
        const { span, text } = quoted;
        return { type: 'string', value: text.text, text, place: this.source.place(span), notation: 'json' };
      }
      if (/[\]},:]/.test(character)) return undefined;
    }
    return readBare(this);
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
      const quoted = readQuoted(this);
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

  private broken(span: Span): TreeNode {
    return {
      type: 'unknown',
      reason: { kind: 'syntax', detail: this.text.slice(span.start, Math.min(span.end, span.start + 40)) },
      place: this.source.place(span),
      notation: 'json',
    };
  }
}
