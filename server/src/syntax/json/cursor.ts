import { firstEndingAfter } from '../segments';
import type { Hole, Reason, SourceText } from '../source-text';
import type { Span } from '../span';
import type { JsonProblemKind } from './problem';

export interface Replacement extends Span {
  readonly newText: string;
}

export interface Mistake {
  readonly kind: JsonProblemKind;
  readonly span: Span;
  readonly message: string;
  /** What the fix is called, the same for all mistakes of a kind. */
  readonly title: string | undefined;
  readonly edits: readonly Replacement[];
}

/** Goes through a JSON text, knows what of it is unknown, and notes what is not JSON. */
export class JsonCursor {
  /** In the order of the text. */
  readonly mistakes: Mistake[] = [];
  /** Something unknown stands where structure should be: then mistakes prove nothing. */
  blind = false;
  readonly source: SourceText;
  readonly text: string;
  readonly holes: readonly Hole[];
  at = 0;
  /** Brackets that are open here. */
  depth = 0;
  private hole = 0;

  constructor(source: SourceText, holes: readonly Hole[]) {
    this.source = source;
    this.text = source.text;
    this.holes = holes;
  }

  /** Characters up to a delimiter; unknown stretches belong to the run whatever is in them. */
  bareRun(delimiter: RegExp): Span {
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
  skipBlank(): void {
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
  holeHere(): Hole | undefined {
    while (this.hole < this.holes.length && this.holes[this.hole]!.end <= this.at) this.hole++;
    const hole = this.holes[this.hole];
    return hole && hole.start <= this.at ? hole : undefined;
  }

  holeIn(span: Span): Reason | undefined {
    const hole = this.holes[firstEndingAfter(this.holes, span.start)];
    return hole && hole.start < span.end ? hole.reason : undefined;
  }

  holeBefore(at: number): boolean {
    return this.holes[firstEndingAfter(this.holes, at - 1)]?.end === at;
  }

  mistake(
    kind: JsonProblemKind,
    span: Span,
    message: string,
    title?: string,
    edits: readonly Replacement[] = [],
  ): void {
    this.mistakes.push({ kind, span, message, title, edits });
  }
}
