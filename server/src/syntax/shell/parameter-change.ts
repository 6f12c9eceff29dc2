import type { ParameterExpansionPart, ParameterOperation, Word, WordPart } from 'unbash';
import { evaluateText } from './calculate';
import { expandValue, type Frame } from './expand';
import { affixLength, isCheap, type PatternPiece, patternSource } from './pattern';
import { ShellValue } from './value';

/** The value after `#`, `%`, `/`, `:`, `^`, `,`; `undefined` when we cannot tell. */
export function change(
  value: ShellValue,
  operation: ParameterOperation,
  part: ParameterExpansionPart,
  frame: Frame,
): ShellValue | undefined {
  // Characters of two code units would have to be kept whole.
  if (!value.known || value.text.length > 20_000 || /[\uD800-\uDFFF]/.test(value.text)) return undefined;
  switch (operation.type) {
    case 'Remove': {
      const pattern = readPattern(operation.operand, frame);
      if (pattern === undefined || !isCheap(value.text, pattern)) return undefined;
      const atStart = operation.operator.startsWith('#');
      const longest = operation.operator.length === 2;
      const removed = affixLength(value.text, pattern, atStart ? 'start' : 'end', longest);
      if (removed === undefined) return value;
      return atStart ? value.slice(removed, value.text.length) : value.slice(0, value.text.length - removed);
    }
    case 'Slice': {
      const range = sliceRange(operation, value.text.length, frame);
      return range && value.slice(range.start, range.end);
    }
    case 'Replace':
      return replace(value, operation, part, frame);
    case 'CaseModification': {
      if (operation.operand && operation.operand.text !== '') return undefined;
      const { operator } = operation;
      const upper = operator.startsWith('^');
      const text = operator.length === 2 ? value.text : value.text.slice(0, 1);
      const changed = upper ? text.toUpperCase() : text.toLowerCase();
      if (/[^\0-\x7f]/.test(value.text)) return undefined;
      return computed(changed + value.text.slice(text.length), part, frame);
    }
    default:
      return undefined;
  }
}

function replace(
  value: ShellValue,
  operation: Extract<ParameterOperation, { type: 'Replace' }>,
  part: ParameterExpansionPart,
  frame: Frame,
): ShellValue | undefined {
  const pattern = readPattern(operation.pattern, frame);
  const replacement = expandValue(operation.replacement, frame);
  // `&` in the replacement stands for the match in some versions of bash.
  if (!pattern || !isCheap(value.text, pattern) || !replacement.known || replacement.text.includes('&'))
    return undefined;
  const { operator } = operation;
  const anchored = operator === '/#' ? `^(?:${pattern})` : operator === '/%' ? `(?:${pattern})$` : pattern;
  const expression = new RegExp(anchored, operator === '//' ? 'g' : '');
  return computed(
    value.text.replace(expression, () => replacement.text),
    part,
    frame,
  );
}

function computed(text: string, part: ParameterExpansionPart, { script }: Frame): ShellValue {
  return ShellValue.computed(text, script.source.slice(part.pos, part.end));
}

/** A pattern as a regular expression; `undefined` when part of it is unknown or too clever. */
export function readPattern(word: Word, frame: Frame): string | undefined {
  const parts: readonly WordPart[] = word.parts ?? [{ ...word, type: 'Literal' }];
  const pieces: PatternPiece[] = [];
  for (const part of parts) {
    const text = frame.script.text.slice(part.pos, part.end);
    if (part.type === 'Literal' || part.type === 'Glob') {
      if (text.includes('\\')) return undefined;
      pieces.push({ text, quoted: false });
      continue;
    }
    const value = expandValue({ type: 'Word', text, value: text, pos: part.pos, end: part.end, parts: [part] }, frame);
    if (!value.known) return undefined;
    pieces.push({ text: value.text, quoted: /Quoted|LocaleString/.test(part.type) });
  }
  const source = patternSource(pieces);
  return source;
}

/** `:offset:length` of something that long. */
export function sliceRange(
  operation: Extract<ParameterOperation, { type: 'Slice' }>,
  length: number,
  frame: Frame,
): { start: number; end: number } | undefined {
  const offset = numberOf(operation.offset, frame);
  if (offset === undefined) return undefined;
  const start = offset < 0 ? length + offset : offset;
  if (start < 0) return { start: 0, end: 0 };
  if (!operation.length) return { start: Math.min(start, length), end: length };
  const count = numberOf(operation.length, frame);
  if (count === undefined) return undefined;
  const end = count < 0 ? length + count : start + count;
  return { start: Math.min(start, length), end: Math.max(Math.min(start, length), Math.min(end, length)) };
}

function numberOf(word: Word, frame: Frame): number | undefined {
  const value = expandValue(word, frame);
  const number = value.known ? evaluateText(value.text, frame) : undefined;
  return number === undefined ? undefined : Number(number);
}
