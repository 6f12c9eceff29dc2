import { type SourceFile, whereIn } from './source-files.mts';

/** A piece of C or C++: a name, a number, a string without its quotes, a sign. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'sign';
  readonly text: string;
  readonly offset: number;
}

const PIECE =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\\n]|\\[\s\S])*)"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_]\w*|\d[\w.']*|\\\n|\s+|[\s\S]/g;

/** The tokens of a text; comments, blanks and joined lines are left out, character constants are numbers. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(PIECE)) {
    const [piece, string] = match;
    const offset = match.index;
    if (string !== undefined) tokens.push({ kind: 'string', text: unescaped(string), offset });
    else if (/^[A-Za-z_]/.test(piece)) tokens.push({ kind: 'name', text: piece, offset });
    else if (/^[\d']/.test(piece)) tokens.push({ kind: 'number', text: piece, offset });
    else if (!/^(\s|\\|\/[/*])/.test(piece)) tokens.push({ kind: 'sign', text: piece, offset });
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(/\\(n|t|[\s\S])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === 't' ? '\t' : sign));
}

const OPENING: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };

/** The index behind the bracket that closes the one at `start`; the end of the list when nothing does. */
export function behindBracket(tokens: readonly Token[], start: number): number {
  const waiting: string[] = [];
  for (let index = start; index < tokens.length; index++) {
    const { kind, text } = tokens[index]!;
    if (kind !== 'sign') continue;
    if (OPENING[text]) waiting.push(OPENING[text]);
    else if (text === waiting.at(-1)) waiting.pop();
    if (waiting.length === 0) return index + 1;
  }
  return tokens.length;
}

/** What stands between the bracket at `start` and its partner, split at its own commas. */
export function listAt(tokens: readonly Token[], start: number): Token[][] {
  const end = behindBracket(tokens, start) - 1;
  const parts: Token[][] = [[]];
  for (let index = start + 1; index < end; ) {
    const { kind, text } = tokens[index]!;
    const next = kind === 'sign' && OPENING[text] ? behindBracket(tokens, index) : index + 1;
    if (kind === 'sign' && text === ',') parts.push([]);
    else parts.at(-1)!.push(...tokens.slice(index, next));
    index = next;
  }
  return parts;
}

/** Strings that stand side by side are one; `undefined` when anything else is between them, or nothing at all. */
export function joinedStrings(tokens: readonly Token[]): string | undefined {
  if (tokens.length === 0 || tokens.some(({ kind }) => kind !== 'string')) return undefined;
  return tokens.map(({ text }) => text).join('');
}

/** As the source has it, without blanks. */
export function written(tokens: readonly Token[]): string {
  return tokens.map(({ kind, text }) => (kind === 'string' ? JSON.stringify(text) : text)).join('');
}

export function whereOf(file: SourceFile, token: Token | undefined): string {
  return token ? whereIn(file, token.offset) : file.name;
}
