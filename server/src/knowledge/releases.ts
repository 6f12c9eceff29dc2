import table from '../../../schemas/releases.json';
import { newestRelease, newestVerified } from './horizon';
import { lazy, remembered } from './lazy';
import { type At, holds, type Library, parseVersion, type Version, type Versions } from './version';

export { newestRelease, newestVerified, oldestRelease } from './horizon';

interface ReleaseRow {
  readonly version: string;
  readonly date?: string;
  /** vLLM: NIXL releases that its own requirements allow. */
  readonly nixl?: { readonly from: string; readonly to?: string };
  /** vLLM: NIXL releases that its own images may carry, by their dates. */
  readonly imageNixl?: { readonly from: string; readonly to: string };
  /** NIXL: the UCX inside its wheels. */
  readonly ucx?: string;
}

const rows = lazy(() => ({
  vllm: new Map((table.vllm as readonly ReleaseRow[]).map((row) => [row.version, row])),
  nixl: new Map((table.nixl as readonly ReleaseRow[]).map((row) => [row.version, row])),
  ucx: new Map((table.ucx as readonly ReleaseRow[]).map((row) => [row.version, row])),
}));

/** True when the version is certainly newer than the newest known: it is then treated as that one. */
export function isBeyondTables(library: Library, at: At): boolean {
  return beyond(library, newestRelease(library), at);
}

/** True when the facts for this version were not read in source but in documentation and threads. */
export function isUnverified(library: Library, at: At): boolean {
  return beyond(library, newestVerified(library), at);
}

/**
 * The NIXL releases that a vLLM release's own requirements allow, as a release or `from..to`; undefined when they name
 * none. Images may carry another one: what the image says comes first.
 */
export function nixlForVllm(vllm: At): string | undefined {
  return implied('vllm', vllm, (row) => row.nixl && span(row.nixl.from, row.nixl.to ?? newestRelease('nixl')));
}

/** The NIXL releases that vLLM's own CUDA image of a release may carry. */
export function nixlInImage(vllm: At): string | undefined {
  return implied('vllm', vllm, (row) => row.imageNixl && span(row.imageNixl.from, row.imageNixl.to));
}

/** The UCX that a NIXL wheel carries. */
export function ucxForNixl(nixl: At): string | undefined {
  return implied('nixl', nixl, (row) => row.ucx);
}

/**
 * vLLM implies NIXL implies UCX: what is stated stays, what is missing is filled in where the tables say so. In an image
 * that builds its own libraries nothing follows.
 */
export function completeVersions(known: Versions, ownLibraries = false): Versions {
  if (ownLibraries) return known;
  const nixl = known.nixl ?? nixlForVllm(known.vllm);
  const ucx = known.ucx ?? ucxForNixl(nixl);
  return {
    ...(known.vllm !== undefined && { vllm: known.vllm }),
    ...(nixl !== undefined && { nixl }),
    ...(ucx !== undefined && { ucx }),
  };
}

/** Release day (`2025-10-02`, or as much of it as is known). */
export function releaseDate(library: Library, version: string): string | undefined {
  return rows()[library].get(version)?.date;
}

/** Releases of a library that the tables know, oldest first. */
export function knownReleases(library: Library): readonly string[] {
  return [...rows()[library].keys()];
}

function span(from: string, to: string): string {
  return from === to ? from : `${from}..${to}`;
}

function possibleRows(library: Library, at: At): readonly ReleaseRow[] {
  return [...rows()[library].values()].filter(
    ({ version }) => holds({ library, since: version, until: version }, at) !== 'no',
  );
}

const possibleAt = {
  vllm: remembered((at) => possibleRows('vllm', at)),
  nixl: remembered((at) => possibleRows('nixl', at)),
} as const;

/** Joins what each release that is possible implies; one of them that implies nothing leaves all open. */
function implied(library: 'vllm' | 'nixl', at: At, read: (row: ReleaseRow) => string | undefined): string | undefined {
  if (at === undefined) return undefined;
  const possible = typeof at === 'string' ? possibleAt[library](at) : possibleRows(library, at);
  const values = possible.map(read);
  if (values.length === 0 || values.some((value) => value === undefined)) return undefined;
  const bounds = (values as string[]).map((value) => value.split('..'));
  return span(bounds[0]![0]!, bounds[bounds.length - 1]!.at(-1)!);
}

function beyond(library: Library, last: string, at: At): boolean {
  if (at === undefined) return false;
  const minor = last.split('.').slice(0, 2).join('.');
  if (holds({ library, until: minor }, at) === 'no') return true;
  // Ranges take what is newer than the newest release for that one.
  const first = earliest(at);
  const [major, middle] = parseVersion(newestRelease(library))!.release;
  const newer = first && !first.pre && (first.release[0] - major || first.release[1] - middle) > 0;
  return newer === true;
}

/** The oldest release that `at` allows. */
function earliest(at: NonNullable<At>): Version | undefined {
  if (typeof at === 'string') return parseVersion(at.split('..')[0]!);
  if ('version' in at) return earliest(at.version);
  return 'from' in at ? earliest(at.from) : at;
}
