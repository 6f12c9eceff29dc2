import { toValue, type Variable } from '../../model';
import {
  type Reason,
  runShell,
  type ShellCommand,
  type ShellRun,
  type ShellScope,
  type SourceText,
} from '../../syntax';
import { joinWords, textOf } from '../config/pieces';
import type { Surroundings } from '../engine';
import { type CommandWords, knownWord } from './command-words';
import { type Reading, readCommand } from './launch';
import { installedBy } from './programs';

/**
 * Runs a script symbolically: every command that it may start is read with the environment that it then has.
 * @param positionals `$1`, `$2`, …; unknown when missing
 */
export function runScript(
  script: SourceText,
  around: Surroundings,
  reading: Reading,
  positionals?: readonly SourceText[],
): boolean {
  return readRun(runIn(script, around, reading, positionals), around, reading);
}

/** What a script does in these surroundings. */
export function runIn(
  script: SourceText,
  around: Surroundings,
  reading: Reading,
  positionals?: readonly SourceText[],
): ShellRun {
  const own = around.variables.map((variable) => [variable.name, textOf(variable.value)] as const);
  const effective = new Map([...(around.given ?? []), ...own]);
  const scope: ShellScope = {
    variables: effective,
    open: around.environmentOpen,
    file: (path) => reading.context.file(path),
    ...(positionals && { positionals }),
  };
  return runShell(script, scope);
}

/** Reads every command that a script starts. */
export function readRun(run: ShellRun, around: Surroundings, reading: Reading): boolean {
  if (run.exhausted) reading.out.addLimit(undefined, run.exhausted);
  const inside = withFiles(reading, run.files);
  let requirements = around.requirements;
  let found = false;
  let batch = 0;
  for (const [index, command] of run.commands.entries()) {
    const words = commandWords(command);
    if (endsOthers(words)) batch += 1;
    const installed = installedBy(words);
    if (!command.conditional) requirements = { ...requirements, ...installed };
    const turn = { script: run, command: index, batch, background: command.background };
    const turns = [...(around.turns ?? []), turn];
    if (readCommand(words, { ...surroundCommand(around, command), requirements, turns }, inside)) found = true;
  }
  return found;
}

/** Commands after which what was started before may have ended: `wait`, `kill $PID`, `docker rm -f prefill`. */
function endsOthers(command: CommandWords): boolean {
  const [name, first] = [0, 1].map((index) => knownWord(command, index));
  if (name === 'kill') return first !== '-0' && first !== '-l';
  if (/^(docker|podman|nerdctl)$/.test(name ?? '')) return /^(stop|kill|rm|restart|compose)$/.test(first ?? '');
  return /^(wait|pkill|killall|fuser)$/.test(name ?? '');
}

/** The surroundings of a command that a terminal or service of its own runs: the script does not wait for it. */
export function detached(around: Surroundings): Surroundings {
  const last = around.turns?.at(-1);
  return last ? { ...around, turns: [...around.turns!.slice(0, -1), { ...last, background: true }] } : around;
}

/** Files that the script writes itself are there for the commands in it. */
function withFiles(reading: Reading, files: ReadonlyMap<string, SourceText>): Reading {
  if (files.size === 0) return reading;
  const { context } = reading;
  const written = new Map([...(reading.written ?? []), ...files]);
  return { ...reading, written, context: { ...context, file: (path) => files.get(path) ?? context.file(path) } };
}

/** Runs a script that this one wrote before, or that is put into the container, when the word at `index` names it. */
export function runWritten(command: CommandWords, index: number, around: Surroundings, reading: Reading): boolean {
  const word = knownWord(command, index);
  const path = word?.replace(/^\.\//, '');
  if (word === undefined || path === undefined || (!reading.written && !reading.mounted)) return false;
  const script = reading.written?.get(path) ?? reading.written?.get(`./${path}`) ?? reading.mounted?.(word);
  if (!script || isOtherLanguage(script)) return false;
  const positionals = command.open === undefined ? command.words.slice(index + 1) : undefined;
  return runScript(script, around, reading, positionals);
}

/** A script whose first line names another interpreter than a shell. */
function isOtherLanguage({ text }: SourceText): boolean {
  const [, interpreter] = /^#!\s*(.*)/.exec(text) ?? [];
  return interpreter !== undefined && !/\b(?:ba|da|z|k|a)?sh\b/.test(interpreter);
}

export function commandWords(command: ShellCommand): CommandWords {
  return {
    words: command.words,
    raw: command.rawWords,
    origins: command.origins,
    open: command.open,
    input: command.hereDocuments,
    place: command.place,
  };
}

/** A hundred commands in a row have one environment. */
const environments = new WeakMap<ShellCommand['environment'], readonly Variable[]>();

function environmentOf({ environment }: ShellCommand): readonly Variable[] {
  const known = environments.get(environment);
  if (known) return known;
  const variables = environment.map(
    ({ name, nameText, value }): Variable => ({ name, nameText, value: toValue(value), via: 'shell' }),
  );
  environments.set(environment, variables);
  return variables;
}

/** The surroundings of one command of a script. */
function surroundCommand(around: Surroundings, command: ShellCommand): Surroundings {
  const removed = new Set(command.removed);
  const kept = around.variables.filter(({ name }) => !removed.has(name));
  const own = environmentOf(command);
  return {
    ...around,
    variables: [...kept, ...own],
    environmentOpen: [...around.environmentOpen, ...command.environmentOpen],
    conditional: around.conditional ?? command.conditional,
    replicated: around.replicated || command.repeated,
    layer: 'shell',
  };
}

export function isShell(name: string): boolean {
  return /^(ba|da|z|k|a)?sh$/.test(name);
}

/** `bash -c 'script' name args…`, `bash -s` with a here-document, `bash file`. False when it runs no script of ours. */
export function runShellProgram(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  let takesScript = false;
  let index = 1;
  for (; index < command.words.length; index++) {
    const text = knownWord(command, index);
    if (text === undefined || !/^[-+]./.test(text) || text === '--') break;
    if (/^--(rcfile|init-file)$/.test(text)) index += 1;
    else if (!text.startsWith('--')) {
      if (text.startsWith('-') && text.includes('c')) takesScript = true;
      index += text.split('').filter((letter) => letter === 'o' || letter === 'O').length;
    }
  }
  if (takesScript && knownWord(command, index) === '--') index += 1;
  const script = command.words[index];
  if (takesScript) {
    const known = command.open === undefined;
    return (
      script !== undefined && runScript(script, around, reading, known ? command.words.slice(index + 2) : undefined)
    );
  }
  return script ? runWritten(command, index, around, reading) : runInput(command, around, reading);
}

/** Scripts that a shell reads from its input. */
export function runInput(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  return (command.input ?? []).map((script) => runScript(script, around, reading)).some(Boolean);
}

/** `eval word…`: the words joined are read as a script once more. */
export function runEval(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  const script = joinWords(command.words.slice(1));
  if (!script) return false;
  const open: readonly Reason[] = command.open ? [command.open] : [];
  return runScript(script, { ...around, flagsOpen: [...around.flagsOpen, ...open] }, reading);
}
