import { addMember, isKnown, type Member, member, type ObjectNode, removeMember } from '../../model';
import type { Edit } from '../rule';

/** JSON and YAML's braces: what is written between them can be taken elsewhere as it stands. */
function isBraced({ notation }: ObjectNode): boolean {
  return notation === 'json' || notation === 'yaml-flow';
}

/** The characters of a member's value; `undefined` where they are not all known, so that they cannot be written anew. */
function valueText({ keyPlace, value }: Member): string | undefined {
  if (!isKnown(value) || value.place.source !== keyPlace.source) return undefined;
  return value.place.source.text.slice(value.place.span.start, value.place.span.end);
}

function writable(edit: Edit): Edit | undefined {
  return edit.place.source.edit(edit.place.span, edit.newText) === undefined ? undefined : edit;
}

/**
 * The edits that move a member from one object into another one of the same notation, behind `after`.
 * @returns `undefined` where they cannot be written, or the key is there already
 */
export function moveMember(from: ObjectNode, moved: Member, to: ObjectNode, after?: Member): Edit[] | undefined {
  const text = valueText(moved);
  if (text === undefined || !isBraced(from) || !isBraced(to) || member(to, moved.key)) return undefined;
  const taken = removeMember(from, moved);
  // A place is made for a value that is surely at its end, and then the real one is put there.
  const made = addMember(to, moved.key, true, after);
  if (!taken || !made?.newText.endsWith('true')) return undefined;
  const put = writable({ place: made.place, newText: made.newText.slice(0, -'true'.length) + text });
  return put && [taken, put];
}

/** The edit that puts a member into a new object of its own under `key`, where it stands. */
export function wrapMember(from: ObjectNode, moved: Member, key: string): Edit[] | undefined {
  const text = valueText(moved);
  if (text === undefined || from.notation !== 'json' || member(from, key)) return undefined;
  const { source, span } = moved.keyPlace;
  const { end } = moved.value.place.span;
  const gap = source.text.slice(span.end, moved.value.place.span.start);
  const newText = `${JSON.stringify(key)}${gap}{${source.text.slice(span.start, end)}}`;
  const edit = writable({ place: source.place({ start: span.start, end }), newText });
  return edit && [edit];
}
