import { type Reason, SourceText } from '../source-text';
import { certainItems, type ShellList, ShellValue } from './value';
import type { Variable } from './variable';

/** What is known of a variable that may have come either way. */
export function mergeVariables(name: string, one: Variable | undefined, other: Variable | undefined): Variable {
  const latest = other?.nameText ? other : (one ?? other);
  const merged: Variable = {
    nameText: latest?.nameText ?? one?.nameText,
    value: latest?.value ?? one?.value,
    unknown: { kind: 'branch', detail: `$${name}` },
    exported: Boolean(one?.exported || other?.exported),
    uncertain: Boolean(one?.exported) !== Boolean(other?.exported) || one?.uncertain || other?.uncertain,
    removed: Boolean(one?.removed && other?.removed),
    altered: Boolean(one?.altered || other?.altered),
  };
  if (!one || !other || one.unknown || other.unknown) return merged;
  const reason: Reason = { kind: 'branch', detail: `$${name}` };
  const alike = one.exported === other.exported && Boolean(one.removed) === Boolean(other.removed);
  if (one.list && other.list) {
    const list = mergeLists(one.list, other.list, reason);
    if (list === one.list && alike) return one;
    return list ? { ...merged, value: undefined, list, unknown: undefined } : merged;
  }
  if (!one.value || !other.value || one.list || other.list) return merged;
  const value = mergeValues(one.value, other.value, reason);
  if (value === one.value && alike) return one;
  return value ? { ...merged, value, unknown: undefined } : merged;
}

/** What both texts start and end with, and a hole between; `undefined` when they share nothing. */
function mergeValues(one: ShellValue, other: ShellValue, reason: Reason): ShellValue | undefined {
  const { start, end } = shared(one.parts, other.parts, (left, right) => left === right);
  if (start + end === 0) return undefined;
  if (start + end === one.parts.length && start + end === other.parts.length) return one;
  const before = one.parts.slice(0, start);
  const after = one.parts.slice(one.parts.length - end);
  if (isHole(before.at(-1)) || isHole(after[0])) {
    return before.length + after.length === one.parts.length ? one : ShellValue.joined([...before, ...after], one);
  }
  const middles = [one, other].map((value) =>
    ShellValue.joined(value.parts.slice(start, value.parts.length - end), value),
  );
  const hole = unknownText(gapOf(middles, before.length > 0, after.length > 0), reason);
  return ShellValue.joined([...before, hole, ...after], one);
}

/**
 * The text that stands for what may be between. When all that it may be is set off by blanks, so is the hole:
 * `$CMD` or `$CMD --more` leaves the last word of `$CMD` whole.
 */
function gapOf(middles: readonly ShellValue[], follows: boolean, leads: boolean): SourceText {
  const filled = middles.filter(({ text }) => text !== '');
  const longest = filled.reduce((left, right) => (right.text.length > left.text.length ? right : left), filled[0]!);
  const starts = !follows || filled.every((middle) => isBlankAt(middle, 0));
  const ends = !leads || filled.every((middle) => isBlankAt(middle, middle.text.length - 1));
  const from = starts ? 0 : longest.text.length - longest.text.trimStart().length;
  const to = ends ? longest.text.length : longest.text.trimEnd().length;
  return from < to ? longest.slice(from, to).source : longest.source;
}

/** A blank that is certain, or the edge of an earlier gap that blanks set off. */
function isBlankAt(value: ShellValue, index: number): boolean {
  const edge = index === 0 ? value.parts[0] : value.parts.at(-1);
  if (isHole(edge)) return /\s/.test(value.text[index]!);
  return /\s/.test(value.text[index] ?? '') && !value.holes.some((hole) => hole.start <= index && index < hole.end);
}

/** The items that both lists have, with one unknown item in place of what differs. */
function mergeLists(one: ShellList, other: ShellList, reason: Reason): ShellList | undefined {
  const { start, end } = shared(one.items, other.items, sameValue);
  const before = one.items.slice(0, start);
  const after = one.items.slice(one.items.length - end);
  if (!one.open && !other.open && start + end === one.items.length && start + end === other.items.length) return one;
  const open = one.open ?? other.open ?? reason;
  const certain = Math.min(start, certainItems(one), certainItems(other));
  if (isHole(before.at(-1)?.parts[0]) || isHole(after[0]?.parts[0])) {
    if (one.open && before.length + after.length === one.items.length) return one;
    return { items: [...before, ...after], open, certain };
  }
  const middle = [one, other].map(({ items }) => items.slice(start, items.length - end)).find((items) => items.length);
  // Lists of the same items, one of which may have others.
  if (!middle) return one.open ? one : other;
  const hole = ShellValue.of(unknownText(middle[0]!.source, reason));
  return { items: [...before, hole, ...after], open, certain };
}

function sameValue(one: ShellValue, other: ShellValue): boolean {
  return (
    one === other ||
    (one.parts.length === other.parts.length && one.parts.every((part, index) => part === other.parts[index]))
  );
}

/** How many items the two have in common at the start, and then at the end. */
function shared<T>(one: readonly T[], other: readonly T[], same: (one: T, other: T) => boolean) {
  const limit = Math.min(one.length, other.length);
  let start = 0;
  while (start < limit && same(one[start]!, other[start]!)) start++;
  let end = 0;
  while (start + end < limit && same(one[one.length - 1 - end]!, other[other.length - 1 - end]!)) end++;
  return { start, end };
}

const merged = new WeakSet<SourceText>();

/** True for the gap that an earlier merge left, which may be anything already. */
function isHole(part: SourceText | undefined): boolean {
  return part !== undefined && merged.has(part);
}

/** The characters that were assigned, none of which can be relied on. */
export function unknownText(text: SourceText, reason: Reason): SourceText {
  const hole = { ...text.all, sourceStart: 0, sourceEnd: text.length, kind: 'hole', reason } as const;
  const unknown = SourceText.derived(text, text.text, [hole], text.all);
  merged.add(unknown);
  return unknown;
}
