import type { DoubleQuotedChild, Word, WordPart } from 'unbash';
import type { Encoder, Reason } from '../source-text';
import { evaluateExpansion } from './calculate';
import { ansiQuoted, doubleQuoted, singleQuoted } from './encoders';
import { FieldBuilder } from './fields';
import { homePrefix, quoteInSingleQuotes } from './idioms';
import { insertList, insertValue, separators, unknownPart } from './insert';
import { decodeAnsiQuoted, decodeQuoted, decodeSingleQuoted, decodeUnquoted } from './literal';
import { type Resolved, resolveParameter } from './parameter';
import {
  bare,
  inAssignment,
  inDoubleQuotedValue,
  inDoubleQuotes,
  inOperand,
  insideQuotes,
  type PartSpan,
  type Quoting,
  spanOf,
} from './quoting';
import { holeWithin, type Script } from './script';
import type { State } from './state';
import { commandOutput } from './substitution';
import type { ShellValue } from './value';

/** Where a word is expanded: the script that it stands in, and what is known at that moment. */
export interface Frame {
  readonly script: Script;
  readonly state: State;
}

/** The fields that a word becomes, and why there may be others. */
export interface Fields {
  readonly fields: readonly ShellValue[];
  readonly open: Reason | undefined;
}

/** An argument: with field splitting. */
export function expandWord(word: Word, frame: Frame): Fields {
  const builder = new FieldBuilder(frame.script, spanOf(word), separators(frame.state));
  expandParts(partsOf(word), bare, builder, frame, word.pos);
  builder.finish();
  return { fields: builder.fields, open: builder.open };
}

/** A value: an assignment, a redirection, the word of `case`. Always one. */
export function expandValue(word: Word, frame: Frame): ShellValue {
  const builder = new FieldBuilder(frame.script, spanOf(word), separators(frame.state));
  expandParts(partsOf(word), inAssignment, builder, frame, word.pos);
  builder.finish(true);
  return builder.fields[0]!;
}

function expandParts(
  parts: readonly WordPart[],
  quoting: Quoting,
  builder: FieldBuilder,
  frame: Frame,
  wordStart: number,
): void {
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    const idiom = quoting.hereDocument ? undefined : quoteInSingleQuotes(parts, index, frame.script);
    if (idiom) {
      builder.escape(idiom.start, idiom.end, idiom.text, idiom.encoder);
    } else if (part.type === 'Literal' && part.pos === wordStart && !quoting.quoted) {
      const home = homePrefix(frame.script.text, part);
      if (home > part.pos) {
        builder.hole(part.pos, home, { kind: 'variable', detail: frame.script.text.slice(part.pos, home) });
      }
      expandPart({ ...part, pos: home }, quoting, builder, frame);
    } else if (joinsQuotes(part, parts[index + 1], quoting)) {
      const detail = frame.script.text.slice(part.pos, part.end);
      unknownPart(part, { kind: 'variable', detail }, quoting, builder);
    } else {
      expandPart(part, quoting, builder, frame);
    }
  }
}

/** In `"${X:-$A"b"}"` the inner quotes go before the name is read, so that it becomes `$Ab`. */
function joinsQuotes(part: WordPart, next: WordPart | undefined, quoting: Quoting): boolean {
  return quoting.special.endsWith('}') && part.type === 'SimpleExpansion' && next?.type === 'DoubleQuoted';
}

/** One part of a word or here-document. */
export function expandPart(part: WordPart, quoting: Quoting, builder: FieldBuilder, frame: Frame): void {
  const { script } = frame;
  const { text } = script;
  switch (part.type) {
    case 'Literal':
      expandLiteral(part, quoting, builder, frame);
      return;
    case 'SingleQuoted': {
      if (quoting.hereDocument) {
        expandLiteral(part, quoting, builder, frame);
        return;
      }
      const inner = insideQuotes(text, part, 1, "'");
      builder.quoted(inner, singleQuoted);
      decodeSingleQuoted(inner.start, inner.end, builder);
      return;
    }
    case 'AnsiCQuoted': {
      const inner = insideQuotes(text, part, 2, "'");
      builder.quoted(inner, ansiQuoted);
      decodeAnsiQuoted(script, inner.start, inner.end, builder);
      return;
    }
    case 'DoubleQuoted':
    case 'LocaleString':
      expandDoubleQuoted(part, quoting.fields ? inDoubleQuotes : inDoubleQuotedValue, builder, frame);
      return;
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      expandParameter(part, quoting, builder, frame);
      return;
    case 'CommandExpansion': {
      const output = commandOutput(part, frame);
      if (output) insertValue(output, part, quoting, builder);
      else unknownPart(part, { kind: 'command', detail: text.slice(part.pos, part.end) }, quoting, builder);
      return;
    }
    case 'ArithmeticExpansion': {
      const number = evaluateExpansion(part, frame);
      if (number !== undefined) builder.escape(part.pos, part.end, number, quoting.encoder);
      // A number is one field, whichever it is.
      else builder.hole(part.pos, part.end, { kind: 'arithmetic', detail: text.slice(part.pos, part.end) });
      return;
    }
    case 'ProcessSubstitution':
      builder.hole(part.pos, part.end, { kind: 'command', detail: text.slice(part.pos, part.end) });
      return;
    case 'Glob':
      expandGlob(part, quoting, builder, frame);
      return;
    case 'BraceExpansion':
    case 'ExtendedGlob':
      if (quoting.splits) {
        unknownPart(part, { kind: 'pattern', detail: text.slice(part.pos, part.end) }, quoting, builder);
      } else {
        expandWithin(part, part.parts, quoting, builder, frame);
      }
      return;
    default:
      // A kind of part that this version of the parser does not have.
      unknownPart(part satisfies never, { kind: 'pattern', detail: '' }, quoting, builder);
  }
}

