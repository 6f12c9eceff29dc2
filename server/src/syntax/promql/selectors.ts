import type { SourceText } from '../source-text';
import type { Span } from '../span';
import { type PromqlToken, promqlTokens } from './tokens';

/** One metric that an expression asks for. */
export interface PromqlSelector {
  readonly name: string;
  /** Exactly the characters of the name, editable: within the quotes of `{__name__="…"}`. */
  readonly text: SourceText;
  /** Names of the labels that it is narrowed by. */
  readonly labels: readonly string[];
}

/** Words that stand where a metric could, and are none. `offset -5m` and `bool` are told by themselves. */
const keywords = new Set(
  'and or unless by without on ignoring group_left group_right offset bool atan2 inf nan'.split(' '),
);

/** Those that a list of labels follows. */
const beforeLabels = new Set('by without on ignoring group_left group_right'.split(' '));

/** Between an aggregation and what it aggregates: `sum by (x) (…)`. */
const grouping = /^(?:by|without)$/i;

const metricName = /^[A-Za-z_:][\w:]*$/;

/**
 * The metrics that an expression asks for by a name that is known: in plain sight, as `{__name__="…"}`, or as `{"…"}`.
 * Names that a template makes, whole or in part, and patterns are left out.
 */
export function promqlSelectors(source: SourceText): PromqlSelector[] {
  const { text } = source;
  const tokens = promqlTokens(text, source.holes()).filter(({ kind }) => kind !== 'comment');
  const found: PromqlSelector[] = [];
  const at = (index: number) => text.slice(tokens[index]?.start, tokens[index]?.end ?? tokens[index]?.start);
  const isSign = (index: number, sign: string) => tokens[index]?.kind === 'sign' && at(index) === sign;
  const add = (span: Span | undefined, labels: readonly string[]) => {
    if (!span) return;
    const part = source.slice(span.start, span.end);
    if (part.known && metricName.test(part.text)) found.push({ name: part.text, text: part, labels });
  };
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index]!;
    const word = token.kind === 'name' ? at(index).toLowerCase() : '';
    if (beforeLabels.has(word) && isSign(index + 1, '(')) {
      index = closing(tokens, text, index + 1, ')') + 1;
    } else if (isSign(index, '{')) {
      const { end, labels, name } = matchers(tokens, text, index);
      add(name, labels);
      index = end;
    } else if (word === '' || keywords.has(word) || isSign(index + 1, '(') || grouping.test(at(index + 1))) {
      index += 1;
    } else {
      const braces = isSign(index + 1, '{') ? matchers(tokens, text, index + 1) : undefined;
      if (!touchesHole(tokens, index)) add(token, braces?.labels ?? []);
      index = braces?.end ?? index + 1;
    }
  }
  return found;
}

/** A hole right before or behind a word is part of it: `vllm:$metric`. */
function touchesHole(tokens: readonly PromqlToken[], index: number): boolean {
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const { start, end } = tokens[index]!;
  return (before?.kind === 'hole' && before.end === start) || (after?.kind === 'hole' && after.start === end);
}

/** The index of the sign that closes what the one at `index` opens; the last one where none does. */
function closing(tokens: readonly PromqlToken[], text: string, index: number, sign: string): number {
  let end = index;
  while (end < tokens.length - 1 && !(tokens[end]!.kind === 'sign' && text[tokens[end]!.start] === sign)) end += 1;
  return end;
}

/** What stands in braces, from the opening one on. */
function matchers(
  tokens: readonly PromqlToken[],
  text: string,
  index: number,
): { end: number; labels: string[]; name: Span | undefined } {
  const last = closing(tokens, text, index, '}');
  const labels: string[] = [];
  let name: Span | undefined;
  for (let at = index + 1; at < last; at += 1) {
    const { kind, start, end } = tokens[at]!;
    const sign = at + 1 < last ? operatorAt(text, tokens[at + 1]!.start) : undefined;
    const isEntry = kind === 'name' || kind === 'string';
    if (isEntry && sign) {
      const label = kind === 'name' ? text.slice(start, end) : text.slice(start + 1, end - 1);
      const value = tokens[at + 1 + sign.length];
      labels.push(label);
      if (label === '__name__' && sign === '=' && value?.kind === 'string') name = inside(text, value);
      at += sign.length + (value?.kind === 'string' ? 1 : 0);
    } else if (kind === 'string') name = inside(text, tokens[at]!);
  }
  return { end: last + 1, labels, name };
}

function operatorAt(text: string, at: number): string | undefined {
  return /^(?:=~|!~|!=|=)/.exec(text.slice(at, at + 2))?.[0];
}

/** What stands between the quotes of a string. */
function inside(text: string, { start, end }: Span): Span {
  const closed = end > start + 1 && text[end - 1] === text[start];
  return { start: start + 1, end: closed ? end - 1 : end };
}
