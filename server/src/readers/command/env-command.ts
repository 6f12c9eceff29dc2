import { toValue, type Variable } from '../../model';
import type { Reason, SourceText } from '../../syntax';
import type { Surroundings } from '../engine';
import { type CommandWords, knownWord, wordsFrom } from './command-words';
import { type Reading, readCommand } from './launch';
import { runScript } from './nested-scripts';

/** `NAME=value` as a variable, wherever such words stand. */
export function assignment(word: SourceText, via: Variable['via']): Variable | undefined {
  const match = /^([A-Za-z_][A-Za-z0-9_.]*)=/.exec(word.text);
  if (!match || word.holes({ start: 0, end: match[0].length }).length > 0) return undefined;
  const name = match[1]!;
  return { name, nameText: word.slice(0, name.length), value: toValue(word.slice(name.length + 1)), via };
}

/** Why the name is not known that a word like `$NAME=value` assigns to. */
function unknownName(word: SourceText): Reason | undefined {
  const [hole] = word.holes();
  if (!hole) return undefined;
  const rest = word.text.slice(hole.end);
  return /^[A-Za-z0-9_]*=/.test(rest) && /^[A-Za-z0-9_]*$/.test(word.text.slice(0, hole.start))
    ? hole.reason
    : undefined;
}

/** `env [options] NAME=value … command`. */
export function runEnv(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  let variables = around.variables;
  let environmentOpen = around.environmentOpen;
  let index = 1;
  for (; index < command.words.length; index++) {
    const text = knownWord(command, index) ?? '';
    if (text === '-' || text === '-i' || text === '--ignore-environment') {
      variables = [];
      environmentOpen = [];
    } else if (text === '-u' || text === '--unset') {
      const name = knownWord(command, index + 1);
      variables = variables.filter((variable) => variable.name !== name);
      index += 1;
    } else if (text.startsWith('--unset=')) {
      variables = variables.filter((variable) => variable.name !== text.slice('--unset='.length));
    } else if (text === '-S' || text === '--split-string') {
      const script = command.words[index + 1];
      return script !== undefined && runScript(script, { ...around, variables, environmentOpen }, reading);
    } else if (text === '-C' || text === '--chdir') index += 1;
    else if (!text.startsWith('-')) {
      const variable = assignment(command.words[index]!, 'shell');
      const unknown = variable ? undefined : unknownName(command.words[index]!);
      if (variable) variables = [...variables, variable];
      else if (unknown) environmentOpen = [...environmentOpen, unknown];
      else break;
    }
  }
  return readCommand(wordsFrom(command, index), { ...around, variables, environmentOpen }, reading);
}

const sudoOptionsWithValue = /^-([CDghpRrTtUu]|-(chdir|chroot|close-from|group|host|prompt|role|type|user))$/;

/** `sudo [-E] [NAME=value …] command`: without `-E` most of the environment is dropped. */
export function runSudo(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  const reason: Reason = { kind: 'wrapper', detail: 'sudo' };
  const own: Variable[] = [];
  const open: Reason[] = [];
  let keeps = false;
  let index = 1;
  for (; index < command.words.length; index++) {
    const text = knownWord(command, index) ?? '';
    if (/^-[A-Za-z]*E/.test(text) || text.startsWith('--preserve-env')) keeps = true;
    else if (sudoOptionsWithValue.test(text)) index += 1;
    else if (!text.startsWith('-')) {
      const variable = assignment(command.words[index]!, 'shell');
      const unknown = variable ? undefined : unknownName(command.words[index]!);
      if (variable) own.push(variable);
      else if (unknown) open.push(unknown);
      else break;
    }
  }
  const variables = [...(keeps ? around.variables : []), ...own];
  const environmentOpen = [...around.environmentOpen, reason, ...open];
  return readCommand(wordsFrom(command, index), { ...around, variables, environmentOpen }, reading);
}
