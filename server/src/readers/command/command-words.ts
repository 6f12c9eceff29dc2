import type { Place, Reason, SourceText, TreeNode } from '../../syntax';
import { baseName } from '../config/pieces';

/** The words of one command, as the program gets them. */
export interface CommandWords {
  readonly words: readonly SourceText[];
  /** As written, when a shell made the words: tells that quotes were eaten, and which words may fall apart. */
  readonly raw?: readonly SourceText[] | undefined;
  /** For each word the index of the raw word that it came from. */
  readonly origins?: readonly number[] | undefined;
  /** Words that are no text where they are written, but a mapping or list of YAML. */
  readonly trees?: ReadonlyMap<SourceText, TreeNode> | undefined;
  /** Words may be missing, split or added. */
  readonly open?: Reason | undefined;
  /** The whole command in its script. */
  readonly place?: Place | undefined;
  /** Texts that the command reads from its standard input. */
  readonly input?: readonly SourceText[] | undefined;
}

/** The words from `start` on. */
export function wordsFrom(command: CommandWords, start: number): CommandWords {
  if (start === 0) return command;
  const { words, origins } = command;
  return { ...command, words: words.slice(start), origins: origins?.slice(start) };
}

/** One command line out of two: a container's command and its arguments. */
export function wordsTogether(first: CommandWords, second: CommandWords): CommandWords {
  const trees = new Map([...(first.trees ?? []), ...(second.trees ?? [])]);
  return { words: [...first.words, ...second.words], trees, open: first.open ?? second.open };
}

/** The word when all of it is known. */
export function knownWord(command: CommandWords, index: number): string | undefined {
  const word = command.words[index];
  return word?.known ? word.text : undefined;
}

/** Unquoted expansions, patterns and lists: what may become no word or several. Quoted stretches are taken out before. */
const mayFallApart = /[$`*?]|\{.*\}/;
const listExpansion = /\$[@*]|\$\{[@*]|\[[@*]\]/;

/** How many words a raw word of a shell can become. */
export function fieldCount(raw: string): 'one' | 'unquoted' | 'list' {
  const bare = raw.replace(/'[^']*'/g, '').replace(/\\./g, '');
  if (listExpansion.test(bare)) return 'list';
  return mayFallApart.test(bare.replace(/"[^"]*"/g, '')) ? 'unquoted' : 'one';
}

/** The program's own name, without folders; its folder need not be known. */
export function programName(command: CommandWords, index: number): string | undefined {
  const word = command.words[index];
  if (!word) return undefined;
  const name = baseName(word.text);
  return word.holes({ start: word.length - name.length, end: word.length }).length === 0 ? name : undefined;
}

/** The text of the raw word that a word came from. */
export function rawOf(command: CommandWords, index: number): SourceText | undefined {
  const origin = command.origins?.[index];
  return origin === undefined ? undefined : command.raw?.[origin];
}
