import { type Analysis, type Edit, placeFix } from '../analysis';
import { addMember, type Flag, knownText, member, type ObjectNode, type Variable } from '../model';
import { counterpart, type Move, type Offer, type Scope } from './scope';
import { besides, type Entry, entryOf, removal, type Written } from './text/entry';
import { flagBefore } from './text/flag';

type Words = Pick<Offer, 'title' | 'safe' | 'purpose'>;

/** A proposal of edits on decoded text; none where they cannot be written. */
export function offerEdits(
  words: Words,
  edits: readonly (Edit | undefined)[],
  { goal }: Scope,
  proof?: Offer['proof'],
): Offer[] {
  const usable = edits.filter((edit) => edit !== undefined);
  if (usable.length !== edits.length) return [];
  return placeFix({ title: words.title, safe: words.safe, edits: usable }, goal.files).map((fix) => ({
    ...words,
    edits: fix.edits,
    ...(proof && { proof }),
  }));
}

interface Located {
  readonly file: string;
  readonly text: string;
  readonly written: Written;
  readonly entry: Entry;
}

/** Where a variable is set; `undefined` where that is written in a way that we do not know. */
function locateEntry(variable: Variable, { goal: { files } }: Scope): Located | undefined {
  const name = files.locate(variable.nameText.place());
  const text = name && files.text(name.file);
  if (!name || text === undefined || text.slice(name.start, name.end) !== variable.name) return undefined;
  const { value } = variable;
  const site = value.kind === 'unknown' ? files.locate(value.place) : files.locateRoot(value.source.locateSite());
  const valueEnd = site?.file === name.file && site.start >= name.end ? site.end : name.end;
  const written = { start: name.start, end: name.end, valueEnd };
  const entry = entryOf(text, written, variable.via === 'kubernetes');
  return entry && { file: name.file, text, written, entry };
}

/** Takes a variable out of the environment, wherever it is set. */
export function offerRemoval(variable: Variable, words: Words, move: Move, scope: Scope): Offer[] {
  const all = move.goal.environment.variables.filter(({ name }) => name === variable.name);
  const found = all.map((one) => locateEntry(one, scope));
  const edits = found.flatMap((one) => {
    return one ? [{ file: one.file, ...removal(one.text, one.entry), newText: '' }] : [];
  });
  if (edits.length !== all.length) return [];
  const proof = (after: Analysis) => counterpart(move, scope, after)?.environment.get(variable.name) === undefined;
  return [{ ...words, edits, proof }];
}

/** Sets another variable, next to one that is set already: of the file at hand rather than of another one. */
export function offerVariable(name: string, value: string, words: Words, move: Move, scope: Scope): Offer[] {
  if (!/^[\w.:-]+$/.test(value)) return [];
  const entries = move.goal.environment.effective().flatMap((variable) => {
    const found = locateEntry(variable, scope);
    return found ? [{ ...found, variable }] : [];
  });
  const rank = ({ file, variable }: (typeof entries)[number]) =>
    (file === scope.name ? 0 : 4) +
    (variable.name.startsWith('VLLM_NIXL_') ? 0 : variable.name.startsWith('VLLM_') ? 1 : 2);
  for (const { file, text, written, entry } of entries.sort((a, b) => rank(a) - rank(b))) {
    const put = besides(text, written, entry, name, value);
    if (!put) continue;
    const proof = (after: Analysis) =>
      knownText(counterpart(move, scope, after)?.environment.get(name)?.value) === value;
    return [{ ...words, edits: [{ file, start: put.start, end: put.start, newText: put.newText }], proof }];
  }
  return [];
}

/** Gives another flag, before one that is given already. A flag without a value is a switch. */
export function offerFlag(name: string, value: string | undefined, words: Words, move: Move, scope: Scope): Offer[] {
  if (value !== undefined && !/^[\w.:-]+$/.test(value)) return [];
  const { files } = scope.goal;
  const { list } = move.goal.flags;
  const places = list.flatMap((flag) => {
    const at = files.locate(flag.text.place());
    const text = at && files.text(at.file);
    const put = at && text?.startsWith(flag.spelled.slice(0, 2), at.start) && flagBefore(text, at.start, name, value);
    return at && put ? [{ ...put, file: at.file, transfer: flag.name === 'kv-transfer-config' }] : [];
  });
  // A line of its own beside the transfer configuration reads best.
  const lines = places.filter(({ newText }) => newText.endsWith('\n'));
  const candidates = lines.length > 0 ? lines : places;
  const put = candidates.find(({ transfer }) => transfer) ?? candidates[0];
  if (!put) return [];
  const proof = (after: Analysis) => {
    const given = counterpart(move, scope, after)?.flags.get(name);
    return given !== undefined && (value === undefined || knownText(given.value) === value);
  };
  return [{ ...words, edits: [{ file: put.file, start: put.start, end: put.start, newText: put.newText }], proof }];
}

/** The edit that gives an object a new member with an object of one member in it. */
export function addNested(object: ObjectNode, key: string, inner: string, value: string): Edit | undefined {
  if (member(object, key)) return undefined;
  // A place is made for a value that is surely at its end, and then the real one is put there.
  const made = addMember(object, key, true);
  if (!made?.newText.trimEnd().endsWith('true')) return undefined;
  const at = made.newText.lastIndexOf('true');
  const gap = made.newText[at - 1] === ':' ? '' : ' ';
  const newText = `${made.newText.slice(0, at)}{"${inner}":${gap}${value}}${made.newText.slice(at + 'true'.length)}`;
  return made.place.source.edit(made.place.span, newText) && { place: made.place, newText };
}

/** True when a flag is given in any form. */
export function isGiven(flags: { readonly list: readonly Flag[] }, name: string): boolean {
  return flags.list.some((flag) => flag.name === name);
}
