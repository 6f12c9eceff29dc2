import type { Span } from '../span';

/** A piece of a PromQL expression. */
export interface PromqlToken extends Span {
  /**
   * `name`: identifiers, keywords and functions alike. `hole`: what a template or Grafana fills in. `number`: durations,
   * too. `string`: with its quotes; without the closing one where it is missing.
   */
  readonly kind: 'name' | 'number' | 'string' | 'comment' | 'hole' | 'sign';
}

/**
 * What is filled in before Prometheus reads an expression, none of which PromQL itself can hold: `$x`, `${x}` and `[[x]]`
 * of Grafana, `{{ x }}` of Go templates, `<<.Series>>` of prometheus-adapter.
 */
const holes = /\$\{[^{}\n]*\}|\$\w+|\[\[\w+(?::\w+)?\]\]|\{\{[^{}]*\}\}|<<[^<>\n]*>>/y;

const names = /[A-Za-z_:][\w:]*/y;
/** In a range a colon stands between durations: `[1h:5m]`. */
const namesInRange = /[A-Za-z_]\w*/y;
const numbers = /\.?\d[\w.]*/y;
const comments = /#[^\n]*/y;
const strings: Readonly<Record<string, RegExp>> = {
  '"': /"(?:\\[\s\S]|[^"\\])*"?/y,
  "'": /'(?:\\[\s\S]|[^'\\])*'?/y,
  '`': /`[^`]*`?/y,
};

/**
 * Cuts an expression into pieces, whatever its mistakes: each character but blanks is part of exactly one.
 * @param unknown stretches of which only the place is known, in order
 */
export function promqlTokens(text: string, unknown: readonly Span[] = []): PromqlToken[] {
  const tokens: PromqlToken[] = [];
  let brackets = 0;
  let next = 0;
  for (let at = 0; at < text.length; ) {
    while (next < unknown.length && unknown[next]!.end <= at) next += 1;
    const given = unknown[next];
    const limit = given && given.start > at ? given.start : text.length;
    const { kind, end } =
      given && given.start <= at ? { kind: 'hole' as const, end: given.end } : pieceAt(text, at, brackets > 0);
    if (kind) tokens.push({ kind, start: at, end: kind === 'string' || kind === 'hole' ? end : Math.min(end, limit) });
    if (kind === 'sign') brackets = Math.max(0, brackets + (text[at] === '[' ? 1 : text[at] === ']' ? -1 : 0));
    at = kind ? tokens.at(-1)!.end : end;
  }
  return tokens;
}

/** The piece that starts here; without a kind for blanks. */
function pieceAt(text: string, at: number, inRange: boolean): { kind?: PromqlToken['kind']; end: number } {
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : 0;
  };
  const char = text[at]!;
  if (/\s/.test(char)) return { end: at + 1 };
  const string = strings[char];
  if (string) return { kind: 'string', end: match(string) };
  const ends: readonly (readonly [PromqlToken['kind'], number])[] = [
    ['hole', match(holes)],
    ['comment', match(comments)],
    ['name', match(inRange ? namesInRange : names)],
    ['number', match(numbers)],
  ];
  const found = ends.find(([, end]) => end > 0);
  return found ? { kind: found[0], end: found[1] } : { kind: 'sign', end: at + 1 };
}
