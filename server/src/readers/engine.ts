import { type ImageFact, versionsFromImage } from '../knowledge';
import {
  type ConfigFile,
  type Container,
  type EngineRole,
  type EntryPoint,
  Environment,
  type Flag,
  Flags,
  type KvTransferConfig,
  knownText,
  type LmcacheConfig,
  type NetworkNamespace,
  type NotText,
  type Parallelism,
  type Platform,
  type Pod,
  placeOf,
  type Turn,
  type Value,
  type Variable,
} from '../model';
import type { Place, Reason, SourceText, TreeNode } from '../syntax';
import type { Collector } from './collector';
import type { CommandWords } from './command/command-words';
import { kvTransferFlag, readFlagObjects, readKvTransfer } from './config/kv-transfer';
import type { Layer } from './config/quotes';
import type { ReadContext } from './context';
import { readParallelism } from './parallel';
import { readRole } from './role';
import { type Requirements, readPlatform, readVersions } from './versions';

/** What surrounds a command: all that its own words do not say. */
export interface Surroundings {
  /** Container, service or script, for messages. */
  readonly name: string | undefined;
  readonly network: NetworkNamespace;
  readonly image: Value | undefined;
  /** In effect order. */
  readonly variables: readonly Variable[];
  readonly environmentOpen: readonly Reason[];
  /** Why flags may be added to whatever the words say (an operator, a patch). */
  readonly flagsOpen: readonly Reason[];
  readonly replicated: boolean;
  readonly conditional: Reason | undefined;
  /** The commands around this one, see `Engine`. */
  readonly turns?: readonly Turn[] | undefined;
  readonly requirements: Requirements;
  /** Who hands the words to the program. */
  readonly layer: Layer | undefined;
  /** The platform of the devices that the container asks for. */
  readonly devices: Platform | undefined;
  /** A template chooses between parts of it: of a flag that is there twice, nobody knows which counts. */
  readonly alternatives?: Reason | undefined;
  /** The router that replaces the address which the engine advertises. */
  readonly addressRewrittenBy?: string | undefined;
  readonly container?: Container | undefined;
  readonly pod?: Pod | undefined;
  /** What the surroundings say about the engine's role. */
  readonly evidence?: EngineRole | undefined;
  /** Numbers of ranks that an operator or a chart hands to vLLM, where no flag says otherwise. */
  readonly ranks?: Partial<Parallelism> | undefined;
  /** Variables that a controller or a chart sets without saying so here: what refers to them gets these texts. */
  readonly given?: ReadonlyMap<string, SourceText> | undefined;
  /** What Kubernetes takes for no text where it needs one. */
  readonly notText?: ((value: TreeNode) => NotText | undefined) | undefined;
}

export interface Launch {
  readonly entry: EntryPoint;
  readonly place: Place;
  readonly flags: Flags;
  /** The words that the flags were read from. */
  readonly command?: CommandWords | undefined;
  /** A kv-transfer-config that does not come by a flag. */
  readonly kvTransfer?: KvTransferConfig | undefined;
  readonly configFile?: ConfigFile | undefined;
  readonly lmcache?: LmcacheConfig | undefined;
}

/** What the tables know about an image. */
export function imageFact(image: Value | undefined): ImageFact | undefined {
  const text = knownText(image);
  return text === undefined ? undefined : versionsFromImage(text);
}

/** Puts the facts of one vLLM process together. */
export function addEngine(launch: Launch, around: Surroundings, context: ReadContext, out: Collector): void {
  const flags = around.alternatives ? withoutAlternatives(launch.flags, around.alternatives) : launch.flags;
  const fact = imageFact(around.image);
  const imagePlace = around.image && placeOf(around.image);
  const versions = readVersions({ image: fact, imagePlace, requirements: around.requirements }, context);
  const environment = new Environment(around.variables, unique(around.environmentOpen));
  const facts = { vllm: versions.vllm?.version, command: launch.command, layer: around.layer };
  const kvTransfer = launch.kvTransfer ?? readKvTransfer(flags, facts);
  out.engines.push({
    entry: launch.entry,
    place: launch.place,
    name: around.name,
    flags,
    environment,
    kvTransfer,
    objects: readFlagObjects(flags, facts),
    image: around.image,
    versions,
    pins: around.requirements,
    platform: readPlatform(fact, around.devices, context),
    parallel: readParallelism(flags, environment, around.ranks),
    network: around.network,
    replicated: around.replicated,
    conditional: around.conditional,
    turns: around.turns,
    addressRewrittenBy: around.addressRewrittenBy,
    configFile: launch.configFile,
    lmcache: launch.lmcache,
    container: around.container,
    pod: around.pod,
    role: readRole(flags, kvTransfer, around, { entry: launch.entry, file: context.name }),
  });
  listUnknown(flags, kvTransfer, out);
}

function withoutAlternatives(flags: Flags, reason: Reason): Flags {
  const counts = new Map<string, number>();
  for (const { name } of flags.list) counts.set(name, (counts.get(name) ?? 0) + 1);
  const list = flags.list.map((flag): Flag => {
    if ((counts.get(flag.name) ?? 0) < 2 || flag.path.length > 0) return flag;
    const unknown = { kind: 'unknown', reason, place: flag.text.place() } as const;
    return { ...flag, value: unknown, values: [unknown], tree: undefined };
  });
  return new Flags(list, flags.open, flags.positionals);
}

function listUnknown(flags: Flags, kvTransfer: KvTransferConfig | undefined, out: Collector): void {
  const value = kvTransfer?.flag?.value;
  const known = kvTransfer?.root && kvTransfer.root.type !== 'unknown';
  if (known || kvTransfer?.problems.length || !value) return;
  if (value.kind !== 'known') out.addUnknown(`\`--${kvTransferFlag}\``, value.reason, kvTransfer!.place);
  else if (flags.get(kvTransferFlag)) out.addUnchecked(kvTransfer?.place, `\`--${kvTransferFlag}\` could not be read`);
}

/** Reasons are shown to people: each once. */
export function unique(reasons: readonly Reason[]): Reason[] {
  const seen = new Map(reasons.map((reason) => [`${reason.kind} ${reason.detail}`, reason]));
  return [...seen.values()];
}
