import { escapeJson } from './json/string';
import type { Place } from './source-text';
import { escapeToml } from './toml/string';
import type { Member, Notation, ObjectNode, TreeNode } from './tree';
import { quote } from './yaml/encode';
import { ambiguous, fitsPlain } from './yaml/plain';

/** A replacement of some characters, in the notation that these are written in. */
export interface TreeEdit {
  readonly place: Place;
  readonly newText: string;
}

export type PlainScalar = string | number | boolean | null;

/** The first of these that every layer around it can express. */
function expressible(...edits: readonly (TreeEdit | undefined)[]): TreeEdit | undefined {
  return edits.find((edit) => edit && edit.place.source.edit(edit.place.span, edit.newText) !== undefined);
}

/** Gives a member another key; `undefined` where that can not be written. */
export function renameKey({ keyText }: Member, newKey: string): TreeEdit | undefined {
  return expressible({ place: keyText.place(), newText: newKey });
}

/** Gives a node another value; `undefined` where that can not be written. */
export function setScalar(node: TreeNode, value: PlainScalar): TreeEdit | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  if (node.type === 'string' && typeof value === 'string') {
    // Within the quotes that are there, or in new ones where the old can not hold it.
    return expressible({ place: node.text.place(), newText: value }, replaceNode(node, value));
  }
  if (node.notation === 'flags')
    return 'text' in node ? expressible({ place: node.text.place(), newText: String(value) }) : undefined;
  return expressible(replaceNode(node, value));
}

function replaceNode(node: TreeNode, value: PlainScalar): TreeEdit | undefined {
  const { place, notation } = node;
  const { text } = place.source;
  const { start, end } = place.span;
  if (notation === 'flags') return undefined;
  if (notation === 'toml') {
    const inQuotes = typeof value === 'string' ? escapeToml(value) : undefined;
    if (typeof value !== 'string') return value === null ? undefined : { place, newText: String(value) };
    return inQuotes === undefined ? undefined : { place, newText: `"${inQuotes}"` };
  }
  const newText = written(value, notation);
  if (notation === 'json') return { place, newText };
  if (notation === 'yaml-block' && (node.type === 'object' || node.type === 'array')) return undefined;
  // A block scalar ends with its line break, and a tag would decide about the new text too.
  if (/^[|>]/.test(text.slice(start, end)) || /(?:^|\s)![^\s]*\s+(?:&[^\s]+\s+)?$/.test(text.slice(0, start)))
    return undefined;
  if (start < end) return { place, newText };
  const before = start > 0 && !/\s/.test(text[start - 1]!) ? ' ' : '';
  const after = end < text.length && !/[\s,}\]]/.test(text[end]!) ? ' ' : '';
  return { place, newText: before + newText + after };
}

/** A value as it is written in a notation. */
function written(value: PlainScalar, notation: Notation): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (notation === 'json') return `"${escapeJson(value)}"`;
  return fitsPlain(value, notation === 'yaml-flow') && !ambiguous(value) ? value : quote(value);
}

/**
 * Adds a member; `undefined` where that can not be written.
 * @param after the member that it should follow; without one it comes last
 */
export function addMember(object: ObjectNode, key: string, value: PlainScalar, after?: Member): TreeEdit | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const own = ownMembers(object);
  const anchor = after && own.includes(after) ? after : own.at(-1);
  switch (object.notation) {
    case 'flags':
    case 'toml':
      return undefined;
    case 'yaml-block':
      return expressible(addLine(object, anchor, `${written(key, 'yaml-block')}: ${written(value, 'yaml-block')}`));
    default:
      return expressible(...addInBrackets(object, own, anchor, key, value));
  }
}

/** The members that are written within the object, not merged into it from elsewhere. */
function ownMembers({ members, place }: ObjectNode): Member[] {
  return members.filter(
    ({ keyPlace: { source, span } }) =>
      source === place.source && place.span.start <= span.start && span.end <= place.span.end,
  );
}

/** Where a member ends; an alias ends where it stands. */
function endOf({ value, keyPlace }: Member): number {
  return (value.via?.source === keyPlace.source ? value.via : value.place).span.end;
}

function addInBrackets(
  object: ObjectNode,
  own: readonly Member[],
  anchor: Member | undefined,
  key: string,
  value: PlainScalar,
): TreeEdit[] {
  const { source, span } = object.place;
  const { text } = source;
  const { notation } = object;
  const quoted = notation === 'json' || own.some(({ keyPlace }) => text[keyPlace.span.start] === '"');
  const name = quoted ? `"${escapeJson(key)}"` : written(key, notation);
  const first = own[0];
  const colon = first && text.slice(first.keyPlace.span.end, first.value.place.span.start);
  const gap = colon !== undefined && /^:[ \t]*$/.test(colon) && (quoted || /\s/.test(colon)) ? colon : ': ';
  const content = `${name}${gap}${typeof value === 'string' && quoted ? `"${escapeJson(value)}"` : written(value, notation)}`;
  if (!anchor) {
    const at = span.start + 1;
    return [{ place: source.place({ start: at, end: at }), newText: content }];
  }
  const at = endOf(anchor);
  const place = source.place({ start: at, end: at });
  const plain = gap === ':' ? ',' : ', ';
  const separators = new Set([separatorOf(text, span.start, own) ?? plain, plain]);
  return [...separators].map((separator) => ({ place, newText: separator + content }));
}

