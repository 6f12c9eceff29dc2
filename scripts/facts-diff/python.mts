import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import { type SourceFile, whereIn } from './source-files.mts';

/** One call in a Python file. */
export interface PythonCall {
  /** The last part of what is called: `get` of `os.environ.get`. */
  readonly name: string;
  /** All of what is called, as written. */
  readonly callee: string;
  /** Arguments without a name, as written. */
  readonly positional: readonly string[];
  /** Arguments with a name, as written. */
  readonly named: ReadonlyMap<string, string>;
  readonly where: string;
}

/** A name with an annotation: `port: int = 5600`. */
export interface PythonField {
  readonly name: string;
  readonly type: string;
  /** As written; missing where there is none. */
  readonly value?: string;
  readonly where: string;
}

/** A Python file, asked for what we need of it. */
export class PythonFile {
  readonly #file: SourceFile;
  readonly #tree: Tree;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#tree = parser.parse(file.text);
  }

  get name(): string {
    return this.#file.name;
  }

  calls(): PythonCall[] {
    const found: PythonCall[] = [];
    this.#tree.iterate({
      enter: ({ name, node }) => {
        if (name === 'CallExpression') found.push(this.#call(node));
      },
    });
    return found;
  }

  /** The annotated names of a class body, in order; `undefined` when there is no such class. */
  fieldsOfClass(className: string): PythonField[] | undefined {
    let body: SyntaxNode | null | undefined;
    this.#tree.iterate({
      enter: ({ name, node }) => {
        if (name !== 'ClassDefinition' || this.#text(node.getChild('VariableName')) !== className) return;
        body ??= node.getChild('Body');
      },
    });
    return body ? this.#fields(body) : undefined;
  }

  /** The annotated names below `if TYPE_CHECKING:`. */
  fieldsForTypeChecking(): PythonField[] {
    const found: PythonField[] = [];
    this.#tree.iterate({
      enter: ({ name, node }) => {
        if (name !== 'IfStatement' || this.#text(node.getChild('VariableName')) !== 'TYPE_CHECKING') return;
        for (const body of node.getChildren('Body')) found.push(...this.#fields(body));
      },
    });
    return found;
  }

  /** The keys of the dictionary that is assigned to this name, each with where it stands. */
  keysOf(variable: string): Map<string, string> {
    const keys = new Map<string, string>();
    this.#tree.iterate({
      enter: ({ name, node }) => {
        if (name !== 'AssignStatement' || this.#text(node.firstChild) !== variable) return;
        for (let child = node.getChild('DictionaryExpression')?.firstChild; child; child = child.nextSibling) {
          const text = child.name === 'String' && child.nextSibling?.name === ':' && stringOf(this.#text(child));
          if (text) keys.set(text, whereIn(this.#file, child.from));
        }
      },
    });
    return keys;
  }

  /** Plain texts, wherever they stand. */
  strings(): { readonly text: string; readonly where: string }[] {
    const found: { text: string; where: string }[] = [];
    this.#tree.iterate({
      enter: ({ name, node }) => {
        const text = name === 'String' ? stringOf(this.#text(node)) : undefined;
        if (text !== undefined) found.push({ text, where: whereIn(this.#file, node.from) });
      },
    });
    return found;
  }

  /** Constant keys of subscripts: `x["key"]`. */
  subscripts(): { readonly of: string; readonly key: string; readonly where: string }[] {
    const found: { of: string; key: string; where: string }[] = [];
    this.#tree.iterate({
      enter: ({ name, node }) => {
        const key = name === 'MemberExpression' ? stringOf(this.#text(node.getChild('String'))) : undefined;
        if (key) found.push({ of: this.#text(node.firstChild), key, where: whereIn(this.#file, node.from) });
      },
    });
    return found;
  }

  #fields(body: SyntaxNode): PythonField[] {
    return body.getChildren('AssignStatement').flatMap((statement): PythonField[] => {
      const type = statement.getChild('TypeDef');
      const name = statement.getChild('VariableName');
      if (!type || !name) return [];
      const value = statement.getChild('AssignOp') ? this.#text(statement.lastChild) : undefined;
      return [
        {
          name: this.#text(name),
          type: this.#text(type).replace(/^:\s*/, ''),
          ...(value !== undefined && { value }),
          where: whereIn(this.#file, name.from),
        },
      ];
    });
  }

  #call(node: SyntaxNode): PythonCall {
    const callee = this.#text(node.firstChild);
    const positional: string[] = [];
    const named = new Map<string, string>();
    const words: SyntaxNode[] = [];
    for (let child = node.getChild('ArgList')?.firstChild; child; child = child.nextSibling) {
      if (child.name !== '(' && child.name !== ',' && child.name !== ')' && child.name !== 'Comment') words.push(child);
      else if (words.length > 0) this.#argument(words.splice(0), positional, named);
    }
    return { name: callee.split('.').at(-1)!, callee, positional, named, where: whereIn(this.#file, node.from) };
  }

  #argument(words: readonly SyntaxNode[], positional: string[], named: Map<string, string>): void {
    const [name, equals, value] = words;
    if (name?.name === 'VariableName' && equals?.name === 'AssignOp') named.set(this.#text(name), this.#text(value));
    else positional.push(this.#file.text.slice(words[0]!.from, words.at(-1)!.to));
  }

  #text(node: SyntaxNode | null | undefined): string {
    return node ? this.#file.text.slice(node.from, node.to) : '';
  }
}

/** The text of a plain string literal; `undefined` for everything else, format strings too. */
export function stringOf(literal: string): string | undefined {
  const match = /^(?:r|u)?("""|'''|"|')([\s\S]*)\1$/.exec(literal.trim());
  return match && !match[2]!.includes('\\') && !match[2]!.includes(match[1]!) ? match[2] : undefined;
}

/** A literal as our tables write defaults: numbers and words as they are, `None` as `null`; else `undefined`. */
export function literalOf(source: string): string | undefined {
  const text = source.trim();
  const string = stringOf(text);
  if (string !== undefined) return string;
  if (text === 'None') return 'null';
  if (text === 'True' || text === 'False') return text.toLowerCase();
  return /^-?\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text) ? String(Number(text.replaceAll('_', ''))) : undefined;
}
