import { isSidecarFrom, sidecarDefault, sidecarFlag, sidecarRelease } from '../../knowledge/routing-sidecar';
import type { Version } from '../../knowledge/version';
import {
  type Deployment,
  flagPlace,
  knownInteger,
  knownText,
  type Place,
  placeOf,
  type RequestProxy,
} from '../../model';
import { oncePer } from './once';

/** Ports that a sidecar listens on, or that it dials beside it. */
export interface SidecarPorts {
  readonly first: number;
  /** `undefined` where the number of its ranks is not known. */
  readonly last: number | undefined;
  /** The flag that says so; none where it is the default. */
  readonly flag: string | undefined;
  readonly place: Place;
}

/** Options that bring others from a file: what is not on the command line is then unknown. */
const FILES = ['configuration', 'configuration-file'] as const;

/** The routing sidecars of llm-d and KServe. */
export function routingSidecars({ proxies }: Deployment): readonly RequestProxy[] {
  return proxies.filter(({ kind }) => kind === 'sidecar');
}

/** The release of a sidecar's image, where its tag tells. */
export const releaseOf = oncePer((sidecar: RequestProxy): Version | undefined => {
  const image = knownText(sidecar.image);
  return image === undefined ? undefined : sidecarRelease(image);
});

/** The ports that it listens on. */
export const sidecarListens = oncePer((sidecar: RequestProxy) => portsAt(sidecar, ['port']));

/** The ports of the engine beside it that it hands requests to (`Options.Complete` in llm-d's `pkg/sidecar/proxy`). */
export const sidecarDials = oncePer((sidecar: RequestProxy) => portsAt(sidecar, ['model-server-port', 'vllm-port']));

/** The flag that names the engine's port, for a sidecar that has none: the newer one where the image surely knows it. */
export function dialFlag(sidecar: RequestProxy): string {
  const release = releaseOf(sidecar);
  const newer = 'model-server-port';
  return release && isSidecarFrom(release, sidecarFlag(newer)!.since) ? `--${newer}` : '--vllm-port';
}

function portsAt(sidecar: RequestProxy, names: readonly string[]): SidecarPorts | undefined {
  const { flags, place } = sidecar;
  const used = names.map((name) => flags.get(name)).find((flag) => flag !== undefined);
  const absent = isAbsent(sidecar, names);
  const fallback = absent ? sidecarDefault(names.at(-1)!, releaseOf(sidecar)) : undefined;
  const value = used ? knownInteger(used.value) : fallback === undefined ? undefined : Number(fallback);
  if (value === undefined) return undefined;
  const ranks = flags.get('data-parallel-size');
  const size = ranks ? knownInteger(ranks.value) : isAbsent(sidecar, ['data-parallel-size']) ? 1 : undefined;
  return {
    first: value,
    last: size === undefined ? undefined : value + Math.max(size, 1) - 1,
    flag: used?.spelled,
    place: used?.value ? placeOf(used.value) : used ? flagPlace(used) : place,
  };
}

function isAbsent({ flags }: RequestProxy, names: readonly string[]): boolean {
  return [...names, ...FILES].every((name) => flags.absent(name));
}
