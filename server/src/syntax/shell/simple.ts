import type { Assignment, Command, Redirection, Word } from 'unbash';
import { grouped } from '../grouped';
import type { Reason } from '../source-text';
import { assign } from './assign';
import { type BuiltIn, builtIns } from './builtins';
import { asks, evaluateTest, type Status, statusOf } from './conditions';
import { expandValue, expandWord, type Frame } from './expand';
import { expandHereDocument } from './here-document';
import { runNode } from './run';
import { placeIn } from './script';
import type { Session, Way } from './session';
import type { ShellFunction, State } from './state';
import { echoOutput } from './substitution';
import type { ShellRedirect } from './types';
import type { ShellList, ShellValue } from './value';
import type { Variable } from './variable';

/** The words of a command after expansion. */
export interface Words {
  readonly fields: readonly ShellValue[];
  readonly origins: readonly number[];
  readonly open: Reason | undefined;
  /** How many fields are certain: those before the first one that may be none or several. */
  readonly certain: number;
}

/** A command as its built-in sees it. */
export interface Invocation {
  readonly command: Command;
  readonly words: Words;
  readonly prefix: readonly Assignment[];
  readonly input: readonly ShellValue[];
  readonly way: Way;
  readonly state: State;
  readonly session: Session;
}

const deepestCall = 12;
const mostWords = 20_000;

export function runSimple(command: Command, way: Way, state: State, session: Session): Status {
  const frame: Frame = { script: way.script, state };
  const prefix = command.prefix.filter((item) => item.type === 'Assignment');
  const words = expandCommandWords(command, frame);
  if (words.open?.kind === 'limit') session.exhaust(words.open.detail);
  const input = readInput(command.redirects, way, frame);
  if (words.fields.length === 0 && !words.open) {
    for (const assignment of prefix) assign(assignment, frame);
    return 'assumed';
  }
  const invocation: Invocation = { command, words, prefix, input, way, state, session };
  const name = words.certain > 0 && words.fields[0]!.known ? words.fields[0]!.text : undefined;
  const called = name === undefined ? undefined : state.functions.get(name);
  const before = new Map<string, Variable | undefined>();
  for (const assignment of prefix) {
    assign(assignment, frame, { exported: true }, (variable) => {
      if (!before.has(variable)) before.set(variable, state.record(variable));
    });
  }
  if (called) return callFunction(called, invocation, before);
  const builtIn: BuiltIn | undefined = name === undefined ? undefined : builtIns.get(name);
  if (!builtIn?.silent) report(invocation, frame);
  for (const [variable, record] of before) state.restore(variable, record);
  noteWrittenFile(invocation, name, frame);
  // A template may write any line here, an `export` as well.
  const template = words.fields[0]?.holes.find(({ reason }) => reason.kind === 'template');
  if (name === undefined && template) state.open(template.reason);
  if (builtIn) return builtIn.run(invocation);
  if (name === '[' || name === 'test') return testStatus(name, words);
  return name !== undefined && asks(name) ? 'unknown' : 'assumed';
}

function expandCommandWords(command: Command, frame: Frame): Words {
  const fields: ShellValue[] = [];
  const origins: number[] = [];
  let open: Reason | undefined;
  let certain: number | undefined;
  rawWords(command).forEach((word, index) => {
    // `NAME=value` after `export` and its like is theirs to read.
    if (word.type !== 'Word') return;
    if (fields.length > mostWords) {
      open ??= { kind: 'limit', detail: `more than ${grouped(mostWords)} words in a command` };
      certain ??= fields.length;
      return;
    }
    const expanded = expandWord(word, frame);
    if (expanded.open) {
      open ??= expanded.open;
      certain ??= fields.length;
    }
    for (const field of expanded.fields) {
      fields.push(field);
      origins.push(index);
    }
  });
  return { fields, origins, open, certain: certain ?? fields.length };
}

function rawWords({ name, args }: Command): readonly (Word | Assignment)[] {
  return name ? [name, ...args] : args;
}

function readInput(redirects: readonly Redirection[], way: Way, frame: Frame): ShellValue[] {
  const input: ShellValue[] = [];
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc') input.push(expandHereDocument(redirect, frame));
    else if (redirect.type === 'HereString' && redirect.target) input.push(expandValue(redirect.target, frame));
  }
  return input.length > 0 ? input : [...way.input];
}

