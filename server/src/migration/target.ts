import {
  compareVersions,
  isBeyondTables,
  isUnverified,
  knownReleases,
  type Library,
  newestRelease,
  newestVerified,
  parseVersion,
} from '../knowledge';

/** The releases to go to. What is not stated follows from vLLM's. */
export interface Target {
  readonly vllm: string;
  readonly nixl?: string | undefined;
  readonly ucx?: string | undefined;
  /** It is older than where things stand, and that is meant. */
  readonly downgrade?: boolean;
}

/**
 * A release as a user writes it, in full: `v0.22` is the newest 0.22 that is known, `newest` the newest of all;
 * `undefined` for what is no release.
 */
export function readRelease(library: Library, text: string): string | undefined {
  if (/^(newest|latest)$/i.test(text)) return newestRelease(library);
  const version = parseVersion(text);
  if (!version) return undefined;
  const plain = version.text.replace(/^v/i, '');
  if (version.parts === 3) return plain;
  const known = knownReleases(library).findLast((release) => release.startsWith(`${plain}.`));
  return known ?? `${plain}${'.0'.repeat(3 - version.parts)}`;
}

/** Where a release lies from another one; `undefined` where that is not known (`nightly`, a span around it). */
export function standing(release: string | undefined, other: string): 'older' | 'same' | 'newer' | undefined {
  const target = parseVersion(other);
  const orders = (release ?? '').split('..').map((end) => {
    const version = parseVersion(end);
    return version && target && Math.sign(compareVersions(version, target));
  });
  const [first, last = first] = orders;
  if (first === undefined || last === undefined) return undefined;
  if (first === 0 && last === 0) return 'same';
  if (first <= 0 && last < 0) return 'older';
  return first > 0 && last >= 0 ? 'newer' : undefined;
}

const NAMES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

/** What must be said about how well the facts for the target are known. */
export function cautions(target: Target): readonly string[] {
  return (['vllm', 'nixl', 'ucx'] as const).flatMap((library) => {
    const release = target[library];
    if (release === undefined) return [];
    const name = NAMES[library];
    const verified = newestVerified(library);
    if (isBeyondTables(library, release)) {
      const newest = newestRelease(library);
      const rest = newest === verified ? '' : `, and what is newer than ${verified} was not read in its source`;
      return [`${name} ${release} is newer than the tables: it is treated as ${newest}${rest}.`];
    }
    if (!isUnverified(library, release)) return [];
    return [
      `Not verified beyond ${name} ${verified}: what changed after it is known from documentation and threads only.`,
    ];
  });
}
