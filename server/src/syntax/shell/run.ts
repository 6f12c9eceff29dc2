import type {
  AndOr,
  Case,
  CompoundCommand,
  CompoundList,
  For,
  If,
  Pipeline,
  PipelineNode,
  Redirected,
  Select,
  Statement,
  While,
} from 'unbash';
import type { Reason } from '../source-text';
import { evaluateCommand } from './calculate';
import { evaluateTestExpression, matches, negate, type Status, statusOf } from './conditions';
import { expandValue, expandWord } from './expand';
import { expandHereDocument } from './here-document';
import { inBranch, type Session, type Way } from './session';
import { runSimple } from './simple';
import type { State } from './state';
import { echoOutput } from './substitution';
import type { ShellValue } from './value';

type Node = PipelineNode | AndOr | CompoundList;

export function runList(list: readonly Statement[], way: Way, state: State, session: Session): Status {
  let status: Status = 'success';
  for (const statement of list) status = runStatement(statement, way, state, session);
  return status;
}

function runStatement(statement: Statement, way: Way, state: State, session: Session): Status {
  return session.step<Status>('unknown', () => {
    // What stands behind an `exit` is still read, as something that does not happen.
    const here = state.ended ? inBranch(way, { kind: 'branch', detail: 'exit' }) : way;
    if (!statement.background) return runNode(statement.command, here, state, session);
    runNode(statement.command, { ...here, background: true }, state.fork(), session);
    return 'success';
  });
}

export function runNode(node: Node, way: Way, state: State, session: Session): Status {
  return session.step<Status>('unknown', () => {
    const frame = { script: way.script, state };
    switch (node.type) {
      case 'Command':
        return runSimple(node, way, state, session);
      case 'AndOr':
        return runChain(node, way, state, session);
      case 'Pipeline':
        return runPipeline(node, way, state, session);
      case 'CompoundList':
        return runList(node.commands, way, state, session);
      case 'BraceGroup':
        return runList(node.body.commands, way, state, session);
      case 'Subshell':
        return runList(node.body.commands, way, state.fork(), session);
      case 'Redirected':
        return runRedirected(node, way, state, session);
      case 'If':
        return runIf(node, way, state, session);
      case 'Case':
        return runCase(node, way, state, session);
      case 'For':
      case 'Select':
        return runFor(node, way, state, session);
      case 'ArithmeticFor': {
        evaluateCommand(node.initialize, node, frame);
        const reason = reasonOf(way, node.pos, node.body.pos);
        runLoop(inBranch(way, reason), state, 'perhaps', (within, trial) => {
          runList(node.body.commands, within, trial, session);
          evaluateCommand(node.update, node, { script: way.script, state: trial });
        });
        return 'assumed';
      }
      case 'While':
        return runWhile(node, way, state, session);
      case 'Function': {
        const body = { node, script: way.script };
        if (session.define(body)) state.define(node.name.text, body);
        return 'success';
      }
      case 'Coproc':
        return runNode(node.body, { ...way, background: true }, state.fork(), session);
      case 'TestCommand':
        return statusOf(evaluateTestExpression(node.expression, frame));
      case 'ArithmeticCommand': {
        const value = evaluateCommand(node.expression, node, frame);
        return statusOf(value === undefined ? undefined : value !== 0n);
      }
      default:
        return 'unknown';
    }
  });
}

function runRedirected(node: Redirected, way: Way, state: State, session: Session): Status {
  const input: ShellValue[] = [];
  for (const redirect of node.redirects) {
    if (redirect.type === 'HereDoc') input.push(expandHereDocument(redirect, { script: way.script, state }));
  }
  return runNode(node.command satisfies CompoundCommand, { ...way, input: [...way.input, ...input] }, state, session);
}