function report(invocation: Invocation, frame: Frame): void {
  const { command, words, input, way, state, session } = invocation;
  if (way.quiet) return;
  const environment = state.environment();
  session.add({
    words: words.fields.map((field) => field.source),
    rawWords: rawWords(command).map(({ pos, end }) => way.script.source.slice(pos, end)),
    origins: words.origins,
    open: words.open,
    get environment() {
      return environment.exported;
    },
    get removed() {
      return environment.removed;
    },
    environmentOpen: state.opened,
    place: placeIn(way.script, { start: command.pos, end: command.end }),
    conditional: way.conditional,
    repeated: way.repeated,
    background: way.background,
    hereDocuments: input.map((value) => value.source),
    redirects: redirectsOf(command, frame),
  });
}

function redirectsOf(command: Command, frame: Frame): ShellRedirect[] {
  return command.redirects.flatMap((redirect) =>
    redirect.type === 'Redirect' && redirect.target
      ? { operator: redirect.operator, target: expandValue(redirect.target, frame).source }
      : [],
  );
}

/** `cat > FILE <<EOF`, `tee FILE <<EOF`, `echo … > FILE`: the script knows what is in the file from now on. */
function noteWrittenFile(
  { command, words, input, state, session }: Invocation,
  name: string | undefined,
  frame: Frame,
): void {
  const outputs = command.redirects.flatMap((redirect) =>
    redirect.type === 'Redirect' && /^(?:>|>>|>\||&>)$/.test(redirect.operator) && redirect.target && !isOther(redirect)
      ? { operator: redirect.operator, path: expandValue(redirect.target, frame) }
      : [],
  );
  const tee = name === 'tee' && words.fields.length === 2 ? words.fields[1]! : undefined;
  if (tee) outputs.push({ operator: '>', path: tee });
  for (const { operator, path } of outputs) {
    if (!path.known || !session.write(path.text)) continue;
    const text = operator === '>' || operator === '>|' ? outputOf() : undefined;
    if (text && !words.open) state.write(path.text, text);
    else state.write(path.text, undefined);
  }

  function outputOf(): ShellValue | undefined {
    if (name === 'tee' || (name === 'cat' && words.fields.length === 1))
      return input.length === 1 ? input[0] : undefined;
    return name === 'echo' ? echoOutput(words.fields.slice(1), command, frame) : undefined;
  }
}

/** `2> file` says nothing about standard output. */
function isOther(redirect: Redirection): boolean {
  const { descriptor } = redirect;
  return descriptor !== undefined && !(descriptor.type === 'FileDescriptor' && descriptor.value === 1);
}

function testStatus(name: string, { fields, open }: Words): Status {
  const closed = name === 'test' || fields.at(-1)?.text === ']';
  const operands = fields.slice(1, name === 'test' ? undefined : -1);
  return statusOf(open || !closed ? undefined : evaluateTest(operands));
}

/** The words from `from` on, as positional parameters. */
export function listOf({ fields, open, certain }: Words, from: number): ShellList {
  return { items: fields.slice(from), open, certain: Math.max(0, certain - from) };
}

/**
 * Runs the body of a function with the words as its positional parameters.
 * @param before what its prefix assignments hide until it returns
 */
function callFunction(
  called: ShellFunction,
  invocation: Invocation,
  before: ReadonlyMap<string, Variable | undefined>,
): Status {
  const { words, way, state, session, input } = invocation;
  session.called.add(called.node);
  if (way.calls.length >= deepestCall) {
    // A function that calls itself has been seen; of any other we know nothing, nor what it sets.
    if (way.calls.includes(called.node)) return 'unknown';
    const limit = `shell functions more than ${deepestCall} calls deep`;
    session.exhaust(limit);
    state.open({ kind: 'limit', detail: limit });
    state.forgetAll({ kind: 'limit', detail: limit });
    return 'unknown';
  }
  const outside = state.positionals;
  state.positionals = listOf(words, 1);
  const recursive = way.calls.includes(called.node);
  const earlier = recursive ? way.entries.filter(({ node }) => node === called.node).slice(-2) : [];
  if (earlier.length === 2 && earlier.every((entry) => entry.state.knowsTheSame(state))) {
    // It is being called twice with this knowledge: once more would say the same again, in every round of every loop.
    state.positionals = outside;
    for (const [name, variable] of before) state.restore(name, variable);
    return 'unknown';
  }
  const entries = recursive ? [...way.entries, { node: called.node, state: state.fork() }] : way.entries;
  state.hidden = [...state.hidden, before];
  const returns: State[] = [];
  const inner: Way = {
    ...way,
    script: called.script,
    input,
    calls: [...way.calls, called.node],
    entries,
    loopExits: undefined,
    returns,
  };
  const status = runNode(called.node.body, inner, state, session);
  state.become([state, ...returns]);
  for (const [name, variable] of state.hidden.at(-1) ?? []) state.restore(name, variable);
  state.hidden = state.hidden.slice(0, -1);
  state.positionals = outside;
  return returns.length > 0 ? 'unknown' : status === 'success' ? 'assumed' : status;
}
