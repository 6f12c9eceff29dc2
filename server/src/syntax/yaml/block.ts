import type { SegmentBuilder } from '../segments';
import type { Span } from '../span';
import type { YamlScalar } from './scalar';

/** The body of a block scalar, and what its header says about it. */
export interface BlockBody extends Span {
  readonly folded: boolean;
  readonly chomp: '' | '-' | '+';
  /** Columns that are not content. Without an indicator: those of the first line that is not empty. */
  readonly indent: number;
  /** The header has an indentation indicator. */
  readonly explicit: boolean;
  /** Content lies at least this deep. */
  readonly minimum: number;
}

interface Line {
  readonly start: number;
  /** After the leading spaces. */
  readonly content: number;
  /** Before the line break. */
  readonly end: number;
  /** After the line break, or the end of the body. */
  readonly next: number;
}

/** Reads the header of a block scalar that begins at its `|` or `>`. */
export function blockBody(text: string, scalar: YamlScalar): BlockBody {
  let at = scalar.start + 1;
  let chomp: BlockBody['chomp'] = '';
  let digit = 0;
  for (; at < scalar.end; at++) {
    const character = text[at]!;
    if (character === '-' || character === '+') chomp ||= character;
    else if (character >= '1' && character <= '9') digit ||= Number(character);
    else break;
  }
  const lineEnd = text.indexOf('\n', at);
  const start = lineEnd < 0 || lineEnd >= scalar.end ? scalar.end : lineEnd + 1;
  const body = { start, end: scalar.end, folded: text[scalar.start] === '>', chomp, explicit: digit > 0 };
  const minimum = scalar.indent + digit;
  return { ...body, minimum, indent: digit > 0 ? minimum : detectIndent(text, start, scalar.end, minimum) };
}

function detectIndent(text: string, start: number, end: number, minimum: number): number {
  let indent = Math.max(0, minimum);
  for (const line of linesOf(text, start, end)) {
    const width = line.content - line.start;
    if (line.content < line.end) return width;
    indent = Math.max(indent, width);
  }
  return indent;
}

/** The lines of a body; after a final line break one more, empty line. */
function linesOf(text: string, start: number, end: number): Line[] {
  const lines: Line[] = [];
  let from = start;
  for (;;) {
    let content = from;
    while (content < end && text[content] === ' ') content++;
    const lineBreak = text.indexOf('\n', content);
    const last = lineBreak < 0 || lineBreak >= end;
    const stop = last ? end : lineBreak;
    const lineEnd = stop > content && text[stop - 1] === '\r' ? stop - 1 : stop;
    lines.push({ start: from, content, end: lineEnd, next: last ? end : lineBreak + 1 });
    if (last) return lines;
    from = lineBreak + 1;
  }
}

/**
 * Literal and folded text (YAML 1.2.2, 8.1). A line break is written as the break and the indentation after it, so
 * that what is inserted at the start of a line comes after its indentation.
 */
export function decodeBlock(built: SegmentBuilder, text: string, body: BlockBody): void {
  if (body.start >= body.end) return;
  const lines = linesOf(text, body.start, body.end);
  const { indent } = body;
  const margin = (line: Line) => Math.min(line.content, line.start + indent);
  const deeper = (line: Line) => line.content - line.start > indent;
  const empty = (line: Line) => line.content >= line.end;

  let chompStart = lines.length;
  while (chompStart > 0 && empty(lines[chompStart - 1]!)) chompStart--;
  if (chompStart === 0) {
    if (body.chomp !== '+') return;
    // All spaces are margin here. Without a final break the one empty line still counts.
    for (let index = 0; index < Math.max(1, lines.length - 1); index++) {
      built.escape('\n', lines[index]!.end, (lines[index + 1] ?? lines[index]!).content);
    }
    return;
  }
  let first = 0;
  while (empty(lines[first]!)) first++;
  for (let index = lines.length - 1; index >= chompStart; index--) {
    if (deeper(lines[index]!)) {
      chompStart = index + 1;
      break;
    }
  }

  // Leading empty lines, whose further spaces are content. The break takes the margin of the line after it with it.
  if (first > 0) built.verbatim(margin(lines[0]!), lines[0]!.content);
  for (let index = 0; index < first; index++) {
    const next = lines[index + 1]!;
    built.escape('\n', lines[index]!.end, margin(next));
    if (index + 1 < first) built.verbatim(margin(next), next.content);
  }

  let contentEnd = first > 0 ? margin(lines[first]!) : lines[0]!.start;
  let separator = '';
  let previousDeeper = false;
  for (let index = first; index < chompStart; index++) {
    const line = lines[index]!;
    const start = margin(line);
    const atTab = text[line.content] === '\t' && line.content < line.end;
    if (!body.folded || deeper(line) || atTab) {
      if (body.folded) {
        if (separator === ' ') separator = '\n';
        else if (!previousDeeper && separator !== '') separator += '\n';
        previousDeeper = true;
      }
    } else if (empty(line)) {
      // The n-th empty line of a run adds the n-th break; the first replaces the space.
      separator = separator === ' ' ? '\n' : `${separator}\n`;
      continue;
    } else {
      previousDeeper = false;
    }
    built.escape(separator, contentEnd, start);
    built.verbatim(start, line.end);
    contentEnd = line.end;
    separator = !body.folded || previousDeeper ? '\n' : ' ';
  }
  finish(built, body, lines, chompStart, margin);
}

/** The breaks at the end: none, one, or all. */
function finish(
  built: SegmentBuilder,
  body: BlockBody,
  lines: readonly Line[],
  chompStart: number,
  margin: (line: Line) => number,
): void {
  const last = lines[chompStart - 1]!;
  if (body.chomp === '-') return;
  if (body.chomp === '') {
    built.escape('\n', last.end, last.next);
    return;
  }
  let previous = last;
  for (const line of lines.slice(chompStart)) {
    built.escape('\n', previous.end, margin(line));
    built.verbatim(margin(line), line.content);
    previous = line;
  }
  if (chompStart === lines.length) built.escape('\n', last.end, last.next);
}