/** `a && b || c`: after an ordinary command the script counts on its success. */
function runChain(node: AndOr, way: Way, state: State, session: Session): Status {
  let status = runNode(node.commands[0]!, way, state, session);
  let start = node.commands[0]!.pos;
  for (let index = 1; index < node.commands.length; index++) {
    const command = node.commands[index]!;
    const and = node.operators[index - 1] === '&&';
    const runs = and ? status === 'success' || status === 'assumed' : status === 'failure';
    if (runs) {
      status = runNode(command, way, state, session);
    } else {
      const certainlyNot = status === (and ? 'failure' : 'success');
      const reason = reasonOf(way, start, node.commands[index - 1]!.end);
      const branch = state.fork();
      runNode(command, inBranch(way, reason), branch, session);
      if (!certainlyNot) {
        // Where the other command ends the script, what follows happens only if this one was fine.
        if (status === 'unknown' && !and && branch.ended) status = 'assumed';
        state.become([state, branch]);
      }
    }
    start = command.pos;
  }
  return status;
}

function runPipeline(node: Pipeline, way: Way, state: State, session: Session): Status {
  const negations = node.prefixes.filter((prefix) => prefix.type === 'Negation').length;
  let status: Status = 'unknown';
  if (node.commands.length === 1) {
    status = runNode(node.commands[0]!, way, state, session);
  } else {
    let input: readonly ShellValue[] = [];
    for (const command of node.commands) {
      // Every part of a pipeline runs in a shell of its own.
      const part = state.fork();
      status = runNode(command, { ...way, input }, part, session);
      const output = passedOn(command, way, part);
      input = output ? [output] : [];
    }
  }
  return negations % 2 === 0 ? status : negate(status);
}

/** What `cat <<EOF` or `echo text` puts into the pipe. */
function passedOn(node: Node, way: Way, state: State): ShellValue | undefined {
  if (node.type !== 'Command' || node.prefix.length > 0) return undefined;
  const frame = { script: way.script, state };
  const [redirect] = node.redirects;
  if (node.name?.text === 'cat' && node.args.length === 0 && node.redirects.length === 1) {
    return redirect?.type === 'HereDoc' ? expandHereDocument(redirect, frame) : undefined;
  }
  if (node.name?.text !== 'echo' || node.redirects.length > 0) return undefined;
  const words = node.args.flatMap((word) => (word.type === 'Word' ? expandValue(word, frame) : []));
  return words.length === node.args.length ? echoOutput(words, node, frame) : undefined;
}

function runIf(node: If, way: Way, state: State, session: Session): Status {
  const branches = [
    { clause: node.clause, body: node.then },
    ...node.elif.map(({ clause, then }) => ({ clause, body: then })),
  ];
  const ways: State[] = [];
  let here = way;
  // Where the script goes when no condition so far was met; `undefined` once one certainly was.
  let rest: State | undefined = state;
  for (const { clause, body } of branches) {
    const reason = reasonOf(way, clause.pos, clause.end);
    const tested: State = rest ?? state.fork();
    const status = runList(clause.commands, here, tested, session);
    const branch = tested.fork();
    const certain = status === 'success' && rest !== undefined;
    runList(body.commands, certain ? here : inBranch(way, reason), branch, session);
    if (rest && status !== 'failure') ways.push(branch);
    if (certain) rest = undefined;
    // What comes after a condition that is met, or may be, does not happen, or may not.
    if (status !== 'failure') here = inBranch(here, reason);
  }
  if (node.else) runList(node.else.commands, here, rest ?? state.fork(), session);
  if (ways.length > 0) state.become(rest ? [rest, ...ways] : ways);
  return 'assumed';
}

