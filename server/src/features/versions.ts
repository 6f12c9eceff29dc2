import type { Analysis } from '../analysis';
import {
  type At,
  inRange,
  isBeyondTables,
  isUnverified,
  type Library,
  newestRelease,
  newestVerified,
  type Range,
  type Versions,
} from '../knowledge';
import type { AssumedVersion, Engine } from '../model';

const LIBRARIES: readonly Library[] = ['vllm', 'nixl', 'ucx'];
export const LIBRARY_NAMES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

/** What is known about the versions of an engine, as the tables want it. */
export function versionsOf({ versions }: Pick<Engine, 'versions'>): Versions {
  return { vllm: versions.vllm?.version, nixl: versions.nixl?.version, ucx: versions.ucx?.version };
}

/** `0.11.0`, `0.5.1 to 0.7.0` */
function versionWords({ version }: AssumedVersion): string {
  return version.replace('..', ' to ');
}

/** The versions that an engine is checked against and where they come from. Markdown. */
export function versionsText(engine: Engine): string {
  const known = LIBRARIES.flatMap((library) => {
    const assumed = engine.versions[library];
    return assumed
      ? [`- ${LIBRARY_NAMES[library]} ${versionWords(assumed)}, ${originWords(assumed)}${limits(library, assumed)}`]
      : [];
  });
  if (known.length === 0) return 'The vLLM version is not known: all supported versions are checked.';
  return `Checked against\n\n${known.join('\n')}`;
}

/** Which version a fact was looked up for, and whether that version has it. Markdown. */
export function assumedText(engine: Pick<Engine, 'versions'>, ranges: readonly Range[]): string {
  const library = ranges[0]?.library;
  if (!library) return '';
  const assumed = engine.versions[library];
  const name = LIBRARY_NAMES[library];
  if (!assumed) return `The ${name} version is not known here.`;
  const gone =
    inRange(ranges, versionsOf(engine)) === 'no' ? `**${name} ${versionWords(assumed)} does not have it.** ` : '';
  return `${gone}Checked against ${name} ${versionWords(assumed)}, ${originWords(assumed)}${limits(library, assumed)}.`;
}

/** `vLLM 0.11.0 · NIXL 0.6.0`, or `vLLM any version` when none is known. */
export function versionLine(analysis: Analysis): string {
  return LIBRARIES.flatMap((library) => {
    const versions = assumedOf(analysis, library);
    if (versions.length === 0) return library === 'vllm' ? ['vLLM any version'] : [];
    return [`${LIBRARY_NAMES[library]} ${[...new Set(versions.map(versionWords))].join(', ')}`];
  }).join(' · ');
}

/** Where the versions come from, in one line. */
export function originLine(analysis: Analysis): string {
  const parts = LIBRARIES.flatMap((library) => {
    const versions = assumedOf(analysis, library);
    const origins = new Set(versions.map((assumed) => `${originWords(assumed)}${limits(library, assumed)}`));
    return origins.size > 0 ? [`${LIBRARY_NAMES[library]} ${[...origins].join(', ')}`] : [];
  });
  return parts.length > 0 ? parts.join('; ') : 'State it with a comment such as `# nixl: vllm=0.11.0`';
}

/** True when a version is newer than the tables. */
export function isBeyond(analysis: Analysis): boolean {
  return LIBRARIES.some((library) =>
    assumedOf(analysis, library).some(({ version }) => isBeyondTables(library, version)),
  );
}

function assumedOf({ deployment }: Analysis, library: Library): AssumedVersion[] {
  return deployment.engines.flatMap(({ versions }) => versions[library] ?? []);
}

function originWords({ from }: AssumedVersion): string {
  switch (from) {
    case 'comment':
      return 'from a comment';
    case 'image':
      return 'from the image';
    case 'requirement':
      return 'from a pip requirement';
    case 'setting':
      return 'from the settings';
    case 'implied':
      return 'implied';
  }
}

/** How far a version can be trusted: ` (not verified beyond 0.28.0)`. */
export function limitWords(library: Library, version: At): string {
  if (!isUnverified(library, version)) return '';
  const treated = isBeyondTables(library, version) ? `treated as ${newestRelease(library)}, ` : '';
  return ` (${treated}not verified beyond ${newestVerified(library)})`;
}

function limits(library: Library, { version }: AssumedVersion): string {
  return limitWords(library, version);
}
