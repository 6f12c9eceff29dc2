import { knownText, type NetworkNamespace, toValue, type Variable } from '../../model';
import { parseDotenv, type Reason, type SourceText } from '../../syntax';
import type { ReadContext } from '../context';
import { fromDotenv } from '../dotenv-variables';
import type { Surroundings } from '../engine';
import { mayBeReplaced } from '../may-be-replaced';
import { type CommandWords, knownWord, wordsFrom } from './command-words';
import { imageReasons, startContainer } from './containers';
import { assignment } from './env-command';
import { type Reading, readCommand } from './launch';
import { detached } from './nested-scripts';
import { networkOf } from './other-places';

/** Options of `docker run` and `podman run` that stand alone; every other one takes a value. */
const switches = new Set(
  `-d --detach -i --interactive -t --tty --rm --init --privileged --read-only -P --publish-all --no-healthcheck
   --oom-kill-disable --sig-proxy --disable-content-trust -q --quiet --help --replace --rmi --tls-verify --no-hosts
   --env-host --http-proxy --no-hostname --systemd --use-api-socket`.split(/\s+/),
);

/** Options before the subcommand that take a value. */
const globalOptionWithValue =
  /^(-H|-c|-l|--host|--context|--config|--log-level|--connection|--url|--address|-a|-n|--namespace)$/;

interface Options {
  readonly name: string | undefined;
  readonly network: string | undefined;
  readonly networkKnown: boolean;
  readonly entrypoint: SourceText | undefined;
  readonly variables: readonly Variable[];
  readonly open: readonly Reason[];
  readonly detached: boolean;
}

/**
 * `docker run [options] image [arguments]` and `docker exec container command`.
 * @returns `undefined` for programs that are no container tool
 */
export function readContainerTool(
  name: string,
  command: CommandWords,
  around: Surroundings,
  reading: Reading,
): boolean | undefined {
  if (!/^(docker|podman|nerdctl)$/.test(name)) return undefined;
  let index = 1;
  while (index < command.words.length && command.words[index]!.text.startsWith('-')) {
    index += globalOptionWithValue.test(command.words[index]!.text) ? 2 : 1;
  }
  if (knownWord(command, index) === 'container') index += 1;
  const verb = knownWord(command, index);
  if (verb === 'run' || verb === 'create') return readRun(wordsFrom(command, index + 1), command, around, reading);
  if (verb === 'exec') return readExec(wordsFrom(command, index + 1), around, reading);
  return false;
}

function readRun(rest: CommandWords, whole: CommandWords, around: Surroundings, reading: Reading): boolean {
  const { options, next } = readOptions(rest, around, reading.context);
  const imageWord = rest.words[next];
  if (!imageWord) return false;
  const image = toValue(imageWord);
  const label = options.name ?? knownText(image);
  const inside: Surroundings = {
    ...(options.detached || knownWord(whole, 1) === 'create' ? detached(around) : around),
    name: options.name ?? around.name,
    image,
    network: containerNetwork(options, whole, around, label),
    variables: options.variables,
    environmentOpen: [...options.open, ...imageReasons(image)],
    requirements: {},
  };
  const args = wordsFrom(rest, next + 1);
  const place = imageWord.place();
  const { entrypoint } = options;
  if (!entrypoint) return startContainer({ command: undefined, args, place }, inside, reading);
  // `--entrypoint ''` takes the image's own away: the arguments are the command.
  const command = entrypoint.text === '' ? args : { ...args, words: [entrypoint, ...args.words], origins: undefined };
  return startContainer({ command, args: { words: [] }, place }, inside, reading);
}