function expandLiteral(part: PartSpan, quoting: Quoting, builder: FieldBuilder, { script }: Frame): void {
  if (part.end <= part.pos) return;
  if (quoting.quoted) {
    decodeQuoted(script, part.pos, part.end, quoting.special, quoting.encoder, builder);
    return;
  }
  if (quoting.splits) builder.open ??= holeWithin(script, part.pos, part.end);
  const sink = quoting.splitsLiterals
    ? {
        verbatim: (start: number, end: number, encoder: Encoder) => builder.splitVerbatim(start, end, encoder),
        escape: builder.escape.bind(builder),
      }
    : builder;
  decodeUnquoted(script, part.pos, part.end, quoting.encoder, sink);
}

function expandDoubleQuoted(
  part: PartSpan & { readonly parts: readonly DoubleQuotedChild[] },
  quoting: Quoting,
  builder: FieldBuilder,
  frame: Frame,
): void {
  const inner = insideQuotes(frame.script.text, part, frame.script.text[part.pos] === '$' ? 2 : 1, '"');
  const { parts } = part;
  // Quotes around an empty `"$@"` make no field.
  if (!parts.some(isEveryItem)) builder.quoted(inner, doubleQuoted);
  for (const child of parts) expandPart(child, quoting, builder, frame);
}

function isEveryItem(part: DoubleQuotedChild): boolean {
  if (part.type === 'SimpleExpansion') return part.text === '$@';
  return part.type === 'ParameterExpansion' && (part.parameter === '@' || part.index?.text === '@');
}

function expandParameter(
  part: Extract<WordPart, { type: 'SimpleExpansion' | 'ParameterExpansion' }>,
  quoting: Quoting,
  builder: FieldBuilder,
  frame: Frame,
): void {
  const result = continuesName(part, frame.script.text) ?? resolveParameter(part, frame);
  switch (result.kind) {
    case 'value':
      insertValue(result.value, part, quoting, builder);
      return;
    case 'operand':
      if (result.open) builder.open ??= result.open;
      if (quoting.splits && mixesItems(result.word)) {
        const detail = frame.script.text.slice(part.pos, part.end);
        unknownPart(part, { kind: 'variable', detail }, quoting, builder);
        return;
      }
      expandParts(partsOf(result.word), inOperand(quoting), builder, frame, result.word.pos);
      return;
    case 'list':
      insertList(result.list, result.joined, part, quoting, builder, frame.state);
      return;
    case 'number':
      builder.escape(part.pos, part.end, result.text, quoting.encoder);
      return;
    case 'unknown number':
      builder.hole(part.pos, part.end, result.reason);
      return;
    case 'unknown':
      unknownPart(part, result.reason, quoting, builder);
      return;
    case 'unset':
      return;
  }
}

/** `${X:-"$@" more }`: where bash splits such an operand is a matter of its version. */
function mixesItems({ parts = [] }: Word): boolean {
  return parts.length > 1 && parts.some((part) => part.type === 'DoubleQuoted' && part.parts.some(isEveryItem));
}

/** A name goes on behind a joined line end, which the parser does not see: `$NAME\⏎more`. */
function continuesName(part: PartSpan & { readonly type: string }, text: string): Resolved | undefined {
  if (part.type !== 'SimpleExpansion' || text[part.end] !== '\\' || text[part.end + 1] !== '\n') return undefined;
  const goesOn = /[A-Za-z_]$/.test(text.slice(part.pos, part.end)) && /^(?:\\\n)+\w/.test(text.slice(part.end));
  const detail = text.slice(part.pos, part.end);
  return goesOn ? { kind: 'unknown', reason: { kind: 'variable', detail } } : undefined;
}

/** `*` and `?` may stand for files. `[…]` stands for one character of a name, which nobody means in an argument. */
function expandGlob(
  part: Extract<WordPart, { type: 'Glob' }>,
  quoting: Quoting,
  builder: FieldBuilder,
  frame: Frame,
): void {
  if (part.kind === 'bracket') expandWithin(part, part.parts, quoting, builder, frame);
  else if (!quoting.splits) expandLiteral(part, quoting, builder, frame);
  else unknownPart(part, { kind: 'pattern', detail: part.text }, quoting, builder);
}

/** A construct that means nothing here: its own characters are literal, what it holds is not. */
function expandWithin(
  part: PartSpan,
  inner: readonly WordPart[] | undefined,
  quoting: Quoting,
  builder: FieldBuilder,
  frame: Frame,
): void {
  let from = part.pos;
  for (const child of inner ?? []) {
    expandLiteral({ pos: from, end: child.pos }, quoting, builder, frame);
    expandPart(child, quoting, builder, frame);
    from = child.end;
  }
  expandLiteral({ pos: from, end: part.end }, quoting, builder, frame);
}

function partsOf(word: Word): readonly WordPart[] {
  return word.parts ?? [{ type: 'Literal', pos: word.pos, end: word.end, text: word.text, value: word.value }];
}
