import { firstEndingAfter } from '../segments';
import type { Hole, SourceText } from '../source-text';
import type { Span } from '../span';
import type { TomlProblem, TomlProblemKind } from './problem';
import { controlAt, lineBreakAt } from './string';

/** Ends the reading of one line. */
export class Refused {
  readonly kind: TomlProblemKind;
  readonly span: Span;
  readonly message: string;

  constructor(kind: TomlProblemKind, span: Span, message: string) {
    this.kind = kind;
    this.span = span;
    this.message = message;
  }
}

/** A place in a text of TOML, and what was found wrong on the way there. */
export class TomlCursor {
  readonly problems: TomlProblem[] = [];
  protected readonly source: SourceText;
  protected readonly text: string;
  protected readonly holes: readonly Hole[];
  protected at: number;

  constructor(source: SourceText, holes: readonly Hole[]) {
    this.source = source;
    this.text = source.text;
    this.holes = holes;
    this.at = this.text.startsWith('\uFEFF') ? 1 : 0;
  }

  protected get here(): string | undefined {
    return this.text[this.at];
  }

  protected skipBlanks(): void {
    while (this.here === ' ' || this.here === '\t') this.at++;
  }

  /** Over blanks, comments and line breaks. */
  protected skipLines(): void {
    for (;;) {
      this.skipBlanks();
      this.skipComment();
      const lineBreak = lineBreakAt(this.text, this.at);
      if (lineBreak === 0) return;
      this.at += lineBreak;
    }
  }

  protected skipComment(): void {
    if (this.here !== '#') return;
    const end = this.lineEnd(this.at);
    const control = controlAt(this.text, this.at, end);
    if (control >= 0) {
      this.problem('control-character', { start: control, end: control + 1 }, 'a control character in a comment');
    }
    this.at = end;
  }

  /** Before the line break, its carriage return included. */
  protected lineEnd(from: number): number {
    const lineBreak = this.text.indexOf('\n', from);
    if (lineBreak < 0) return this.text.length;
    return lineBreak > from && this.text[lineBreak - 1] === '\r' ? lineBreak - 1 : lineBreak;
  }

  /** An unknown stretch on the line of an offset. */
  protected holeOnLine(at: number): Hole | undefined {
    return this.holeWithin(this.text.lastIndexOf('\n', Math.max(0, at - 1)) + 1, this.lineEnd(at));
  }

  /** The first unknown stretch that has a part between two offsets. */
  protected holeWithin(from: number, to: number): Hole | undefined {
    const hole = this.holes[firstEndingAfter(this.holes, from)];
    return hole && hole.start < to ? hole : undefined;
  }

  protected problem(kind: TomlProblemKind, span: Span, message: string): void {
    this.problems.push({ kind, place: this.source.place(span), message });
  }

  protected refuse(kind: TomlProblemKind, span: Span, message: string): never {
    throw new Refused(kind, span, message);
  }
}
