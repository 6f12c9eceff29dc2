import type { Flag, JsonProblem, Value } from '../../model';
import type { Place, SourceText, TreeNode } from '../../syntax';
import { type CommandWords, rawOf } from '../command/command-words';
import { placeOver } from './pieces';

/** Who hands a command's words to the program, which decides who could have removed quotes. */
export type Layer = NonNullable<JsonProblem['layer']>;

/** How many words of a shell are looked at for one JSON text that fell apart. */
const most = 64;

/** JSON whose quotes were eaten on the way: the text as written is an object, what arrives is not. */
export const lostQuotes = {
  /** An argument that YAML reads as a mapping, where a string was meant. */
  inYaml(node: TreeNode): JsonProblem {
    const { source, span } = node.place;
    const raw = source.text.slice(span.start, span.end);
    const problem = { kind: 'quotes-lost', place: node.place, layer: 'yaml' as const };
    const message = 'YAML reads the unquoted braces as a mapping of its own';
    if (!isObjectText(raw) || raw.includes('\n')) return { ...problem, message };
    const newText = `'${raw.replaceAll("'", "''")}'`;
    return { ...problem, message, fix: { title: 'Put it in single quotes', place: node.place, newText } };
  },

  /** A shell that removed the double quotes of the JSON, because nothing around them protects them. */
  inShell(flag: Flag, value: Value, command: CommandWords): JsonProblem | undefined {
    const message = 'the shell removes these double quotes before vLLM sees them';
    const problem = { kind: 'quotes-lost', message, layer: 'shell' as const };
    const written = asWritten(flag, command);
    if (written) {
      const { place, json } = written;
      if (!place) return { ...problem, place: written.shown };
      const newText = `'${json.replaceAll("'", "'\\''")}'`;
      return { ...problem, place, fix: { title: 'Put it in single quotes', place, newText } };
    }
    if (value.kind === 'unknown') return undefined;
    // An outer shell ate them: in the file the same characters are still an object.
    const { root, span } = value.source.locate();
    if (value.source.text.includes('"') || !isObjectText(root.text.slice(span.start, span.end))) return undefined;
    return { ...problem, place: value.source.place() };
  },
};

/** What the JSON reader says about quotes, with the layer that is to blame. */
export function withLayer(problem: JsonProblem, layer: Layer | undefined): JsonProblem {
  if (problem.kind !== 'outer-quotes') return problem;
  const bare = layer === 'shell' || layer === undefined;
  const message = bare
    ? 'these quotes are part of the value: no shell removes quotes that come out of a variable or out of other quotes'
    : 'these quotes are part of the value: no shell is there to remove them';
  return { ...problem, message, layer };
}

/** JSON in quotes of its own that came out of a variable and fell apart at its blanks: `$ARGS` does not read quotes. */
export function cutByShell(source: SourceText, layer: Layer | undefined): JsonProblem | undefined {
  if (layer !== 'shell' || !source.known || !/^'\s*\{/.test(source.text) || source.text.endsWith("'")) return undefined;
  const message =
    'the shell does not read quotes that come out of a variable, and ends the value at its first blank unless the variable itself stands in double quotes';
  return { kind: 'outer-quotes', place: source.place(), message, layer };
}

interface Written {
  /** Where it can be replaced; missing when that place cannot be named. */
  readonly place: Place | undefined;
  readonly shown: Place;
  readonly json: string;
}

/** The value as it stands in the script, when that is a JSON object whose quotes the shell takes for its own. */
function asWritten(flag: Flag, command: CommandWords): Written | undefined {
  const index = command.words.findIndex((word) => isSameStart(word, flag.text));
  const origin = command.origins?.[index];
  const own = rawOf(command, index);
  if (!command.raw || origin === undefined || !own) return undefined;
  const equals = own.text.indexOf('=');
  const joined = equals !== -1 && own.text.slice(0, equals).endsWith(flag.spelled);
  const first = joined ? own.slice(equals + 1) : command.raw[origin + 1];
  if (!first || !/^"?\{/.test(first.text)) return undefined;
  let text = first.text;
  let last = first;
  for (let next = origin + (joined ? 1 : 2); next <= origin + most; next++) {
    const json = objectText(text);
    if (json !== undefined) {
      const whole = last === first ? first.place() : placeInScript(first, last, command);
      return { place: whole, shown: whole ?? placeOver(first, last), json };
    }
    const following = command.raw[next];
    if (!following) return undefined;
    text += ` ${following.text}`;
    last = following;
  }
  return undefined;
}

/** The characters from one raw word to another in their script, where a replacement is written in all its layers. */
function placeInScript(first: SourceText, last: SourceText, { place }: CommandWords): Place | undefined {
  if (!place) return undefined;
  const start = offsetIn(place, first, place.span.start);
  const end = start === undefined ? undefined : offsetIn(place, last, start + first.length);
  return start === undefined || end === undefined
    ? undefined
    : { source: place.source, span: { start, end: end + last.length } };
}

/** Where a part of a script starts in it: the first equal text that lies at the same characters of the file. */
function offsetIn({ source, span }: Place, part: SourceText, from: number): number | undefined {
  const sought = part.locate();
  for (
    let at = source.text.indexOf(part.text, from);
    at !== -1 && at < span.end;
    at = source.text.indexOf(part.text, at + 1)
  ) {
    const found = source.locate({ start: at, end: at + part.length });
    if (found.root === sought.root && found.span.start === sought.span.start) return at;
  }
  return undefined;
}

function isSameStart(word: SourceText, text: SourceText): boolean {
  if (word === text) return true;
  if (!word.text.startsWith(text.text)) return false;
  const a = word.locate();
  const b = text.locate();
  return a.root === b.root && a.span.start === b.span.start;
}

/** The JSON object in a raw word, whether it stands bare or between double quotes that do not hold it together. */
function objectText(raw: string): string | undefined {
  if (isObjectText(raw)) return raw;
  const inner = raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : '';
  return isObjectText(inner) ? inner : undefined;
}

function isObjectText(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  } catch {
    return false;
  }
}
