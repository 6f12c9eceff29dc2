import type { SourceText } from '../source-text';
import { runList, runNode } from './run';
import { parseScript, placeIn, prepareScript } from './script';
import { inBranch, Session, type Way } from './session';
import { State } from './state';
import type { ShellRun, ShellScope } from './types';

export type { ShellCommand, ShellRedirect, ShellRun, ShellScope, ShellVariable } from './types';

/**
 * Goes through a script as the shell would, without running anything: which commands it starts, with which words and
 * which environment, every character of them with its place. What depends on more than the script is a hole.
 */
export function runShell(source: SourceText, scope: ShellScope = {}): ShellRun {
  const script = prepareScript(source);
  const session = new Session();
  const state = State.initial(scope);
  const parsed = parseScript(script);
  for (const { pos, message } of parsed.errors ?? []) session.problems.push({ script, pos, message });
  const way: Way = {
    script,
    conditional: undefined,
    repeated: false,
    background: false,
    quiet: false,
    input: [],
    calls: [],
    entries: [],
    loopExits: undefined,
    returns: undefined,
  };
  runList(parsed.commands, way, state, session);
  // What was left out may have set any variable.
  if (session.stopped) state.forgetAll({ kind: 'limit', detail: session.exhausted! });
  runUncalled(way, state, session);
  if (session.exhausted) state.open({ kind: 'limit', detail: session.exhausted });
  return {
    commands: session.commands,
    variables: state.ownVariables(),
    open: state.opened,
    files: new Map([...state.files].flatMap(([path, value]) => (value ? [[path, value.source] as const] : []))),
    problems: session.problems.map(({ script, pos, message }) => ({
      place: placeIn(script, { start: Math.min(pos, script.text.length), end: Math.min(pos + 1, script.text.length) }),
      message,
    })),
    exhausted: session.exhausted,
  };
}

/**
 * Functions that nothing here calls may be called from elsewhere, with arguments that we do not know. All of them
 * together are followed for as many steps as the script has left.
 */
function runUncalled(way: Way, state: State, session: Session): void {
  // Functions that these define in turn come at the end of the map, and are seen here.
  for (const { node, script } of session.defined.values()) {
    if (session.stopped) return;
    if (session.called.has(node)) continue;
    const apart = state.fork();
    apart.ended = false;
    apart.positionals = { items: [], open: { kind: 'positional', detail: '$@' } };
    apart.hidden = [...apart.hidden, new Map()];
    const reason = { kind: 'branch', detail: `${node.name.text}()` } as const;
    session.called.add(node);
    runNode(node.body, inBranch({ ...way, script, returns: [] }, reason), apart, session);
  }
}
