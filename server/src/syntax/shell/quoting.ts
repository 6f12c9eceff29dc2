import type { Encoder } from '../source-text';
import type { Span } from '../span';
import { doubleQuoted, doubleQuotedOperand, unquoted } from './encoders';

/** How the characters around a part are read. */
export interface Quoting {
  readonly quoted: boolean;
  /** The word may become several: an argument, not a value. */
  readonly fields: boolean;
  /** Unquoted values split into fields. */
  readonly splits: boolean;
  /** So do the literal characters: the operand of an unquoted `${X:-a b}`. */
  readonly splitsLiterals: boolean;
  /** Characters before which a backslash counts inside quotes. */
  readonly special: string;
  readonly encoder: Encoder;
  /** In a here-document quotes are ordinary characters. */
  readonly hereDocument: boolean;
}

/** An argument, outside quotes. */
export const bare: Quoting = {
  quoted: false,
  fields: true,
  splits: true,
  splitsLiterals: false,
  special: '',
  encoder: unquoted,
  hereDocument: false,
};
/** A value, outside quotes. */
export const inAssignment: Quoting = { ...bare, fields: false, splits: false };
export const inDoubleQuotes: Quoting = {
  ...bare,
  quoted: true,
  splits: false,
  special: '$`"\\',
  encoder: doubleQuoted,
};
export const inDoubleQuotedValue: Quoting = { ...inDoubleQuotes, fields: false };

/** The operand of `${X:-word}`, which stands in the word around it. */
export function inOperand(quoting: Quoting): Quoting {
  if (!quoting.quoted) return { ...quoting, splitsLiterals: quoting.splits };
  return quoting.hereDocument
    ? { ...quoting, special: '$`\\}' }
    : { ...quoting, special: '$`"\\}', encoder: doubleQuotedOperand };
}

/** What the parser's nodes say of their place. */
export interface PartSpan {
  readonly pos: number;
  readonly end: number;
}

export function spanOf({ pos, end }: PartSpan): Span {
  return { start: pos, end };
}

/** What lies between quotes, the closing one of which may be missing. */
export function insideQuotes(text: string, part: PartSpan, opening: number, quote: string): Span {
  const start = Math.min(part.pos + opening, part.end);
  const closed = part.end > start && text[part.end - 1] === quote;
  return { start, end: closed ? part.end - 1 : part.end };
}
