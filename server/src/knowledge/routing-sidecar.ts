import table from '../../../schemas/routing-sidecar.json';
import { lazy } from './lazy';
import { readSource, type Source } from './source';
import { compareVersions, parseVersion, type Version } from './version';

/**
 * One option of llm-d's routing sidecar, the proxy in front of decode. Its releases have numbers of their own: they are
 * those of its image's tag.
 */
export interface SidecarFlag {
  /** Without dashes: `kv-connector`. */
  readonly name: string;
  readonly since: string;
  /** The first release that no longer has it, and refuses to start with it. */
  readonly gone?: string;
  /** The flag that takes the same value and means the same. */
  readonly replacedBy?: string;
  /** What to write instead. */
  readonly insteadUse?: string;
  readonly description: string;
  readonly sources: readonly Source[];
}

interface Row {
  readonly sidecarSince: string;
  readonly sidecarGone?: string;
  readonly replacedBy?: string;
  readonly insteadUse?: string;
  readonly value: 'none' | 'one';
  readonly defaults?: readonly { readonly value: string; readonly since?: string; readonly until?: string }[];
  readonly description: string;
}

const rows = lazy(() => table.flags as Readonly<Record<string, Row>>);

/** The option of this exact name without dashes. */
export function sidecarFlag(name: string): SidecarFlag | undefined {
  if (!Object.hasOwn(rows(), name)) return undefined;
  const { sidecarSince, sidecarGone, replacedBy, insteadUse, description } = rows()[name]!;
  return {
    name,
    since: sidecarSince,
    ...(sidecarGone !== undefined && { gone: sidecarGone }),
    ...(replacedBy !== undefined && { replacedBy }),
    ...(insteadUse !== undefined && { insteadUse }),
    description,
    sources: table.sources.map(readSource),
  };
}

/** All options, by name. */
export function sidecarFlagNames(): readonly string[] {
  return Object.keys(rows());
}

const image = /^(.+?):v?(\d+\.\d+\.\d+)(?:@sha256:[\da-f]+)?$/;

/** The release that an image holds, when it is a published one: a mirror or a build of one's own may be another. */
export function sidecarRelease(name: string): Version | undefined {
  const [, repository, tag] = image.exec(name) ?? [];
  const first = (table.images as Readonly<Record<string, string>>)[repository ?? ''];
  const release = first === undefined ? undefined : parseVersion(tag!);
  // A tag from before the name was published is somebody's own build.
  return release && isSidecarFrom(release, first!) ? release : undefined;
}

/** True when `release` is `since` or later. */
export function isSidecarFrom(release: Version, since: string): boolean {
  return compareVersions(release, parseVersion(since)!) >= 0;
}

/** The default of an option: `undefined` where it depends on a release that is not known. */
export function sidecarDefault(name: string, release: Version | undefined): string | undefined {
  const defaults = (Object.hasOwn(rows(), name) && rows()[name]!.defaults) || [];
  if (defaults.length <= 1 || !release) return defaults.length === 1 ? defaults[0]!.value : undefined;
  return defaults.findLast(({ since }) => since === undefined || isSidecarFrom(release, since))?.value;
}
