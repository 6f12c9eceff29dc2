import { type Place, type Reason, SourceText } from '../source-text';
import type { Status } from './conditions';
import { scriptPath } from './paths';
import { runList } from './run';
import { includedScript, parseScript, placeIn, prepareScript } from './script';
import type { Way } from './session';
import type { Invocation } from './simple';
import type { State } from './state';

const deepest = 8;
const limit = `shell scripts more than ${deepest} levels deep in each other`;

/** Files that set up a login, a Python environment or a toolkit: they leave a script's own variables alone. */
const harmless =
  /(?:^|\/)(?:activate|conda\.sh|\.?bashrc|\.?bash_profile|\.?profile|\.zshrc|environment|setvars\.sh|vars\.sh|nvm\.sh|modules\.sh)$/;

/** `source file`: run, when the file can be had; else anything may have been set. */
export function runInclude(invocation: Invocation): Status {
  const { words, way, state, session } = invocation;
  const path = words.fields[1];
  const reason: Reason = { kind: 'include', detail: path?.text ?? words.fields[0]!.text };
  const name = path && words.certain > 1 ? scriptPath(path) : undefined;
  const text = name === undefined ? undefined : state.readFile(name);
  const tooDeep = way.calls.length >= deepest;
  // A file that reads itself has been seen.
  if (text && tooDeep && !way.calls.some((call) => call instanceof SourceText && call.text === text.text))
    session.exhaust(limit);
  if (text && !tooDeep) {
    const { script, parsed } = includedScript(text.source);
    const returns: State[] = [];
    runScript(parsed, { ...way, script, calls: [...way.calls, text.source], returns }, invocation);
    state.become([state, ...returns]);
    return 'assumed';
  }
  state.open(reason);
  const ending = path?.text.slice(path.holes.at(-1)?.end ?? 0) ?? '';
  if (!harmless.test(ending)) state.forgetAll(reason);
  return 'assumed';
}

/** `eval words`: the words joined are a script of their own. */
export function runText(invocation: Invocation): Status {
  const { words, way, state, command, session } = invocation;
  const fields = words.fields.slice(1);
  if (fields.length === 0 && !words.open) return 'success';
  const unknown = fields.every((field) => !field.nonEmpty);
  if (!unknown && way.calls.length >= deepest && !way.calls.includes(command)) session.exhaust(limit);
  if (unknown || way.calls.length >= deepest) {
    state.open(words.open ?? fields[0]?.holes[0]?.reason ?? { kind: 'command', detail: 'eval' });
    return 'assumed';
  }
  const site = placeIn(way.script, { start: command.pos, end: command.end });
  const pieces = fields.flatMap((field, index) => (index === 0 ? field.parts : [blankAt(site), ...field.parts]));
  const script = prepareScript(SourceText.joined(pieces, site));
  return runScript(parseScript(script), { ...way, script, calls: [...way.calls, command] }, invocation);
}

function runScript(parsed: ReturnType<typeof parseScript>, way: Way, { state, session }: Invocation): Status {
  const { script } = way;
  for (const { pos, message } of parsed.errors ?? []) session.problems.push({ script, pos, message });
  return runList(parsed.commands, way, state, session);
}

/** The blank that `eval` puts between its words. */
function blankAt({ source, span }: Place): SourceText {
  return SourceText.derived(source, ' ', [], span);
}
