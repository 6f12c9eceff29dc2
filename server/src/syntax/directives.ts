import type { Span } from './span';

/** A comment that speaks to us. Spans are offsets in the text that was searched. */
export type Directive = IgnoreDirective | VersionDirective;

interface DirectiveBase {
  /** From the comment sign to the last character that is no blank. */
  readonly span: Span;
  /** Zero-based. */
  readonly line: number;
  /** Nothing but blanks stands before it on its line. */
  readonly alone: boolean;
}

/** `# nixl: ignore[rule-a, rule-b] reason` */
export interface IgnoreDirective extends DirectiveBase {
  readonly kind: 'ignore';
  /** As written between the brackets; none when there are no brackets, which silences nothing. */
  readonly rules: readonly (Span & { readonly id: string })[];
  /** Between the brackets, or after the word when there are none. */
  readonly list: Span;
  /** What follows the brackets, as written; empty when no reason is given. */
  readonly reason: Span & { readonly text: string };
}

/** `# nixl: vllm=0.30.0 nixl=1.3.2 ucx=1.22 platform=rocm` */
export interface VersionDirective extends DirectiveBase {
  readonly kind: 'versions';
  readonly values: readonly DirectiveValue[];
}

export interface DirectiveValue extends Span {
  readonly name: DirectiveName;
  readonly value: string;
  readonly nameSpan: Span;
  readonly valueSpan: Span;
}

export type DirectiveName = 'vllm' | 'nixl' | 'ucx' | 'platform';

const comment = /(?:#|\/\/|\/\*|;)[ \t]*nixl:[ \t]*/g;

/** The comments for us in a text of any language that has `#`, `//`, `/*` or `;` comments, in order. */
export function readDirectives(text: string): Directive[] {
  const found: Directive[] = [];
  eachComment(text, (start, stop, base) => {
    const directive = readIgnore(text, start, stop, base) ?? readVersions(text, start, stop, base);
    if (directive) found.push(directive);
    return directive !== undefined;
  });
  return found;
}

/** What stands behind the colon of each comment for us, whether it says anything that we know or not. */
export function directiveTexts(text: string): Span[] {
  const found: Span[] = [];
  eachComment(text, (start, end) => found.push({ start, end: Math.max(start, end) }) > 0);
  return found;
}

/** @param take false for a comment that another one may stand in */
function eachComment(text: string, take: (start: number, stop: number, base: DirectiveBase) => boolean): void {
  if (!text.includes('nixl:')) return;
  let line = 0;
  let counted = 0;
  let end = 0;
  for (const { index, 0: sign } of text.matchAll(comment)) {
    // One in the text of another, or in a word (`http://nixl:80`), is none.
    if (index < end || (index > 0 && !/\s/.test(text[index - 1]!))) continue;
    for (let at = text.indexOf('\n', counted); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) {
      line++;
      counted = at + 1;
    }
    const start = index + sign.length;
    const lineEnd = endOfLine(text, start);
    const block = sign.startsWith('/*') ? text.indexOf('*/', start) : -1;
    const stop = trimEnd(text, start, block >= 0 && block < lineEnd ? block : lineEnd);
    const lineStart = text.lastIndexOf('\n', index) + 1;
    const alone = text.slice(lineStart, index).trim() === '';
    const base = { span: { start: index, end: Math.max(stop, index) }, line, alone };
    if (take(start, stop, base)) end = lineEnd;
  }
}

function readIgnore(text: string, start: number, end: number, base: DirectiveBase): IgnoreDirective | undefined {
  const word = /ignore(?![\w-])[ \t]*/y;
  word.lastIndex = start;
  if (!word.test(text) || start >= end) return undefined;
  const after = Math.min(word.lastIndex, end);
  const close = text[after] === '[' ? text.indexOf(']', after) : -1;
  if (close < 0 || close >= end) {
    const reason = { start: after, end, text: text.slice(after, end) };
    return { ...base, kind: 'ignore', rules: [], list: { start: after, end: after }, reason };
  }
  const list = { start: after + 1, end: close };
  const rules = [...text.slice(list.start, list.end).matchAll(/[^\s,]+/g)].map(({ index, 0: id }) => ({
    id,
    start: list.start + index,
    end: list.start + index + id.length,
  }));
  let from = close + 1;
  while (from < end && /[\s:]/.test(text[from]!)) from++;
  return { ...base, kind: 'ignore', rules, list, reason: { start: from, end, text: text.slice(from, end) } };
}

function readVersions(text: string, start: number, end: number, base: DirectiveBase): VersionDirective | undefined {
  const values: DirectiveValue[] = [];
  const pair = /(vllm|nixl|ucx|platform)([ \t]*(?:==?|:)[ \t]*)([\w.+!-]+)/gi;
  for (const { index, 0: all, 1: name, 2: sign, 3: value } of text.slice(start, end).matchAll(pair)) {
    const from = start + index;
    if (index > 0 && !/[\s,;]/.test(text[from - 1]!)) continue;
    const nameSpan = { start: from, end: from + name!.length };
    const valueStart = nameSpan.end + sign!.length;
    values.push({
      start: from,
      end: from + all.length,
      name: name!.toLowerCase() as DirectiveName,
      value: value!,
      nameSpan,
      valueSpan: { start: valueStart, end: valueStart + value!.length },
    });
  }
  return values.length > 0 ? { ...base, kind: 'versions', values } : undefined;
}

function endOfLine(text: string, from: number): number {
  const lineBreak = text.indexOf('\n', from);
  return lineBreak < 0 ? text.length : lineBreak;
}

function trimEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text[end - 1]!)) end--;
  return end;
}
