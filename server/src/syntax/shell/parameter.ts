import type { ParameterExpansionPart, ParameterOperation, Word, WordPart } from 'unbash';
import type { Reason } from '../source-text';
import { evaluateText } from './calculate';
import { expandValue, type Frame } from './expand';
import { change, sliceRange } from './parameter-change';
import type { Found, State } from './state';
import { certainItems, type ShellList, type ShellValue } from './value';

/** What `$NAME` or `${…}` stands for. */
export type Resolved =
  | { readonly kind: 'value'; readonly value: ShellValue }
  /** `joined`: `*` rather than `@`. */
  | { readonly kind: 'list'; readonly list: ShellList; readonly joined: boolean }
  /** The word after the operator takes its place. */
  | { readonly kind: 'operand'; readonly word: Word; readonly open?: Reason | undefined }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'unknown number'; readonly reason: Reason }
  | { readonly kind: 'unknown'; readonly reason: Reason }
  | { readonly kind: 'unset' };

const unset = { kind: 'unset' } as const;

export function resolveParameter(
  part: Extract<WordPart, { type: 'SimpleExpansion' | 'ParameterExpansion' }>,
  frame: Frame,
): Resolved {
  const raw = frame.script.text.slice(part.pos, part.end);
  if (part.type === 'SimpleExpansion') return lookUp(part.text.slice(1), raw, frame.state);
  return resolveBraced(part, raw, frame);
}

/** A name, a number or a special character, without operators. */
function lookUp(name: string, raw: string, state: State): Resolved {
  const { positionals } = state;
  if (name === '@' || name === '*') return { kind: 'list', list: positionals, joined: name === '*' };
  if (name === '#') {
    return positionals.open
      ? { kind: 'unknown number', reason: { kind: 'positional', detail: raw } }
      : { kind: 'number', text: String(positionals.items.length) };
  }
  if (/^[$!?]$/.test(name)) return { kind: 'unknown number', reason: { kind: 'variable', detail: raw } };
  if (/^\d+$/.test(name) && Number(name) > 0) {
    const item = positionals.items[Number(name) - 1];
    if (item && Number(name) <= certainItems(positionals)) return { kind: 'value', value: item };
    return positionals.open ? { kind: 'unknown', reason: { kind: 'positional', detail: raw } } : unset;
  }
  return fromFound(state.find(name), raw);
}

function fromFound(found: Found, raw: string): Resolved {
  switch (found.kind) {
    case 'value':
      return found;
    case 'unset':
      return unset;
    case 'unknown':
      return { kind: 'unknown', reason: found.reason };
    case 'list': {
      const first = found.list.items[0];
      if (first && certainItems(found.list) > 0) return { kind: 'value', value: first };
      return found.list.open ? { kind: 'unknown', reason: { ...found.list.open, detail: raw } } : unset;
    }
  }
}

function resolveBraced(part: ParameterExpansionPart, raw: string, frame: Frame): Resolved {
  const { parameter, prefix, operation } = part;
  const unknown = { kind: 'unknown', reason: { kind: 'variable', detail: raw } } as const;
  if (operation?.type === 'Names' || operation?.type === 'Unknown') return unknown;
  // `${A[@]:1}` of what is no array is a part of its text.
  const single = operation?.type === 'Slice' && frame.state.find(parameter).kind === 'value';
  const index = single && /^[@*]$/.test(part.index?.text ?? '') ? undefined : part.index;
  const base = index ? resolveItem(parameter, index, raw, frame) : lookUp(parameter, raw, frame.state);
  if (prefix === '#') return lengthOf(base, raw);
  const subject = prefix === '!' ? resolveIndirect(base, raw, frame) : base;
  if (!operation) return subject;
  if (operation.type === 'Default') return resolveDefault(subject, operation, part, unknown, frame);
  if (subject.kind === 'list') return changeList(subject, operation, part, unknown, frame);
  if (subject.kind === 'unset') return unset;
  if (subject.kind === 'number') return unknown;
  if (subject.kind !== 'value') return subject;
  const changed = change(subject.value, operation, part, frame);
  return changed ? { kind: 'value', value: changed } : unknown;
}

/** `${A[@]}`, `${A[*]}`, `${A[1]}`. */
function resolveItem(name: string, index: Word, raw: string, frame: Frame): Resolved {
  const found = frame.state.find(name);
  const every = index.text === '@' || index.text === '*';
  if (found.kind === 'unset') return every ? { kind: 'list', list: { items: [] }, joined: false } : unset;
  if (found.kind === 'unknown') {
    if (!every) return { kind: 'unknown', reason: found.reason };
    return { kind: 'list', list: { items: [], open: found.reason }, joined: index.text === '*' };
  }
  const list: ShellList = found.kind === 'list' ? found.list : { items: [found.value] };
  if (every) return { kind: 'list', list, joined: index.text === '*' };
  const reason: Reason = { kind: 'variable', detail: raw };
  const where = expandValue(index, frame);
  const number = where.known ? evaluateText(where.text, frame) : undefined;
  if (number === undefined || (list.open && (number < 0n || number >= certainItems(list)))) {
    return { kind: 'unknown', reason };
  }
  const item = list.items.at(Number(number));
  return item ? { kind: 'value', value: item } : unset;
}