/** What stands between two members of this object, or before its only one. */
function separatorOf(text: string, start: number, own: readonly Member[]): string | undefined {
  const [first, second] = own;
  if (first && second) {
    const between = text.slice(endOf(first), second.keyPlace.span.start);
    return /^,\s*$/.test(between) ? between : undefined;
  }
  const before = first && text.slice(start + 1, first.keyPlace.span.start);
  return before && /^\s*\n\s*$/.test(before) ? `,${before}` : undefined;
}

/** A new line of a block mapping, after a member or, when it has none of its own, before all. */
function addLine(object: ObjectNode, anchor: Member | undefined, content: string): TreeEdit | undefined {
  const { source, span } = object.place;
  const { text } = source;
  const margin = ' '.repeat(span.start - lineStart(text, span.start));
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  if (!anchor) {
    return { place: source.place({ start: span.start, end: span.start }), newText: content + lineBreak + margin };
  }
  const end = endOf(anchor);
  if (text[end - 1] === '\n') {
    return { place: source.place({ start: end, end }), newText: margin + content + lineBreak };
  }
  const at = restOfLine(text, end);
  if (at === undefined) return undefined;
  // A scalar that ends with the text but without a line break takes what is appended to it for its own.
  const open = at === text.length && /^[|>]/.test(text.slice(anchor.value.place.span.start));
  return open ? undefined : { place: source.place({ start: at, end: at }), newText: lineBreak + margin + content };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The end of the line at `offset`, before its break, when only blanks or a comment follow there. */
function restOfLine(text: string, offset: number): number | undefined {
  const rest = /(?:[ \t]+#[^\n]*|[ \t]*)(?=\r?\n|\r?$)/y;
  rest.lastIndex = offset;
  const match = rest.exec(text);
  if (!match) return undefined;
  const end = rest.lastIndex;
  return text[end - 1] === '\r' && end > offset ? end - 1 : end;
}

/** Takes a member out, with the comma or the line that belongs to it; `undefined` where that can not be written. */
export function removeMember(object: ObjectNode, member: Member): TreeEdit | undefined {
  const own = ownMembers(object);
  const index = own.indexOf(member);
  if (index < 0 || object.notation === 'flags') return undefined;
  const { source } = object.place;
  const remove = (start: number, end: number) => expressible({ place: source.place({ start, end }), newText: '' });
  if (object.notation === 'yaml-block') {
    const lines = linesOf(source.text, own, index);
    return lines && remove(lines.start, lines.end);
  }
  if (object.notation === 'toml') {
    const line = lineOf(source.text, member);
    return line && remove(line.start, line.end);
  }
  const start = member.keyPlace.span.start;
  const end = endOf(member);
  const next = own[index + 1];
  if (next) {
    const between = source.text.slice(end, next.keyPlace.span.start);
    return /^\s*,\s*$/.test(between) ? remove(start, next.keyPlace.span.start) : undefined;
  }
  const previous = own[index - 1];
  if (!previous) return remove(start, end);
  const before = source.text.slice(endOf(previous), start);
  return /^\s*,\s*$/.test(before) ? remove(endOf(previous), end) : undefined;
}

/** The line of a `key = value` that has it for itself, with its break. */
function lineOf(text: string, { keyPlace, value }: Member): { start: number; end: number } | undefined {
  const start = lineStart(text, keyPlace.span.start);
  const end = restOfLine(text, value.place.span.end);
  if (end === undefined || !/^[ \t]*$/.test(text.slice(start, keyPlace.span.start))) return undefined;
  return { start, end: end + (text.startsWith('\r\n', end) ? 2 : text[end] === '\n' ? 1 : 0) };
}

/** The lines of a member of a block mapping. */
function linesOf(text: string, own: readonly Member[], index: number): { start: number; end: number } | undefined {
  const member = own[index]!;
  const key = member.keyPlace.span.start;
  const end = endOf(member);
  const start = lineStart(text, key);
  const before = text.slice(start, key);
  const atLineStart = end > key && text[end - 1] === '\n';
  const rest = atLineStart ? end : restOfLine(text, end);
  if (rest === undefined || own.length < 2) return undefined;
  const after = atLineStart ? end : rest + (text.startsWith('\r\n', rest) ? 2 : text[rest] === '\n' ? 1 : 0);
  if (/^ *$/.test(before)) {
    // The last line of a text has no break of its own: the one before it goes.
    if (after > rest || atLineStart || start === 0) return { start, end: after };
    return { start: text[start - 2] === '\r' ? start - 2 : start - 1, end: rest };
  }
  // The first member of a list item: the next one takes its place after the `- `.
  const next = own[index + 1];
  if (index > 0 || !next || !/^ *(?:- +)+$/.test(before)) return undefined;
  return /^\s*$/.test(text.slice(after, next.keyPlace.span.start))
    ? { start: key, end: next.keyPlace.span.start }
    : undefined;
}
