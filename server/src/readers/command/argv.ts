import { lookupDynamoFlag, lookupFlag } from '../../knowledge';
import { type EntryPoint, type Flag, Flags, toValue, type Value } from '../../model';
import type { Reason, SourceText } from '../../syntax';
import { type CommandWords, fieldCount, rawOf } from './command-words';

/** How many words a flag takes as its value. */
type Arity = 'none' | 'one' | 'optional' | 'many' | 'unknown';

/** A flag's word, taken apart. */
interface FlagWord {
  readonly name: string;
  readonly arity: Arity;
  readonly path: readonly string[];
  readonly append: boolean;
  readonly negated: boolean;
  /** Where the value starts, when it is joined by `=`. */
  readonly valueAt: number | undefined;
}

/**
 * Reads the words after the program as vLLM's parser sees them: `--flag value`, `--flag=value`, short aliases,
 * underscores for dashes, dotted keys, `--no-flag`. What is unknown stays so: a word that we cannot see may be a flag,
 * so it makes the list open, unless it stands where a flag's value must stand.
 * @param open why other flags may be added unseen
 * @param entry the program: Dynamo's worker has flags of its own
 */
export function readFlags(command: CommandWords, open: readonly Reason[] = [], entry?: EntryPoint): Flags {
  const { words } = command;
  const list: Flag[] = [];
  const positionals: Value[] = [];
  const reasons = new Set<Reason>(open);
  /** Raw words whose unknown expansion stands where exactly one value belongs. */
  const settled = new Set<number>();
  /** Raw words of which it is said already that they may be anything. */
  const reported = new Set<number>();
  const note = (index: number, where: Set<number>) => {
    const origin = command.origins?.[index];
    if (origin !== undefined) where.add(origin);
  };

  let index = 0;
  let onlyPositionals = false;
  while (index < words.length) {
    const word = words[index]!;
    const flag = onlyPositionals ? undefined : readFlagWord(word, entry);
    if (!flag) {
      if (word.text === '--' && word.known) onlyPositionals = true;
      else {
        const reason = onlyPositionals ? undefined : mayBeFlag(word);
        const unsure = reason !== undefined && !standsForModel(command, index, reason);
        if (unsure) reasons.add(reason);
        note(index, unsure ? reported : settled);
        positionals.push(toValue(word));
      }
      index += 1;
      continue;
    }
    const own = flag.valueAt === undefined ? word : word.slice(0, flag.valueAt - joinedBy(word, flag.valueAt));
    const values: SourceText[] = [];
    if (flag.valueAt !== undefined) {
      values.push(word.slice(flag.valueAt));
      note(index, settled);
    }
    let next = index + 1;
    const most = flag.valueAt !== undefined ? 0 : mostValues(flag.arity);
    while (values.length < most && next < words.length && isValue(words[next]!, values.length, flag.arity)) {
      note(next, settled);
      values.push(words[next]!);
      next += 1;
    }
    index = next;
    list.push({
      name: flag.name,
      spelled: own.text,
      text: own,
      path: flag.path,
      append: flag.append,
      negated: flag.negated,
      fromConfigFile: false,
      ...givenValue(command, word, values),
    });
  }
  if (command.open && !explained(command, settled, reported)) reasons.add(command.open);
  return new Flags(list, [...reasons], positionals);
}

/** How many characters stand between a flag and the value joined to it: none in `-O3`. */
function joinedBy(word: SourceText, valueAt: number): number {
  return word.text[valueAt - 1] === '=' ? 1 : 0;
}

/** The values of a flag; a mapping where a text was meant is none. */
function givenValue(
  { trees }: CommandWords,
  word: SourceText,
  values: readonly SourceText[],
): Pick<Flag, 'value' | 'values' | 'tree'> {
  const [first] = values;
  const tree = first && (trees?.get(first) ?? trees?.get(word));
  if (tree) return { value: undefined, values: [], tree };
  return { value: first && toValue(first), values: values.map(toValue) };
}

