import { type NetworkNamespace, toValue } from '../../model';
import type { Reason } from '../../syntax';
import { joinWords } from '../config/pieces';
import { mentionsOurs } from '../detect';
import type { Surroundings } from '../engine';
import { readYamlDocuments } from '../kubernetes/yaml-document';
import { type CommandWords, knownWord, wordsFrom } from './command-words';
import { imageReasons } from './containers';
import { type Reading, readCommand, readRest } from './launch';
import { detached, runInput, runScript } from './nested-scripts';

/** Programs that start their command on nodes that somebody else chooses; the environment goes along. */
const launchers =
  /^(srun|mpirun|mpiexec|prun|aprun|jsrun|orterun|ibrun|parallel|singularity|apptainer|enroot|shifter)$/;
const remoteShells = /^(ssh|pdsh|clush|gcloud)$/;

/** Options of `ssh` and `pdsh` that take the next word. */
const remoteOptionWithValue = /^-[BbcDEeFIiJLlmOoPpQRSWwxtu]$/;

/**
 * Commands that run somewhere else: on other nodes, on another host, in a running container or a terminal. Their ports
 * are not those of this script.
 * @returns `undefined` for programs that do no such thing
 */
export function readElsewhere(
  name: string,
  command: CommandWords,
  around: Surroundings,
  reading: Reading,
): boolean | undefined {
  if (launchers.test(name)) {
    const there = { ...around, network: unknownNodes(command, around, name) };
    return readRest(command, inContainer(command, there), reading);
  }
  if (remoteShells.test(name)) return readRemoteShell(name, command, around, reading);
  if (name === 'kubectl' || name === 'oc') return readKubectl(command, around, reading);
  if (name === 'tmux' || name === 'screen') return readTerminal(command, around, reading);
  if (name === 'sbatch') return readBatch(command, around, reading);
  return undefined;
}

/** Slurm's plug-in for containers (pyxis): `--container-image=vllm/vllm-openai:v0.25.1`. */
function inContainer(command: CommandWords, around: Surroundings): Surroundings {
  const option = '--container-image';
  const index = command.words.findIndex(({ text }) => text === option || text.startsWith(`${option}=`));
  const word = command.words[index];
  const given = word?.text.startsWith(`${option}=`) ? word.slice(option.length + 1) : command.words[index + 1];
  if (!word || !given) return around;
  const image = toValue(given);
  return { ...around, image, environmentOpen: [...around.environmentOpen, ...imageReasons(image)] };
}

/** A network of its own kind for a command, told apart by where the command stands. */
export function networkOf(
  command: CommandWords,
  around: Surroundings,
  kind: NetworkNamespace['kind'],
  label: string,
): NetworkNamespace {
  const at = command.words[0]?.locate().span.start ?? 0;
  return { key: `${around.network.key}/${at}`, kind, label };
}

function unknownNodes(command: CommandWords, around: Surroundings, name: string): NetworkNamespace {
  return networkOf(command, around, 'unknown', `the nodes of this \`${name}\``);
}

/** The environment of a process that this script does not hand its own to. */
function foreign(around: Surroundings, what: string): Surroundings {
  const reason: Reason = { kind: 'host', detail: what };
  return { ...around, variables: [], environmentOpen: [reason], requirements: {} };
}

function readRemoteShell(name: string, command: CommandWords, around: Surroundings, reading: Reading): boolean {
  let index = 1;
  let host: string | undefined;
  for (; index < command.words.length; index++) {
    const text = knownWord(command, index) ?? '';
    if (name !== 'ssh' && /^-w|^--nodes?$/.test(text)) host = text.length > 2 ? text : knownWord(command, index + 1);
    if (remoteOptionWithValue.test(text)) index += 1;
    else if (!text.startsWith('-')) break;
  }
  if (name === 'ssh') {
    host = knownWord(command, index);
    index += 1;
  }
  const label = host === undefined ? 'another host' : `host \`${host}\``;
  const network: NetworkNamespace =
    name === 'ssh' && host !== undefined
      ? { key: `${around.network.key}/ssh ${host.slice(host.indexOf('@') + 1)}`, kind: 'host', label }
      : networkOf(command, around, 'unknown', label);
  const there = { ...foreign(around, label), network };
  const script = joinWords(command.words.slice(index));
  const found = script !== undefined && runScript(script, there, reading);
  return runInput(command, there, reading) || found;
}

/** `kubectl exec pod -- command`, a process beside those that the pod's manifest starts; `kubectl apply -f - <<EOF`. */
function readKubectl(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  if (command.words.some((word) => /^(apply|create|replace)$/.test(word.text))) return applyManifests(command, reading);
  const dashes = command.words.findIndex((word) => word.text === '--');
  if (dashes === -1 || !command.words.slice(0, dashes).some((word) => word.text === 'exec')) return false;
  const network = networkOf(command, around, 'unknown', 'the pod of this `kubectl exec`');
  return readCommand(wordsFrom(command, dashes + 1), { ...foreign(around, 'the container'), network }, reading);
}

/** The manifests that the script writes itself: on the standard input, or in a file before. */
function applyManifests(command: CommandWords, reading: Reading): boolean {
  const files = command.words.flatMap((word) => reading.written?.get(word.text) ?? []);
  const manifests = [...(command.input ?? []), ...files].filter(({ text }) => mentionsOurs(text));
  const before = reading.out.engines.length;
  for (const manifest of manifests) readYamlDocuments(manifest, reading);
  return reading.out.engines.length > before;
}

/** `tmux new-session -d 'command'`, `tmux send-keys 'command' C-m`, `screen -dmS name bash -c 'command'`. */
function readTerminal(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  const reason: Reason = { kind: 'host', detail: 'the terminal' };
  const there = { ...detached(around), environmentOpen: [...around.environmentOpen, reason] };
  const scripts = command.words.slice(1).filter((word) => /\s/.test(word.text));
  const found = readRest(command, there, reading);
  return found || scripts.map((script) => runScript(script, there, reading)).some(Boolean);
}

/** `sbatch --wrap='command'`: a job on a node that Slurm chooses. */
function readBatch(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  const index = command.words.findIndex((word) => /^--wrap(=|$)/.test(word.text));
  const word = command.words[index];
  if (!word) return false;
  const script = word.text.startsWith('--wrap=') ? word.slice('--wrap='.length) : command.words[index + 1];
  const there = { ...around, network: unknownNodes(command, around, 'sbatch') };
  return script !== undefined && runScript(script, there, reading);
}
