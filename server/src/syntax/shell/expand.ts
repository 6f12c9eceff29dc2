import type { DoubleQuotedChild, HereDoc, Word, WordPart } from 'unbash';
import type { Encoder, Reason } from '../source-text';
import type { Span } from '../span';
import { evaluateExpansion } from './calculate';
import { ansiQuoted, doubleQuoted, doubleQuotedOperand, hereDocumentEncoder, singleQuoted, unquoted } from './encoders';
import { FieldBuilder } from './fields';
import { homePrefix, quoteInSingleQuotes, withoutTabs } from './idioms';
import { decodeAnsiQuoted, decodeQuoted, decodeSingleQuoted, decodeUnquoted } from './literal';
import { type Resolved, resolveParameter } from './parameter';
import { holeWithin, type Script } from './script';
import type { State } from './state';
import { commandOutput } from './substitution';
import type { ShellList, ShellValue } from './value';

/** Where a word is expanded: the script that it stands in, and what is known at that moment. */
export interface Frame {
  readonly script: Script;
  readonly state: State;
}

/** How the characters around a part are read. */
interface Quoting {
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

const bare: Quoting = {
  quoted: false,
  fields: true,
  splits: true,
  splitsLiterals: false,
  special: '',
  encoder: unquoted,
  hereDocument: false,
};
const inAssignment: Quoting = { ...bare, fields: false, splits: false };
const inDoubleQuotes: Quoting = { ...bare, quoted: true, splits: false, special: '$`"\\', encoder: doubleQuoted };
const inDoubleQuotedValue: Quoting = { ...inDoubleQuotes, fields: false };

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

/** The body of a here-document. */
export function expandHereDocument(document: HereDoc, frame: Frame): ShellValue {
  const { body, delimiter, operator } = document;
  const expands = !(delimiter?.quoted ?? false);
  const encoder = hereDocumentEncoder(delimiter?.value ?? '', expands, operator === '<<-');
  const quoting: Quoting = { ...inDoubleQuotedValue, special: '$`\\', encoder, hereDocument: true };
  const builder = new FieldBuilder(frame.script, spanOf(body), '');
  builder.quoted(spanOf(body), encoder);
  const literal = { type: 'Literal', pos: body.pos, end: body.end, text: '', value: '' } as const;
  const strips = operator === '<<-';
  for (const part of (expands && body.parts) || [literal]) {
    if (part.type !== 'Literal') {
      expandPart(part, quoting, builder, frame);
      continue;
    }
    const { pos, end } = part;
    for (const run of strips ? withoutTabs(frame.script.text, part, expands) : [{ pos, end, lineEnd: false }]) {
      if (run.lineEnd) builder.escape(run.pos, run.end, '\n', encoder);
      else if (expands) decodeQuoted(frame.script, run.pos, run.end, quoting.special, encoder, builder);
      else if (run.end > run.pos) builder.verbatim(run.pos, run.end, encoder);
    }
  }
  builder.finish(true);
  return builder.fields[0]!;
}

/** The operand of `${X:-word}`, as part of the word around it. */
function expandOperand(word: Word, quoting: Quoting, builder: FieldBuilder, frame: Frame): void {
  const operand = quoting.quoted
    ? quoting.hereDocument
      ? { ...quoting, special: '$`\\}' }
      : { ...quoting, special: '$`"\\}', encoder: doubleQuotedOperand }
    : { ...quoting, splitsLiterals: quoting.splits };
  expandParts(partsOf(word), operand, builder, frame, word.pos);
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

function expandPart(part: WordPart, quoting: Quoting, builder: FieldBuilder, frame: Frame): void {
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
      expandOperand(result.word, quoting, builder, frame);
      return;
    case 'list':
      insertList(result.list, result.joined, part, quoting, builder, frame);
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

/** A name goes on behind a joined line end, which the parser does not see: `$NAME\⏎more`. */
function continuesName(part: PartSpan & { readonly type: string }, text: string): Resolved | undefined {
  if (part.type !== 'SimpleExpansion' || text[part.end] !== '\\' || text[part.end + 1] !== '\n') return undefined;
  const goesOn = /[A-Za-z_]$/.test(text.slice(part.pos, part.end)) && /^(?:\\\n)+\w/.test(text.slice(part.end));
  const detail = text.slice(part.pos, part.end);
  return goesOn ? { kind: 'unknown', reason: { kind: 'variable', detail } } : undefined;
}

function insertValue(value: ShellValue, part: PartSpan, quoting: Quoting, builder: FieldBuilder): void {
  if (quoting.splits) builder.split(value, part.pos, part.end);
  else builder.value(value, part.pos, part.end);
}

function insertList(
  list: ShellList,
  joined: boolean,
  part: PartSpan,
  quoting: Quoting,
  builder: FieldBuilder,
  frame: Frame,
): void {
  if (list.open) builder.open ??= list.open;
  const asFields = quoting.splits || (quoting.fields && quoting.quoted && !joined);
  const separator = joined ? separators(frame.state).slice(0, 1) : ' ';
  list.items.forEach((item, index) => {
    if (index > 0 && asFields) builder.finish(!quoting.splits);
    else if (index > 0) builder.between(part.pos, part.end, separator);
    if (quoting.quoted) builder.quoted({ start: part.pos, end: part.end }, quoting.encoder);
    insertValue(item, part, quoting, builder);
  });
  if (list.open && list.items.every(({ known }) => known)) {
    if (list.items.length > 0 && asFields) builder.finish(true);
    builder.hole(part.pos, part.end, list.open);
  }
}

/** Without quotes, what is unknown may become no field, or several. */
function unknownPart(part: PartSpan, reason: Reason, quoting: Quoting, builder: FieldBuilder): void {
  builder.hole(part.pos, part.end, reason);
  if (quoting.splits) builder.open ??= reason;
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

interface PartSpan {
  readonly pos: number;
  readonly end: number;
}

function partsOf(word: Word): readonly WordPart[] {
  return word.parts ?? [{ type: 'Literal', pos: word.pos, end: word.end, text: word.text, value: word.value }];
}

function insideQuotes(text: string, part: PartSpan, opening: number, quote: string): Span {
  const start = Math.min(part.pos + opening, part.end);
  const closed = part.end > start && text[part.end - 1] === quote;
  return { start, end: closed ? part.end - 1 : part.end };
}

/** The characters that split unquoted values: `IFS` if the script sets it. */
function separators(state: State): string {
  const found = state.find('IFS');
  return found.kind === 'value' && found.value.known ? found.value.text : ' \t\n';
}

function spanOf({ pos, end }: PartSpan): Span {
  return { start: pos, end };
}