function runCase(node: Case, way: Way, state: State, session: Session): Status {
  const frame = { script: way.script, state };
  const subject = expandValue(node.word, frame);
  const ways: State[] = [];
  const reason = reasonOf(way, node.word.pos, node.word.end);
  let here = way;
  let decided = false;
  for (const item of node.items) {
    const results = item.pattern.map((pattern) => matches(subject, pattern, frame));
    const certainly = results.includes(true);
    const possibly = certainly || results.includes(undefined);
    const plain = item.terminator !== ';&' && item.terminator !== ';;&';
    if (certainly && plain && !decided) {
      runList(item.body.commands, here, state, session);
      if (ways.length > 0) state.become([state, ...ways]);
      decided = true;
      continue;
    }
    const branch = state.fork();
    runList(item.body.commands, inBranch(here, reason), branch, session);
    if (decided || (!possibly && plain)) continue;
    ways.push(branch);
    here = inBranch(here, reason);
  }
  if (!decided && ways.length > 0) state.become([state, ...ways]);
  return 'assumed';
}

function runFor(node: For | Select, way: Way, state: State, session: Session): Status {
  const name = node.name.text;
  const nameText = way.script.source.slice(node.name.pos, node.name.end);
  const reason = reasonOf(way, node.pos, (node.wordlist?.at(-1) ?? node.name).end);
  const frame = { script: way.script, state };
  const words = node.type === 'For' ? node.wordlist?.map((word) => expandWord(word, frame)) : undefined;
  const runs = words?.some(({ fields, open }) => fields.length > 0 && !open) ?? false;
  runLoop(runs ? way : inBranch(way, reason), state, runs ? 'some' : 'perhaps', (within, trial) => {
    if (/^\w+$/.test(name)) trial.forget(name, { kind: 'branch', detail: `$${name}` }, nameText);
    runList(node.body.commands, within, trial, session);
  });
  return 'assumed';
}

function runWhile(node: While, way: Way, state: State, session: Session): Status {
  const goesOn = (status: Status): Status => (node.kind === 'until' ? negate(status) : status);
  const trial = state.fork();
  const first = goesOn(runList(node.clause.commands, { ...way, quiet: true }, trial, session));
  const endless = isConstant(node.clause) && first === 'success';
  const reason = reasonOf(way, node.pos, node.clause.end);
  runLoop(endless ? way : inBranch(way, reason), state, endless ? 'endless' : 'perhaps', (within, inner) => {
    runList(node.clause.commands, { ...within, conditional: way.conditional }, inner, session);
    runList(node.body.commands, within, inner, session);
  });
  return 'assumed';
}

/** `while true`, `while :`: goes round until something breaks out of it. */
function isConstant(clause: CompoundList): boolean {
  const command = clause.commands[0]?.command;
  return (
    clause.commands.length === 1 && command?.type === 'Command' && /^(?:true|:|false)$/.test(command.name?.text ?? '')
  );
}

/** How often a loop goes round: perhaps never, at least once, until something breaks out of it. */
type Rounds = 'perhaps' | 'some' | 'endless';

/**
 * A loop. What its body changes is unknown whenever the body starts, except the first time: bodies are tried until
 * nothing more becomes unknown, then run once for what they say.
 */
function runLoop(way: Way, state: State, rounds: Rounds, body: (way: Way, state: State) => void): void {
  let entry = state.fork();
  const attempt = (quiet: boolean): { end: State; exits: State[] } => {
    const exits: State[] = [];
    const end = entry.fork();
    body({ ...way, repeated: true, quiet: way.quiet || quiet, loopExits: exits }, end);
    return { end, exits };
  };
  let last = attempt(true);
  for (let round = 0; round < 4; round++) {
    const next = entry.fork();
    next.become([entry, last.end, ...last.exits]);
    if (next.agrees(entry)) break;
    entry = next;
    last = attempt(true);
  }
  const final = way.quiet ? last : attempt(false);
  const ended = state.ended;
  const skipped = rounds === 'perhaps' ? [entry] : [];
  const through = rounds === 'endless' ? [] : [final.end];
  state.become([...skipped, ...through, ...final.exits]);
  state.ended ||= ended;
}

/** The condition as it is written, for messages. */
function reasonOf({ script }: Way, start: number, end: number): Reason {
  const text = script.source.text.slice(start, end).trim().replace(/\s+/g, ' ');
  return { kind: 'branch', detail: text.length > 60 ? `${text.slice(0, 59)}…` : text };
}
