import { Environment, knownInteger } from '../../model';
import type { Reason, SourceText } from '../../syntax';
import type { Collector } from '../collector';
import { readConfigFile } from '../config/config-file';
import { withConfigFile } from '../config/flag-map';
import type { ReadContext } from '../context';
import { addEngine, type Surroundings, unique } from '../engine';
import { readFlags } from './argv';
import { type CommandWords, programName, wordsFrom } from './command-words';
import { readContainerTool } from './docker-run';
import { runEnv, runSudo } from './env-command';
import { isShell, runEval, runShellProgram, runWritten } from './nested-scripts';
import { readElsewhere } from './other-places';
import { listenerAt, type Program, vllmAt } from './programs';

/** What every reader of commands is handed on. */
export interface Reading {
  readonly context: ReadContext;
  readonly out: Collector;
  /** How many commands the present one is nested in. */
  readonly depth: number;
  /** Files that the script wrote before, by their paths as written: `cat > run.sh <<EOF`, then `bash run.sh`. */
  readonly written?: ReadonlyMap<string, SourceText> | undefined;
  /** Files that are put into the container that the commands run in. */
  readonly mounted?: ((path: string) => SourceText | undefined) | undefined;
}

/** Nesting of `bash -c`, `ssh`, `docker run` and the like beyond which we stop. */
const deepest = 12;

/** Programs that start the command in their arguments and change nothing that matters to it. */
const transparent = new Set(
  `nohup exec time nice ionice numactl taskset timeout stdbuf setsid chrt command builtin uv uvx poetry pipenv conda mamba
   micromamba pixi hatch rye nsys ncu rocprof rocprofv3 tini dumb-init catchsegv ltrace strace flock unbuffer
   proxychains proxychains4 gosu su-exec setpriv with-contenv`.split(/\s+/),
);

/** Programs that only speak of what stands in their arguments. */
const speakers = new Set(
  `echo printf cat tee grep egrep fgrep rg pgrep pkill killall kill ps which type whereis man info log logger die warn
   error sed awk test [ [[ export declare local alias unset trap watch cp mv rm mkdir ls cd git curl wget pip pip3 apt
   apt-get apk yum dnf`.split(/\s+/),
);

/**
 * Reads one command: what it starts becomes engines and listeners. Wrappers are looked through; what a program that we
 * do not know starts is taken with everything about it open.
 * @returns true when something of ours was found
 */
export function readCommand(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  if (reading.depth > deepest || command.words.length === 0 || !reading.out.spendCommand()) return false;
  const program = vllmAt(command, 0);
  if (program) {
    startVllm(program, command, around, reading);
    return true;
  }
  if (addListener(command, around, reading)) return true;
  const inside = { ...reading, depth: reading.depth + 1 };
  const name = programName(command, 0);
  if (runWritten(command, 0, around, inside)) return true;
  if (name !== undefined) {
    if (speakers.has(name)) return false;
    if (isShell(name) && runShellProgram(command, around, inside)) return true;
    if (name === 'env') return runEnv(command, around, inside);
    if (name === 'sudo') return runSudo(command, around, inside);
    if (name === 'eval') return runEval(command, around, inside);
    const contained = readContainerTool(name, command, around, inside);
    if (contained !== undefined) return contained;
    const elsewhere = readElsewhere(name, command, around, inside);
    if (elsewhere !== undefined) return elsewhere;
    if (transparent.has(name)) return readRest(command, around, inside);
  }
  return readBehindUnknown(command, around, inside);
}

/** The first command in the arguments of a program that only starts it. */
export function readRest(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  for (let index = 1; index < command.words.length; index++) {
    if (startsCommand(command, index)) return readCommand(wordsFrom(command, index), around, reading);
  }
  return false;
}

/** True when the word is a program that we can read, rather than an option or an option's value. */
function startsCommand(command: CommandWords, index: number): boolean {
  if (vllmAt(command, index) || listenerAt(command, index)) return true;
  const name = programName(command, index);
  if (name === undefined) return false;
  return (
    isShell(name) ||
    transparent.has(name) ||
    /^(env|sudo|docker|podman|nerdctl|ssh|srun|mpirun|mpiexec|kubectl|singularity|apptainer)$/.test(name)
  );
}

/** vLLM's words behind a program that we do not know: it may add, change or never start them. */
function readBehindUnknown(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  for (let index = 1; index < command.words.length; index++) {
    const program = vllmAt(command, index);
    if (!program) continue;
    const [first] = command.words;
    const hole = first!.holes()[0];
    const reason: Reason = hole?.reason ?? { kind: 'wrapper', detail: first!.text };
    const wrapped = {
      ...around,
      flagsOpen: hole ? around.flagsOpen : [...around.flagsOpen, reason],
      environmentOpen: [...around.environmentOpen, reason],
      conditional: around.conditional ?? (hole ? undefined : reason),
    };
    startVllm(program, command, wrapped, reading);
    return true;
  }
  return false;
}

/** An engine from a command line, its `--config` file included. */
export function startVllm(program: Program, command: CommandWords, around: Surroundings, reading: Reading): void {
  const rest = wordsFrom(command, program.from);
  // Dynamo's launcher fills in the connector, the side channel's host and more before it hands over to vLLM.
  const launcher: Reason[] = program.entry === 'dynamo.vllm' ? [{ kind: 'wrapper', detail: 'dynamo.vllm' }] : [];
  const given = readFlags(rest, [...around.flagsOpen, ...launcher], program.entry);
  const flags = withConfigFile(given, readConfigFile(given, reading.context));
  addEngine(
    { entry: program.entry, place: program.place, flags, command: rest },
    { ...around, environmentOpen: [...around.environmentOpen, ...launcher] },
    reading.context,
    reading.out,
  );
}

/** A proxy or router that listens in the same network; one that may not start is none. */
function addListener(command: CommandWords, around: Surroundings, { out }: Reading): boolean {
  const program = listenerAt(command, 0);
  if (!program) return false;
  const flags = readFlags(wordsFrom(command, program.from));
  out.proxies.push({
    kind: program.label === 'the router' ? 'router' : 'proxy',
    label: program.label,
    place: program.word.place(),
    flags,
    environment: new Environment(around.variables, unique(around.environmentOpen)),
    image: around.image,
    network: around.network,
    container: around.container,
    pod: around.pod,
    conditional: around.conditional,
  });
  if (around.conditional) return true;
  const flag = flags.get('port');
  const given = flag?.value?.kind === 'known' ? flag.value : undefined;
  const port = flag ? knownInteger(flag.value) : flags.absent('port') ? program.defaultPort : undefined;
  if (port === undefined) return true;
  const label = flag ? `${program.label}'s \`--port\`` : `${program.label}'s default port`;
  out.listeners.push({ network: around.network, port, label, place: (given?.source ?? program.word).place() });
  return true;
}
