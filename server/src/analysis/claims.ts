import type { Deployment, Place } from '../model';
import type { FileMap } from './file-map';
import type { FilePlace } from './problem';
import type { ReadSlice } from './read-slices';

/** The texts that these slices read as parts of something, wherever they stand. */
export function claimsOf(read: readonly ReadSlice[], files: FileMap): FilePlace[] {
  const places = new Map<string, FilePlace>();
  for (const { deployment } of read) {
    for (const claim of deployment.claims ?? []) {
      const place = files.locate(claim);
      if (place) places.set(`${place.start}\0${place.end}\0${place.file}`, place);
    }
  }
  return [...places.values()];
}

/** Does a place lie in one of these texts? */
export function isClaimed(place: Pick<FilePlace, 'file' | 'start' | 'end'>, claims: readonly FilePlace[]): boolean {
  return claims.some(({ file, start, end }) => file === place.file && start <= place.start && place.end <= end);
}

/**
 * The slices without what they say on their own in a claimed text: a script in a ConfigMap is judged where a container
 * runs it.
 */
export function withoutClaimed(read: readonly ReadSlice[], claims: readonly FilePlace[], files: FileMap): ReadSlice[] {
  if (claims.length === 0) return [...read];
  return read.map((slice) => {
    const isOwn = (place: Place | undefined): boolean => {
      const located = place && place.source.locate(place.span).root === slice.root ? files.locate(place) : undefined;
      return located !== undefined && isClaimed(located, claims);
    };
    const { deployment, findings } = slice;
    const engines = deployment.engines.filter(({ place }) => !isOwn(place));
    const gone = new Set(deployment.engines.filter((engine) => !engines.includes(engine)));
    const rest: Deployment = {
      ...deployment,
      engines,
      listeners: deployment.listeners.filter(({ place }) => !isOwn(place)),
      proxies: deployment.proxies.filter(({ place }) => !isOwn(place)),
      unchecked: deployment.unchecked.filter(({ place }) => !isOwn(place)),
    };
    return { ...slice, deployment: rest, findings: findings.filter(({ engine }) => !engine || !gone.has(engine)) };
  });
}
