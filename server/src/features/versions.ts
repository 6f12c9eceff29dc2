import type { Analysis } from '../analysis';
import { isBeyondTables, type Library, newestRelease, type Versions } from '../knowledge';
import type { AssumedVersion, Engine } from '../model';

const LIBRARIES: readonly Library[] = ['vllm', 'nixl', 'ucx'];
const NAMES: Readonly<Record<Library, string>> = { vllm: 'vLLM', nixl: 'NIXL', ucx: 'UCX' };

/** What is known about the versions of an engine, as the tables want it. */
export function versionsOf({ versions }: Engine): Versions {
  return { vllm: versions.vllm?.version, nixl: versions.nixl?.version, ucx: versions.ucx?.version };
}

/** The versions that an engine is checked against and where they come from. Markdown. */
export function versionsText(engine: Engine): string {
  const known = LIBRARIES.flatMap((library) => {
    const assumed = engine.versions[library];
    return assumed
      ? [`- ${NAMES[library]} ${assumed.version}, ${originWords(assumed)}${beyond(library, assumed)}`]
      : [];
  });
  if (known.length === 0) return 'The vLLM version is not known: all supported versions are checked.';
  return `Checked against\n\n${known.join('\n')}`;
}

/** `0.11.0`, or `any version` when none is known. */
export function versionLine(analysis: Analysis): string {
  return LIBRARIES.flatMap((library) => {
    const versions = assumedOf(analysis, library);
    if (versions.length === 0) return library === 'vllm' ? ['vLLM any version'] : [];
    return [`${NAMES[library]} ${[...new Set(versions.map(({ version }) => version))].join(', ')}`];
  }).join(' · ');
}

/** Where the versions come from, in one line. */
export function originLine(analysis: Analysis): string {
  const parts = LIBRARIES.flatMap((library) => {
    const versions = assumedOf(analysis, library);
    const origins = new Set(versions.map((assumed) => `${originWords(assumed)}${beyond(library, assumed)}`));
    return origins.size > 0 ? [`${NAMES[library]} ${[...origins].join(', ')}`] : [];
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

function beyond(library: Library, { version }: AssumedVersion): string {
  return isBeyondTables(library, version) ? ` (not verified beyond ${newestRelease(library)})` : '';
}
