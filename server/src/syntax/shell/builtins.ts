import type { Reason } from '../source-text';
import { evaluateText } from './calculate';
import type { Status } from './conditions';
import { declare } from './declare';
import { runInclude, runText } from './include';
import { readArray, readVariables } from './read';
import { type Invocation, listOf } from './simple';
import { printfOutput } from './substitution';
import type { ShellValue } from './value';

export interface BuiltIn {
  /** Changes the shell only: not reported as a command. */
  readonly silent: boolean;
  run(invocation: Invocation): Status;
}

const silent = (run: BuiltIn['run']): BuiltIn => ({ silent: true, run });
const shown = (run: BuiltIn['run']): BuiltIn => ({ silent: false, run });

/** The built-in commands that change what we know. Others are commands like any other. */
export const builtIns: ReadonlyMap<string, BuiltIn> = new Map([
  ['export', silent((invocation) => declare(invocation, 'export'))],
  ['readonly', silent((invocation) => declare(invocation, 'readonly'))],
  ['declare', silent((invocation) => declare(invocation, 'declare'))],
  ['typeset', silent((invocation) => declare(invocation, 'declare'))],
  ['local', silent((invocation) => declare(invocation, 'local'))],
  ['unset', silent(unset)],
  ['set', silent(setOptions)],
  ['shift', silent(shift)],
  ['read', silent(readVariables)],
  ['mapfile', silent(readArray)],
  ['readarray', silent(readArray)],
  ['getopts', silent(getOptions)],
  ['let', silent(calculate)],
  ['printf', shown(printf)],
  ['source', shown(runInclude)],
  ['.', shown(runInclude)],
  ['eval', silent(runText)],
  ['exec', shown(exec)],
  ['exit', silent(leave)],
  ['return', silent(leave)],
  ['break', silent(leaveLoop)],
  ['continue', silent(leaveLoop)],
  [':', shown(() => 'success')],
  ['true', shown(() => 'success')],
  ['false', shown(() => 'failure')],
]);

function unset({ words, state }: Invocation): Status {
  const names = words.fields.slice(1);
  if (words.open) state.forgetAll(words.open);
  for (const field of names) {
    if (!field.known || field.text.startsWith('-')) continue;
    const name = /^[A-Za-z_]\w*/.exec(field.text)?.[0];
    if (name === field.text) state.unset(name);
    else if (name) state.forget(name, { kind: 'variable', detail: `$${name}` });
    state.define(field.text, undefined);
  }
  return 'assumed';
}

/** `set -a`, `set -o allexport`, `set -- words`. */
function setOptions({ words, state }: Invocation): Status {
  const fields = words.fields;
  for (let index = 1; index < fields.length; index++) {
    const option = fields[index]!.text;
    if (option === '--' || !/^[-+]\w/.test(option)) {
      const from = option === '--' ? index + 1 : index;
      state.positionals = listOf(words, from);
      return 'assumed';
    }
    const on = option.startsWith('-');
    if (option.includes('a')) state.exportAll = on;
    if (option.endsWith('o')) {
      index++;
      if (fields[index]?.text === 'allexport') state.exportAll = on;
    }
  }
  if (words.open) state.positionals = { items: [], open: words.open };
  return 'assumed';
}

function shift({ words, state }: Invocation): Status {
  const field = words.fields[1];
  const count = !field ? 1 : field.known && /^\d+$/.test(field.text) ? Number(field.text) : undefined;
  const { items, open, certain } = state.positionals;
  if (words.open || count === undefined) {
    state.positionals = { items: [], open: words.open ?? { kind: 'positional', detail: '$@' } };
  } else {
    state.positionals = { items: items.slice(count), open, certain: Math.max(0, (certain ?? 0) - count) };
  }
  return 'assumed';
}

function getOptions({ words, state }: Invocation): Status {
  const reason: Reason = { kind: 'positional', detail: '$@' };
  for (const name of [words.fields[2]?.text, 'OPTARG', 'OPTIND']) if (name) state.forget(name, reason);
  return 'unknown';
}

function calculate({ words, way, state, command }: Invocation): Status {
  for (const field of words.fields.slice(1)) evaluateText(field.text, { script: way.script, state }, command);
  return 'unknown';
}

/** `printf -v NAME …`. */
function printf({ words, state }: Invocation): Status {
  const [, option, name, ...rest] = words.fields;
  if (option?.text !== '-v' || !name || !/^[A-Za-z_]\w*$/.test(name.text)) return 'assumed';
  const value: ShellValue | undefined = words.open ? undefined : printfOutput(rest);
  const nameText = name.source;
  if (value && !rest[0]!.text.endsWith('n')) {
    state.set(name.text, { nameText, value, list: undefined, unknown: undefined });
  } else {
    state.forget(name.text, { kind: 'command', detail: 'printf' }, nameText);
  }
  return 'assumed';
}

/** With a command the script ends here; with redirections only it goes on. */
function exec({ words, state }: Invocation): Status {
  if (words.fields.length > 1) state.ended = true;
  return 'assumed';
}

function leave({ words, way, state }: Invocation): Status {
  if (words.fields[0]?.text === 'return' && !state.ended) way.returns?.push(state.fork());
  state.ended = true;
  return 'unknown';
}

function leaveLoop({ way, state }: Invocation): Status {
  if (!way.loopExits) return 'assumed';
  if (!state.ended) way.loopExits.push(state.fork());
  state.ended = true;
  return 'unknown';
}