function resolveIndirect(base: Resolved, raw: string, { state }: Frame): Resolved {
  const unknown = { kind: 'unknown', reason: { kind: 'variable', detail: raw } } as const;
  if (base.kind !== 'value' || !base.value.known) return unknown;
  const name = base.value.text;
  return /^(?:[A-Za-z_]\w*|\d+)$/.test(name) ? lookUp(name, raw, state) : unknown;
}

function lengthOf(base: Resolved, raw: string): Resolved {
  const reason: Reason = { kind: 'variable', detail: raw };
  if (base.kind === 'unset') return { kind: 'number', text: '0' };
  if (base.kind === 'list' && !base.list.open) return { kind: 'number', text: String(base.list.items.length) };
  if (base.kind === 'value' && base.value.known) return { kind: 'number', text: String([...base.value.text].length) };
  return { kind: 'unknown number', reason };
}

/** `:-`, `:=`, `:+`, `:?` and their forms without colon, which ask only whether it is set. */
function resolveDefault(
  subject: Resolved,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  part: ParameterExpansionPart,
  unknown: Resolved,
  frame: Frame,
): Resolved {
  const { operator, operand } = operation;
  const kind = operator.at(-1)!;
  const present = isPresent(subject, operator.startsWith(':'));
  if (subject.kind === 'list' && subject.list.open) {
    return kind === '+' ? { kind: 'operand', word: operand, open: subject.list.open } : subject;
  }
  if (kind === '+') {
    if (present === undefined) return unknown;
    return present ? { kind: 'operand', word: operand } : unset;
  }
  if (kind === '?') return present === false ? unknown : subject;
  if (present) return subject;
  const assigns = kind === '=' && /^[A-Za-z_]\w*$/.test(part.parameter) && !part.index;
  if (present === undefined) {
    const reason = subject.kind === 'unknown' ? subject.reason : undefined;
    const result: Resolved =
      reason && reason.kind !== 'variable'
        ? { kind: 'unknown', reason: { ...reason, detail: reasonDetail(unknown, reason) } }
        : unknown;
    if (assigns && result.kind === 'unknown') {
      frame.state.forget(part.parameter, result.reason, nameTextOf(part, frame), expandValue(operand, frame));
    }
    return result;
  }
  if (assigns) {
    // The variable takes the place of the word, whose quotes no longer protect anything.
    const value = expandValue(operand, frame);
    frame.state.set(part.parameter, { nameText: nameTextOf(part, frame), value, list: undefined, unknown: undefined });
    return { kind: 'value', value };
  }
  return { kind: 'operand', word: operand };
}

function reasonDetail(unknown: Resolved, reason: Reason): string {
  return unknown.kind === 'unknown' ? unknown.reason.detail : reason.detail;
}

function nameTextOf(part: ParameterExpansionPart, { script }: Frame) {
  return script.source.slice(part.parameterPos, part.parameterEnd);
}

/** Whether it is set (and not empty, if `filled`); `undefined` when that is unknown. */
function isPresent(subject: Resolved, filled: boolean): boolean | undefined {
  switch (subject.kind) {
    case 'unset':
      return false;
    case 'number':
    case 'unknown number':
      return true;
    case 'value':
      if (!filled || subject.value.nonEmpty) return true;
      return subject.value.known ? false : undefined;
    case 'list':
      if (subject.list.open) return undefined;
      if (!filled) return subject.list.items.length > 0;
      return subject.list.items.length > 1 || (subject.list.items[0]?.text ?? '') !== '';
    default:
      return undefined;
  }
}

function changeList(
  subject: Extract<Resolved, { kind: 'list' }>,
  operation: ParameterOperation,
  part: ParameterExpansionPart,
  unknown: Resolved,
  frame: Frame,
): Resolved {
  const { list, joined } = subject;
  if (operation.type === 'Slice') {
    const range = sliceRange(operation, list.items.length, frame);
    if (!range || list.open || part.parameter === '@' || part.parameter === '*') {
      const reason: Reason = unknown.kind === 'unknown' ? unknown.reason : { kind: 'variable', detail: part.text };
      return { kind: 'list', list: { items: [], open: reason }, joined };
    }
    return { kind: 'list', list: { items: list.items.slice(range.start, range.end) }, joined };
  }
  const items = list.items.map((item) => change(item, operation, part, frame));
  if (items.some((item) => item === undefined)) {
    const reason: Reason = { kind: 'variable', detail: part.text };
    return { kind: 'list', list: { items: [], open: reason }, joined };
  }
  return { kind: 'list', list: { items: items as ShellValue[], open: list.open }, joined };
}
