import { lookupFlag } from '../../knowledge';
import { knownText, type Value } from '../../model';
import type { Place, Reason, SourceText } from '../../syntax';
import { readConfigFile } from '../config/config-file';
import { withConfigFile } from '../config/flag-map';
import { kvTransferFlag } from '../config/kv-transfer';
import { addEngine, imageFact, type Surroundings } from '../engine';
import { readFlags } from './argv';
import { type CommandWords, wordsTogether } from './command-words';
import { type Reading, readCommand, startVllm } from './launch';
import { hasSageMakerArguments, sageMakerArguments } from './sagemaker';

/** How a container starts: what replaces the image's entry point, and the arguments. */
export interface ContainerStart {
  readonly command: CommandWords | undefined;
  readonly args: CommandWords;
  /** What to point at when no word starts vLLM: the container's name or image. */
  readonly place: Place;
  /** The files of volumes that are in sight, by their paths in the container. */
  readonly files?: ((path: string) => SourceText | undefined) | undefined;
  /** The same for a file that is run. */
  readonly scripts?: ((path: string) => SourceText | undefined) | undefined;
}

/**
 * Images whose environment is public and sets none of the names that anybody argues about: vLLM's own `Dockerfile` for
 * CUDA sets `PATH`, `UV_*`, `VLLM_USAGE_SOURCE` and the like, never a side channel, a `NIXL_*` or a `UCX_*` variable.
 * The others (ROCm, XPU, TPU, rebuilds) are not known that well, and a custom image's `ENV` may hold anything.
 */
const officialImages = /^(docker\.io\/)?vllm\/vllm-openai(:|@|$)/;

/** Why an image may set variables that are not in sight. */
export function imageReasons(image: Value | undefined): Reason[] {
  const text = knownText(image);
  if (text === undefined) {
    const reason: Reason = image && image.kind !== 'known' ? image.reason : { kind: 'image', detail: 'not named here' };
    return [reason];
  }
  return officialImages.test(text) ? [] : [{ kind: 'image', detail: text }];
}

/** Reads what a container runs: its command, or its arguments as the image's entry point gets them. */
export function startContainer(start: ContainerStart, around: Surroundings, outside: Reading): boolean {
  const { args, files, scripts = files } = start;
  // A path in a container names a file of its image or of a volume, none beside this one.
  const file = (path: string) => files?.(path);
  const reading: Reading = { ...outside, context: { ...outside.context, file }, mounted: scripts };
  if (start.command && start.command.words.length > 0) {
    const command = wordsTogether(start.command, args);
    if (readCommand(command, around, reading)) return true;
    const program = start.command.words[0]!.text;
    return bareArguments(start, [{ kind: 'wrapper', detail: program }], around, reading);
  }
  if (args.words.length === 0 && hasSageMakerArguments(around.variables)) {
    const command = sageMakerArguments(around.variables, start.place);
    startVllm({ entry: 'api_server', place: start.place, from: 0 }, command, around, reading);
    return true;
  }
  const fact = imageFact(around.image);
  if (fact && /^(vllm|vllm-serve|api-server)$/.test(fact.entrypoint) && !startsWithProgram(args)) {
    return bareArguments(start, [], around, reading, true);
  }
  if (readCommand(args, around, reading)) return true;
  const image = knownText(around.image) ?? 'not named here';
  return bareArguments(start, [{ kind: 'image', detail: image }], around, reading);
}

function startsWithProgram({ words }: CommandWords): boolean {
  return words.length > 0 && /^(.*\/)?(vllm|python[\d.]*|bash|sh)$/.test(words[0]!.text);
}

/** Arguments without a program in sight: an engine when the image is one, or when they hold what only vLLM takes. */
function bareArguments(
  start: ContainerStart,
  unseen: readonly Reason[],
  around: Surroundings,
  reading: Reading,
  certain = false,
): boolean {
  const { args } = start;
  if (!certain && !args.words.some((word) => isKvTransferFlag(word.text))) return false;
  const given = readFlags(args, [...around.flagsOpen, ...unseen]);
  const flags = withConfigFile(given, readConfigFile(given, reading.context));
  const inside = { ...around, environmentOpen: [...around.environmentOpen, ...unseen] };
  addEngine({ entry: 'image', place: start.place, flags, command: args }, inside, reading.context, reading.out);
  return true;
}

export function isKvTransferFlag(word: string): boolean {
  return word.startsWith('-') && lookupFlag(word)?.fact.name === kvTransferFlag;
}
