import { joinedStrings, listAt, type Token, tokensOf, written } from './c-tokens.mts';
import type { SourceFile } from './source-files.mts';

interface Macro {
  /** `undefined` for one without brackets. */
  readonly parameters: readonly string[] | undefined;
  readonly body: readonly Token[];
}

/** The macros of some files, as far as tables of settings use them: strings, numbers, and whole entries. */
export class Macros {
  readonly #macros = new Map<string, Macro>();

  constructor(files: readonly SourceFile[]) {
    for (const { text } of files) this.#read(text);
  }

  #read(text: string): void {
    const bare = text.replace(/\/\*[\s\S]*?\*\//g, ' ');
    for (const [, name, parameters, body] of bare.matchAll(
      /^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(([^)]*)\))?((?:[^\\\n]|\\\n|\\.)*)/gm,
    )) {
      const names = parameters
        ?.replaceAll('\\\n', '')
        .split(',')
        .map((part) => part.trim());
      // Of several, guarded by what is built, the first: they differ in what we do not read.
      if (!this.#macros.has(name!)) this.#macros.set(name!, { parameters: names, body: tokensOf(body!) });
    }
  }

  /** Replaces macros until none is left. `#x` becomes a string. */
  expand(tokens: readonly Token[], depth = 0): Token[] {
    const out: Token[] = [];
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index]!;
      const called = tokens[index + 1]?.text === '(' && tokens[index + 1]?.kind === 'sign';
      const macro = token.kind === 'name' && depth < 20 ? this.#macros.get(token.text) : undefined;
      if (macro && macro.parameters === undefined) {
        out.push(...this.expand(movedTo(macro.body, token.offset), depth + 1));
      } else if (macro?.parameters && called) {
        const list = listAt(tokens, index + 1);
        out.push(...this.expand(movedTo(this.#filled(macro, macro.parameters, list, depth), token.offset), depth + 1));
        index += 2 + countOf(list);
      } else out.push(token);
    }
    return out;
  }

  /** The body with its arguments: expanded, unless `#` makes a string of them as they are written. */
  #filled(macro: Macro, parameters: readonly string[], list: readonly (readonly Token[])[], depth: number): Token[] {
    const given = new Map(parameters.map((name, index) => [name, list[index] ?? []]));
    return macro.body.flatMap((token, index): readonly Token[] => {
      if (token.text === '#' && given.has(macro.body[index + 1]?.text ?? '')) return [];
      const argument = token.kind === 'name' ? given.get(token.text) : undefined;
      if (!argument) return [token];
      const quoted = macro.body[index - 1]?.text === '#';
      return quoted
        ? [{ kind: 'string', text: written(argument), offset: token.offset }]
        : this.expand(argument, depth + 1);
    });
  }

  /** The text of a constant such as `UCM_CONFIG_PREFIX`; `undefined` when it is no string. */
  stringOf(tokens: readonly Token[]): string | undefined {
    return joinedStrings(this.expand(tokens));
  }
}

/** Tokens of a list between its brackets, the commas among them. */
function countOf(list: readonly (readonly Token[])[]): number {
  return list.reduce((sum, part) => sum + part.length, list.length - 1);
}

function movedTo(tokens: readonly Token[], offset: number): Token[] {
  return tokens.map((token) => ({ ...token, offset }));
}
