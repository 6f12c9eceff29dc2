import type { ArrayValue, Assignment } from 'unbash';
import { type Reason, SourceText } from '../source-text';
import { parseNumber } from './arithmetic';
import { evaluateText } from './calculate';
import { expandValue, expandWord, type Frame } from './expand';
import { holeWithin } from './script';
import { certainItems, largeValue, type ShellList, ShellValue, tooLarge } from './value';
import type { Variable } from './variable';

const mostItems = 500;

/**
 * `NAME=value`, `NAME+=value`, `NAME=(…)`, `NAME[i]=value`.
 * @param beforeSet called between the expansion of the value and the assignment
 */
export function assign(
  assignment: Assignment,
  frame: Frame,
  change: Partial<Variable> = {},
  beforeSet: (name: string) => void = () => {},
): void {
  const { name, value, append, index } = assignment;
  const { state } = frame;
  const nameText = frame.script.source.slice(assignment.pos, assignment.pos + name.length);
  const nameless = holeWithin(frame.script, assignment.pos, assignment.pos + name.length);
  if (nameless) {
    // In `eval "$NAME=value"` any variable may be meant.
    state.open(nameless);
    return;
  }
  if (value.type === 'Word') {
    const text = expandValue(value, frame);
    const where = index && expandValue(index, frame);
    beforeSet(name);
    if (where) assignItem(name, nameText, where, append ? undefined : text, frame);
    else assignText(name, nameText, text, Boolean(append), frame, change);
    return;
  }
  const added = elementsOf(value, frame);
  beforeSet(name);
  if (index || (change.altered ?? state.record(name)?.altered)) {
    state.forget(name, { kind: 'variable', detail: `$${name}` }, nameText);
    return;
  }
  const list = append ? joinLists(itemsBefore(name, nameText, frame), added) : added;
  state.set(name, { ...change, nameText, value: undefined, list, unknown: undefined });
}

/** Gives a variable a value, or more of it. */
export function assignText(
  name: string,
  nameText: SourceText,
  value: ShellValue,
  append: boolean,
  { state }: Frame,
  change: Partial<Variable> = {},
): void {
  const before = state.record(name);
  const altered = change.altered ?? before?.altered;
  if (altered && !(value.known && !append && parseNumber(value.text) !== undefined)) {
    state.forget(name, { kind: 'variable', detail: `$${name}` }, nameText, value);
    if (change.exported !== undefined) state.mark(name, { exported: change.exported });
    return;
  }
  const next = { ...change, nameText, list: undefined, unknown: undefined };
  const found = state.find(name);
  if (!append && found.kind !== 'list') {
    state.set(name, { ...next, value });
    return;
  }
  if (found.kind === 'list') {
    // A scalar given to an array is its first element.
    const [first, ...rest] = found.list.items;
    const joined = first && append ? joinValues(first, value) : value;
    if (!joined) state.forget(name, largeValue, nameText);
    else state.set(name, { ...next, value: undefined, list: { ...found.list, items: [joined, ...rest] } });
    return;
  }
  const start =
    found.kind === 'value' ? found.value : found.kind === 'unset' ? undefined : unknownStart(nameText, found.reason);
  const joined = start ? joinValues(start, value) : value;
  if (joined) state.set(name, { ...next, value: joined });
  else state.forget(name, largeValue, nameText);
}

function joinValues(first: ShellValue, second: ShellValue): ShellValue | undefined {
  if (tooLarge(first.text.length + second.text.length, first.parts.length + second.parts.length)) return undefined;
  if (first.text === '') return second;
  if (second.text === '') return first;
  return new ShellValue([...first.parts, ...second.parts], second.source.place());
}

/** What `NAME+=…` adds to, when it is not known. */
function unknownStart(nameText: SourceText, reason: Reason): ShellValue {
  const text = `$${nameText.text}`;
  const hole = {
    start: 0,
    end: text.length,
    sourceStart: 0,
    sourceEnd: nameText.length,
    kind: 'hole',
    reason,
  } as const;
  return ShellValue.of(SourceText.derived(nameText, text, [hole], nameText.all));
}

function itemsBefore(name: string, nameText: SourceText, { state }: Frame): ShellList {
  const found = state.find(name);
  if (found.kind === 'list') return found.list;
  if (found.kind === 'value') return { items: [found.value] };
  if (found.kind === 'unset') return { items: [] };
  return { items: [unknownStart(nameText, found.reason)], open: found.reason };
}

function joinLists(first: ShellList, second: ShellList): ShellList {
  const items = [...first.items, ...second.items];
  const open = first.open ?? second.open;
  const certain = first.open ? certainItems(first) : first.items.length + certainItems(second);
  if (items.length <= mostItems) return { items, open, certain };
  return { items: items.slice(0, mostItems), open: open ?? { kind: 'variable', detail: '(…)' }, certain };
}

function elementsOf(array: ArrayValue, frame: Frame): ShellList {
  const items: ShellValue[] = [];
  let open: Reason | undefined;
  let certain: number | undefined;
  for (const element of array.elements) {
    const keyed = /^\[([^\]]*)\]\+?=/.exec(element.text);
    if (keyed) {
      // Elements with their own index: followed only when they come in order.
      if (evaluateText(keyed[1]!, frame) !== BigInt(items.length) || !element.text.startsWith(`[${keyed[1]}]=`)) {
        open ??= { kind: 'variable', detail: element.text };
        continue;
      }
      const { parts, pos } = element;
      const value = expandValue(element, frame);
      if (parts || value.text.length > 0) items.push(value.slice(keyed[0].length, value.text.length));
      else open ??= { kind: 'variable', detail: frame.script.text.slice(pos, element.end) };
      continue;
    }
    const expanded = expandWord(element, frame);
    if (expanded.open) certain ??= items.length;
    items.push(...expanded.fields);
    open ??= expanded.open;
  }
  return joinLists({ items: [] }, { items, open, certain });
}

function assignItem(
  name: string,
  nameText: SourceText,
  where: ShellValue,
  item: ShellValue | undefined,
  frame: Frame,
): void {
  const { state } = frame;
  const before = itemsBefore(name, nameText, frame);
  const number = where.known ? Number(evaluateText(where.text, frame) ?? -1) : -1;
  const fits = number >= 0 && number <= before.items.length && !before.open && !state.record(name)?.altered;
  if (!fits || !item) {
    const reason: Reason = { kind: 'variable', detail: `$${name}` };
    const list: ShellList = { items: [unknownStart(nameText, reason)], open: reason };
    state.set(name, { nameText, value: undefined, list, unknown: undefined });
    return;
  }
  const items = [...before.items];
  items[number] = item;
  state.set(name, { nameText, value: undefined, list: { items }, unknown: undefined });
}
