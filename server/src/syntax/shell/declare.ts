import type { SourceText } from '../source-text';
import { assign, assignText } from './assign';
import type { Status } from './conditions';
import type { Frame } from './expand';
import type { Invocation } from './simple';
import type { State } from './state';
import type { ShellValue } from './value';
import type { Variable } from './variable';

type Kind = 'export' | 'readonly' | 'declare' | 'local';

/** `export`, `declare`, `local`, `readonly`, with their options, names and assignments. */
export function declare(invocation: Invocation, kind: Kind): Status {
  const { command, words, way, state } = invocation;
  const frame: Frame = { script: way.script, state };
  const options = words.fields.slice(1).filter((field) => /^[-+]\w/.test(field.text));
  const on = options.flatMap(({ text }) => (text.startsWith('-') ? [...text.slice(1)] : []));
  const off = options.flatMap(({ text }) => (text.startsWith('+') ? [...text.slice(1)] : []));
  // Functions, listings and references are none of our business.
  if (on.includes('f') || on.includes('F') || on.includes('p')) return 'assumed';
  const exported =
    kind === 'export' ? !on.includes('n') : on.includes('x') ? true : off.includes('x') ? false : undefined;
  const change: Partial<Variable> = {
    ...(exported === undefined ? {} : { exported }),
    ...(on.some((option) => 'ilunAc'.includes(option)) && kind !== 'export' ? { altered: true } : {}),
  };
  const inFunction = state.hidden.length > 0 && (kind === 'local' || (kind === 'declare' && !on.includes('g')));
  if (words.open) state.open(words.open);
  for (const field of words.fields.slice(1)) {
    if (options.includes(field)) continue;
    declareWord(field, inFunction, change, frame);
  }
  for (const argument of command.args) {
    if (argument.type !== 'Assignment') continue;
    assign(argument, frame, change, inFunction ? (name) => state.localize(name) : undefined);
    applyExport(argument.name, exported, state);
  }
  return 'assumed';
}

/** A word that became a name, or an assignment only after expansion (`export "A=b"`). */
function declareWord(field: ShellValue, inFunction: boolean, change: Partial<Variable>, frame: Frame): void {
  const { state } = frame;
  const match = /^([A-Za-z_]\w*)(\+?=)?/.exec(field.text);
  const name = match?.[1];
  const certain = match && !field.holes.some((hole) => hole.start < match[0].length);
  if (!name || !certain || (!match[2] && match[0].length < field.text.length)) {
    const reason = field.holes[0]?.reason;
    if (reason) state.open(reason);
    return;
  }
  const nameText: SourceText = field.slice(0, name.length).source;
  if (match[2]) {
    const value = field.slice(match[0].length, field.text.length);
    if (inFunction) state.localize(name);
    assignText(name, nameText, value, match[2] === '+=', frame, change);
    applyExport(name, change.exported, state);
    return;
  }
  if (inFunction) {
    state.localize(name);
    state.mark(name, { nameText, ...change });
    return;
  }
  const found = state.record(name) ? undefined : state.find(name);
  if (found?.kind === 'unknown') state.forget(name, found.reason, nameText);
  else if (found && change.exported === undefined) return;
  state.mark(name, change.exported === undefined ? change : { ...change, uncertain: undefined });
  applyExport(name, change.exported, state);
}

/** `export -n` takes a variable out of the environment. */
function applyExport(name: string, exported: boolean | undefined, state: State): void {
  if (exported === false) state.mark(name, { exported: false, uncertain: undefined, removed: true });
}
