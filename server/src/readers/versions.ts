import { type At, completeVersions, type ImageFact, nixlInImage } from '../knowledge';
import type { EngineVersions, Platform } from '../model';
import type { Directive, Place, SourceText } from '../syntax';
import type { Assumed, ReadContext } from './context';

const libraries = ['vllm', 'nixl', 'ucx'] as const;
type LibraryName = (typeof libraries)[number];

/** Versions that a file installs itself: `pip install vllm==0.11.0`. */
export type Requirements = Readonly<Partial<Record<LibraryName, SourceText>>>;

interface Evidence {
  readonly image: ImageFact | undefined;
  /** Where the image is named. */
  readonly imagePlace: Place | undefined;
  readonly requirements: Requirements;
}

type Found = { -readonly [Key in keyof EngineVersions]: EngineVersions[Key] };

/**
 * The versions that an engine runs, first that is known: a comment in the file, what the file installs, the image, the
 * settings; what is missing follows from the others (vLLM implies NIXL implies UCX).
 *
 * What an image says about NIXL and UCX holds for the vLLM that it carries: it is not asked when the file names another.
 *
 * A release that the caller wants the file to be read for wins over all of these; what the comments and the settings say
 * about the other libraries is then about another vLLM.
 */
export function readVersions(evidence: Evidence, context: ReadContext): EngineVersions {
  const found: Found = {};
  for (const name of libraries) {
    const version = context.release?.[name];
    if (version) found[name] = { version, from: 'setting' };
  }
  const asked = found.vllm !== undefined;
  const stated = asked ? {} : statedIn(context.directives);
  for (const name of libraries) {
    const version = stated[name];
    if (version && !found[name]) found[name] = { version, from: 'comment' };
  }
  for (const name of libraries) {
    const pinned = evidence.requirements[name];
    if (pinned && !found[name]) found[name] = { version: pinned.text, from: 'requirement', place: pinned.place() };
  }
  const { image } = evidence;
  if (image && (!found.vllm || found.vllm.version === image.vllm)) addImage(found, image, evidence.imagePlace);
  // The image as it would be for the release that is asked for brings the NIXL of that time.
  const brought = asked && image && !image.ownLibraries ? nixlInImage(found.vllm?.version) : undefined;
  if (brought !== undefined && !found.nixl) found.nixl = { version: brought, from: 'image' };
  for (const name of libraries) {
    const version = asked ? undefined : context.assumptions[name];
    if (version && !found[name]) found[name] = { version, from: 'setting' };
  }
  return implied(found, image?.ownLibraries === true);
}

function addImage(found: Found, image: ImageFact, place: Place | undefined): void {
  for (const name of libraries) {
    const version = image[name];
    if (version && !found[name]) found[name] = { version, from: 'image', place };
  }
}

function implied(found: Found, ownLibraries: boolean): EngineVersions {
  const known = { vllm: found.vllm?.version, nixl: found.nixl?.version, ucx: found.ucx?.version };
  const complete = completeVersions(known, ownLibraries);
  for (const name of libraries) {
    const version = asText(complete[name]);
    if (version && !found[name]) found[name] = { version, from: 'implied' };
  }
  return found;
}

/** A version as it is handed on: a release, or `from..to`. */
function asText(at: At): string | undefined {
  if (at === undefined || typeof at === 'string') return at;
  if ('version' in at) return at.version;
  return 'text' in at ? at.text : `${asText(at.from)}..${asText(at.to)}`;
}

/** The platform, first that is known: a comment, the devices that the container asks for, the image, the settings. */
export function readPlatform(
  image: ImageFact | undefined,
  devices: Platform | undefined,
  context: ReadContext,
): Platform | undefined {
  const stated = statedIn(context.directives).platform;
  return stated ?? devices ?? image?.platform ?? context.assumptions.platform;
}

const platforms: readonly string[] = ['cuda', 'rocm', 'xpu', 'tpu', 'cpu'] satisfies Platform[];

/** What the comments of the file say; of several the last. */
function statedIn(directives: readonly Directive[]): Assumed {
  const stated: { -readonly [Key in keyof Assumed]: Assumed[Key] } = {};
  for (const directive of directives) {
    if (directive.kind !== 'versions') continue;
    for (const { name, value } of directive.values) {
      if (name !== 'platform') stated[name] = value;
      else if (platforms.includes(value.toLowerCase())) stated.platform = value.toLowerCase() as Platform;
    }
  }
  return stated;
}