/** The flag that a word is, if it is one. */
function readFlagWord(word: SourceText, entry: EntryPoint | undefined): FlagWord | undefined {
  const { text } = word;
  if (!text.startsWith('-') || text === '-' || text === '--' || isNegativeNumber(text)) return undefined;
  const equals = text.indexOf('=');
  const nameEnd = equals === -1 ? text.length : equals;
  // argparse takes a word with a blank in it for a positional unless it is a known flag joined by `=`.
  if (/\s/.test(text.slice(0, nameEnd))) return undefined;
  if (word.holes({ start: 0, end: nameEnd }).length > 0) return undefined;
  // Dynamo takes its own flags out of the words before vLLM sees them.
  const own = entry === 'dynamo.vllm' ? lookupDynamoFlag(text) : undefined;
  if (own) {
    const arity = own.negated ? 'none' : own.flag.value;
    return { name: own.flag.name, arity, path: [], append: false, negated: own.negated, valueAt: own.valueAt };
  }
  const known = lookupFlag(text);
  if (known) {
    return {
      name: known.fact.name,
      arity: known.path.length > 0 ? 'one' : known.negated ? 'none' : known.fact.value,
      path: known.path,
      append: known.append,
      negated: known.negated,
      valueAt: known.valueAt,
    };
  }
  const valueAt = equals === -1 ? undefined : equals + 1;
  const [name = '', ...path] = text.slice(0, nameEnd).replace(/^--?/, '').split('.');
  const append = path.at(-1)?.endsWith('+') ?? false;
  return {
    name: name.replaceAll('_', '-'),
    arity: 'unknown',
    path: append ? [...path.slice(0, -1), path.at(-1)!.slice(0, -1)] : path,
    append,
    negated: false,
    valueAt,
  };
}

function mostValues(arity: Arity): number {
  return arity === 'none' ? 0 : arity === 'many' ? Number.POSITIVE_INFINITY : 1;
}

/** argparse: a word that starts with a dash is a flag and no value, a negative number excepted. */
function isValue(word: SourceText, before: number, arity: Arity): boolean {
  // What is wholly unknown belongs to a flag that must have a value, else it may be anything.
  if (startsUnknown(word)) return arity === 'one' || (arity === 'many' && before === 0);
  return !word.text.startsWith('-') || word.text === '-' || isNegativeNumber(word.text);
}

function isNegativeNumber(text: string): boolean {
  return /^-\d+$|^-\d*\.\d+$/.test(text);
}

/** Why the word's first character is not known. */
function startsUnknown(word: SourceText): Reason | undefined {
  const first = word.holes()[0];
  return first?.start === 0 ? first.reason : undefined;
}

/** Why a word that reads as no flag may be one. */
function mayBeFlag(word: SourceText): Reason | undefined {
  if (!word.text.startsWith('-')) return startsUnknown(word);
  const equals = word.text.indexOf('=');
  return word.holes({ start: 0, end: equals === -1 ? word.length : equals })[0]?.reason;
}

/** The first word after `serve` is the model, unless it may fall apart into flags and does not even look like one. */
function standsForModel(command: CommandWords, index: number, reason: Reason): boolean {
  if (index !== 0) return false;
  const raw = rawOf(command, index);
  if (raw && fieldCount(raw.text) === 'one') return true;
  return /model|path|repo/i.test(raw?.text ?? reason.detail);
}

/** True when every raw word that may fall apart stands where exactly one value belongs, or is reported already. */
function explained(command: CommandWords, settled: ReadonlySet<number>, reported: ReadonlySet<number>): boolean {
  const { raw, origins, words } = command;
  if (!raw || !origins) return false;
  const inUse = new Set(origins);
  const first = origins[0] ?? 0;
  return raw.every((text, index) => {
    const fields = index < first ? 'one' : fieldCount(text.text);
    if (fields === 'one' || reported.has(index)) return true;
    return inUse.has(index) && ((fields !== 'list' && settled.has(index)) || everyWordKnown(words, origins, index));
  });
}

function everyWordKnown(words: readonly SourceText[], origins: readonly number[], raw: number): boolean {
  return words.every((word, index) => origins[index] !== raw || word.known);
}
