import { type At, flagFact, holds } from '../../knowledge';
import type { Flag, FlagObject, Flags, JsonProblem, KvTransferConfig, Value } from '../../model';
import { parseJson, type SourceText } from '../../syntax';
import type { CommandWords } from '../command/command-words';
import { deepestPath, numberSuffixes, readDotted, suffixedNumber } from './dotted';
import { placeOver } from './pieces';
import { cutByShell, type Layer, lostQuotes, withLayer } from './quotes';

export const kvTransferFlag = 'kv-transfer-config';

/** What decides how the flag's value is read. */
export interface KvTransferFacts {
  readonly vllm: At;
  /** The command that the flags were read from, to tell lost quotes. */
  readonly command?: CommandWords | undefined;
  /** Who hands the words to the program. */
  readonly layer?: Layer | undefined;
}

/** The kv-transfer-config that the flags give. */
export function readKvTransfer(flags: Flags, facts: KvTransferFacts): KvTransferConfig | undefined {
  return readJsonFlag(kvTransferFlag, flags, facts);
}

/** What the other flags that take an object give. */
export function readFlagObjects(flags: Flags, facts: KvTransferFacts): FlagObject[] {
  const names = new Set(flags.list.map(({ name }) => name));
  return [...names].flatMap((name) => {
    const takesObject = name !== kvTransferFlag && flagFact(name)?.json === true;
    const object = takesObject ? readJsonFlag(name, flags, facts) : undefined;
    return object?.flag ? [{ ...object, flag: object.flag }] : [];
  });
}

/**
 * The object that a flag gives. Upstream gathers dotted flags into one new JSON argument and puts it last, so that plain
 * JSON beside them is dropped without a word; of several plain ones the last counts (`FlexibleArgumentParser`, all
 * supported releases).
 */
function readJsonFlag(name: string, flags: Flags, facts: KvTransferFacts): KvTransferConfig | undefined {
  const uses = flags.all(name).filter((flag) => !flag.negated);
  const dotted = uses.filter((flag) => flag.path.length > 0);
  const plain = uses.filter((flag) => flag.path.length === 0);
  if (dotted.length > 0) return fromDotted(dotted, plain, facts);
  const flag = plain.at(-1);
  if (!flag) return undefined;
  return { ...fromPlain(flag, flags, facts), flag, overridden: plain.slice(0, -1) };
}

/** A kv-transfer-config that is a text of its own: a file, or a variable that holds it. */
export function kvTransferText(
  source: SourceText,
  form: 'json' | 'file',
  facts: KvTransferFacts,
): Omit<KvTransferConfig, 'flag'> {
  return { form, ...readText(source, facts), place: source.place(), overridden: [] };
}

function fromDotted(dotted: readonly Flag[], plain: readonly Flag[], facts: KvTransferFacts): KvTransferConfig {
  const { root, repeated, deep } = readDotted(dotted, facts.vllm);
  const last = dotted.at(-1)!;
  const end = last.value?.kind === 'unknown' || !last.value ? last.text : last.value.source;
  return {
    form: 'dotted',
    root,
    place: placeOver(dotted[0]!.text, end),
    flag: last,
    problems: deep
      ? [{ kind: 'too-deep', place: deep.text.place(), message: `nesting deeper than ${deepestPath} levels` }]
      : [],
    overridden: [...plain, ...repeated],
  };
}

function fromPlain(
  flag: Flag,
  flags: Flags,
  facts: KvTransferFacts,
): Pick<KvTransferConfig, 'form' | 'root' | 'place' | 'problems'> {
  const { tree, value } = flag;
  if (tree && flag.fromConfigFile) return { form: 'mapping', root: tree, place: tree.place, problems: [] };
  if (tree) return { form: 'json', root: undefined, place: tree.place, problems: [lostQuotes.inYaml(tree)] };
  if (!value) {
    // Without a word that we cannot see in between, the parser certainly finds no value.
    const problem = { kind: 'missing', place: flag.text.place(), message: 'no value follows the flag' };
    return { form: 'json', root: undefined, place: problem.place, problems: flags.open.length === 0 ? [problem] : [] };
  }
  if (value.kind === 'unknown') {
    const eaten = facts.command && lostQuotes.inShell(flag, value, facts.command);
    return { form: 'json', root: undefined, place: value.place, problems: eaten ? [eaten] : [] };
  }
  const read = readText(value.source, facts);
  const place = value.source.place();
  if (read.root?.type === 'object' && read.problems.length === 0) return { form: 'json', ...read, place };
  const quotes = quoteProblem(flag, value, facts);
  return quotes ? { form: 'json', root: undefined, place, problems: [quotes] } : { form: 'json', ...read, place };
}

function quoteProblem(flag: Flag, value: Exclude<Value, { kind: 'unknown' }>, facts: KvTransferFacts) {
  return (facts.command && lostQuotes.inShell(flag, value, facts.command)) ?? cutByShell(value.source, facts.layer);
}

function readText(source: SourceText, facts: KvTransferFacts): Pick<KvTransferConfig, 'root' | 'problems'> {
  if (source.text === 'None' && source.known) return { root: undefined, problems: [emptyProblem(source)] };
  const { root, problems } = parseJson(source);
  const told = problems.filter((problem) => !isAcceptedSuffix(problem, facts.vllm));
  return { root, problems: told.map((problem) => withLayer(problem, facts.layer)) };
}

function isAcceptedSuffix({ kind, place }: JsonProblem, vllm: At): boolean {
  const text = place.source.text.slice(place.span.start, place.span.end);
  return kind === 'number-suffix' && suffixedNumber.test(text) && holds(numberSuffixes, vllm) !== 'no';
}

/** `None` and nothing at all both switch KV transfer off without a message. */
function emptyProblem(source: SourceText): JsonProblem {
  return { kind: 'empty', place: source.place(), message: '`None` stands for no value' };
}