function readOptions(
  command: CommandWords,
  around: Surroundings,
  context: ReadContext,
): { options: Options; next: number } {
  const variables: Variable[] = [];
  let files: Variable[] = [];
  const open: Reason[] = [];
  let name: string | undefined;
  let network: string | undefined;
  let networkKnown = true;
  let inBackground = false;
  let entrypoint: SourceText | undefined;
  let index = 0;
  for (; index < command.words.length; index++) {
    const word = command.words[index]!;
    const { text } = word;
    if (!text.startsWith('-')) {
      // An unknown word in front of the image may hold any options.
      const hole = word.holes()[0];
      if (hole?.start !== 0 || index === command.words.length - 1 || !mayBeOptions(command, index)) break;
      open.push(hole.reason);
      networkKnown = false;
      continue;
    }
    const equals = text.startsWith('--') ? text.indexOf('=') : -1;
    const option = equals === -1 ? text : text.slice(0, equals);
    if (switches.has(option) || /^-[ditqP]+$/.test(option)) {
      if (/^(--detach|-[itqP]*d[ditqP]*)$/.test(option)) inBackground = true;
      continue;
    }
    const attached = equals === -1 && /^-[evpwuhml]./.test(text) && !text.startsWith('--');
    const value = equals !== -1 ? word.slice(equals + 1) : attached ? word.slice(2) : command.words[index + 1];
    const valueAt = equals !== -1 || attached ? index : index + 1;
    index = valueAt;
    if (!value) continue;
    const key = attached ? text.slice(0, 2) : option;
    if (key === '-e' || key === '--env') {
      const variable = assignment(value, 'docker-run') ?? passedThrough(value.text, around);
      if (variable) variables.push(variable);
      else open.push(value.holes()[0]?.reason ?? { kind: 'host', detail: 'the shell that starts the container' });
    } else if (key === '--env-file') {
      const path = value.known ? context.file(value.text) : undefined;
      if (path) files.push(...fromDotenv(parseDotenv(path, 'docker').entries, 'env-file', value.place()));
      else {
        const reason: Reason = { kind: 'file', detail: value.text, place: value.place() };
        open.push(reason);
        files = mayBeReplaced(files, reason);
      }
    } else if (key === '--name') name = value.known ? value.text : undefined;
    else if (key === '--network' || key === '--net') {
      network = value.text;
      networkKnown = value.known;
    } else if (key === '--entrypoint') entrypoint = value;
  }
  // `-e` counts after `--env-file`, whatever their order.
  const options = {
    name,
    network,
    networkKnown,
    entrypoint,
    variables: [...files, ...variables],
    open,
    detached: inBackground,
  };
  return { options, next: index };
}

/** `$OPTS image …` or `$IMAGE args…`: the former when a word that looks like an image follows. */
function mayBeOptions(command: CommandWords, index: number): boolean {
  const next = command.words[index + 1]!;
  return next.text.startsWith('-') || /^[\w.-]+(:\d+)?\/[\w./-]+(:[\w.-]+)?(@sha256:\w+)?$/.test(next.text);
}

/** `-e NAME`: the value that the script exports under this name. */
function passedThrough(name: string, around: Surroundings): Variable | undefined {
  const found = around.variables.findLast((variable) => variable.name === name);
  return found && { ...found, via: 'docker-run' };
}

function containerNetwork(
  options: Options,
  command: CommandWords,
  around: Surroundings,
  label: string | undefined,
): NetworkNamespace {
  const { network, networkKnown } = options;
  const shown = label === undefined ? 'this container' : `container \`${label}\``;
  if (!networkKnown) return networkOf(command, around, 'unknown', shown);
  if (network === 'host') return around.network;
  if (network?.startsWith('container:')) {
    const other = network.slice('container:'.length);
    return { key: containerKey(around, other), kind: 'container', label: `container \`${other}\`` };
  }
  if (options.name === undefined) return networkOf(command, around, 'container', shown);
  return { key: containerKey(around, options.name), kind: 'container', label: shown };
}

function containerKey(around: Surroundings, name: string): string {
  return `${around.network.key}/container ${name}`;
}

/** `docker exec container command`: a process beside the container's own, in an environment that we do not see. */
function readExec(command: CommandWords, around: Surroundings, reading: Reading): boolean {
  const variables: Variable[] = [];
  let index = 0;
  for (; index < command.words.length; index++) {
    const text = command.words[index]!.text;
    if (!text.startsWith('-')) break;
    if (!/^(-[euw]|--(env|env-file|user|workdir|detach-keys))$/.test(text)) continue;
    index += 1;
    const variable =
      /^(-e|--env)$/.test(text) && command.words[index] && assignment(command.words[index]!, 'docker-run');
    if (variable) variables.push(variable);
  }
  const name = knownWord(command, index);
  const reason: Reason = { kind: 'host', detail: 'the container' };
  const network: NetworkNamespace =
    name === undefined
      ? networkOf(command, around, 'unknown', 'the container of this `docker exec`')
      : { key: containerKey(around, name), kind: 'container', label: `container \`${name}\`` };
  const there = { ...around, network, variables, environmentOpen: [reason], name: name ?? around.name };
  return readCommand(wordsFrom(command, index + 1), there, reading);
}
