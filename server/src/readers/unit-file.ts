import { type NetworkNamespace, toValue, type Value, type Variable } from '../model';
import {
  parseDotenv,
  parseUnitFile,
  type Reason,
  type SourceText,
  type UnitEntry,
  unitAssignments,
  unitCommands,
  unitWords,
} from '../syntax';
import { imageReasons, startContainer } from './command/containers';
import { type Reading, readCommand } from './command/launch';
import { fromDotenv } from './dotenv-variables';
import type { Surroundings } from './engine';
import { lookupIn } from './kubernetes/container-environment';
import { mayBeReplaced } from './may-be-replaced';
import { addEnvironmentFile } from './shell';

interface UnitEnvironment {
  readonly variables: readonly Variable[];
  readonly open: readonly Reason[];
}

/**
 * A systemd unit: `ExecStart=` with the unit's environment, which starts from nothing but what the unit says; or a
 * Quadlet's container. A drop-in that only sets variables counts as a file of variables does.
 */
export function readUnitFile(source: SourceText, reading: Reading): void {
  const entries = parseUnitFile(source);
  const service = entries.filter(({ section }) => section === 'Service');
  const container = entries.filter(({ section }) => section === 'Container');
  const { variables, open } = environmentOf(container.length > 0 ? container : service, reading);
  const around: Surroundings = {
    name: undefined,
    network: { key: `host of ${reading.context.name}`, kind: 'host', label: 'the host of this unit' },
    image: undefined,
    variables,
    environmentOpen: open,
    flagsOpen: [],
    replicated: false,
    conditional: undefined,
    requirements: {},
    layer: undefined,
    devices: undefined,
  };
  const found = container.length > 0 ? readQuadlet(container, around, reading) : readService(service, around, reading);
  if (!found) addEnvironmentFile(variables, open, around, reading);
}

function readService(service: readonly UnitEntry[], around: Surroundings, reading: Reading): boolean {
  const known = lookupIn(around.variables);
  const commands = sinceReset(service, 'ExecStart').flatMap(({ value }) => unitCommands(value, known));
  return commands.map((words) => readCommand({ words }, around, reading)).some(Boolean);
}

/** `[Container]` of Podman's Quadlet: an image and the arguments of its entry point. */
function readQuadlet(container: readonly UnitEntry[], around: Surroundings, reading: Reading): boolean {
  const imageText = container.findLast(({ key }) => key === 'Image')?.value;
  const image: Value | undefined = imageText && toValue(imageText);
  const exec = container.findLast(({ key }) => key === 'Exec')?.value;
  const entrypoint = container.findLast(({ key }) => key === 'Entrypoint')?.value;
  const place = (imageText ?? container[0]!.keyText).place();
  const inside: Surroundings = {
    ...around,
    image,
    network: quadletNetwork(container, around.network),
    environmentOpen: [...around.environmentOpen, ...imageReasons(image)],
  };
  const args = { words: exec ? unitWords(exec) : [] };
  const command = entrypoint && { words: unitWords(entrypoint) };
  return startContainer({ command, args, place }, inside, reading);
}

function quadletNetwork(container: readonly UnitEntry[], host: NetworkNamespace): NetworkNamespace {
  const network = container.findLast(({ key }) => key === 'Network')?.value;
  if (network?.text === 'host') return host;
  const kind = network && !network.known ? 'unknown' : 'container';
  return { key: `${host.key}/container`, kind, label: 'this container' };
}

/** `Environment=` first, then what the files say, which counts more. */
function environmentOf(entries: readonly UnitEntry[], { context }: Reading): UnitEnvironment {
  let variables = sinceReset(entries, 'Environment').flatMap(({ value }) =>
    unitAssignments(value).map(
      (given): Variable => ({
        name: given.nameText.text,
        nameText: given.nameText,
        value: toValue(given.value),
        via: 'systemd',
      }),
    ),
  );
  const open: Reason[] = [];
  for (const { value } of sinceReset(entries, 'EnvironmentFile')) {
    const path = value.slice(value.text.startsWith('-') ? 1 : 0);
    const file = path.known ? context.file(path.text) : undefined;
    if (file) variables.push(...fromDotenv(parseDotenv(file, 'systemd').entries, 'systemd', path.place()));
    else {
      const reason: Reason = { kind: 'file', detail: path.text, place: path.place() };
      open.push(reason);
      variables = mayBeReplaced(variables, reason);
    }
  }
  for (const { value } of sinceReset(entries, 'PassEnvironment')) {
    open.push({ kind: 'host', detail: `the service manager (${value.text})` });
  }
  return { variables, open };
}

/** An empty value takes back all that stands before it. */
function sinceReset(entries: readonly UnitEntry[], key: string): UnitEntry[] {
  const all = entries.filter((entry) => entry.key === key);
  return all.slice(all.findLastIndex(({ value }) => value.length === 0) + 1);
}
