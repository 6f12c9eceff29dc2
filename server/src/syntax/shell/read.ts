import type { Reason } from '../source-text';
import type { Status } from './conditions';
import { expandValue } from './expand';
import { FieldBuilder } from './fields';
import type { Invocation } from './simple';
import type { ShellValue } from './value';

const takesValue = new Set(['d', 'i', 'n', 'N', 'p', 't', 'u']);

/** `read`: followed for one variable that takes a here-document or here-string; `-a` splits it into an array. */
export function readVariables(invocation: Invocation): Status {
  const { words, prefix, input, way, state, command } = invocation;
  const fields = words.fields.slice(1);
  const options = new Map<string, string>();
  let index = 0;
  for (; index < fields.length; index++) {
    const text = fields[index]!.text;
    if (!/^-\w/.test(text)) break;
    for (let at = 1; at < text.length; at++) {
      const letter = text[at]!;
      if (!takesValue.has(letter) && letter !== 'a') {
        options.set(letter, '');
        continue;
      }
      const attached = text.slice(at + 1);
      options.set(letter, attached === '' ? (fields[++index]?.text ?? '') : attached);
      break;
    }
  }
  const names = options.has('a') ? [options.get('a')!] : fields.slice(index).map(({ text }) => text);
  const nameText = fields.findLast(({ text }) => text === names[0])?.source;
  const reason: Reason = { kind: 'command', detail: 'read' };
  const separators = prefix.find(({ name }) => name === 'IFS');
  const global = state.find('IFS');
  const ifs =
    separators?.value.type === 'Word'
      ? expandValue(separators.value, { script: way.script, state })
      : global.kind === 'value'
        ? global.value
        : undefined;
  const value = names.length === 1 && !words.open ? inputText(input, options, ifs) : undefined;
  const name = names[0];
  if (!value || !name || !nameText || !/^[A-Za-z_]\w*$/.test(name)) {
    for (const each of names.length > 0 ? names : ['REPLY'])
      if (/^[A-Za-z_]\w*$/.test(each)) state.forget(each, reason);
    return 'unknown';
  }
  if (options.has('a')) {
    const builder = new FieldBuilder(way.script, { start: command.pos, end: command.end }, ifs?.text ?? ' \t\n');
    builder.split(value, command.pos, command.end);
    builder.finish();
    const list = { items: builder.fields, open: builder.open };
    state.set(name, { nameText, value: undefined, list, unknown: undefined });
  } else {
    state.set(name, { nameText, value, list: undefined, unknown: undefined });
  }
  // `read -d ''` fails at the end of the text, having read it.
  return 'unknown';
}

/** What `read` takes from its input; `undefined` where it would change it in ways that we do not follow. */
function inputText(
  input: readonly ShellValue[],
  options: ReadonlyMap<string, string>,
  ifs: ShellValue | undefined,
): ShellValue | undefined {
  const [text] = input;
  if (!text || input.length !== 1 || (ifs && !ifs.known)) return undefined;
  if ([...options.keys()].some((option) => !'radsp'.includes(option))) return undefined;
  if (!options.has('r') && text.text.includes('\\')) return undefined;
  if (options.has('d') && options.get('d') !== '') return undefined;
  const line = options.has('d') ? -1 : text.text.indexOf('\n');
  if (line !== -1 && text.holes.some((hole) => hole.start < line)) return undefined;
  const taken = line === -1 ? text : text.slice(0, line);
  if (options.has('a')) return taken;
  const visible = (ifs?.text ?? '').replace(/\s/g, '');
  if ([...visible].some((separator) => taken.text.includes(separator))) return undefined;
  const blanks = (ifs?.text ?? ' \t\n').replace(/\S/g, '');
  const isHole = (at: number) => taken.holes.some((hole) => hole.start <= at && at < hole.end);
  let start = 0;
  let end = taken.text.length;
  while (start < end && blanks.includes(taken.text[start]!) && !isHole(start)) start++;
  while (end > start && blanks.includes(taken.text[end - 1]!) && !isHole(end - 1)) end--;
  return taken.slice(start, end);
}

/** `mapfile`, `readarray`: the array is unknown. */
export function readArray({ words, state }: Invocation): Status {
  const name = words.fields.at(-1)?.text;
  const reason: Reason = { kind: 'command', detail: 'mapfile' };
  state.forget(name && /^[A-Za-z_]\w*$/.test(name) && words.fields.length > 1 ? name : 'MAPFILE', reason);
  return 'assumed';
}
