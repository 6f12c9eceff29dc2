import { GPU_RESOURCES } from '../../knowledge/device-resources';
import {
  type Container,
  type Deployment,
  type Engine,
  isClosed,
  knownText,
  type Pod,
  quantity,
  type Resource,
} from '../../model';
import type { Edit } from '../rule';
import { oncePer } from './once';

/** An engine in a container of a pod. */
export interface Placed {
  readonly container: Container;
  readonly pod: Pod;
}

/** Where an engine runs, when the files describe its pod. */
export function placed({ container, pod }: Engine): Placed | undefined {
  return container && pod && { container, pod };
}

/** The container of a service of Compose, where nothing but the daemon adds to what it says. */
export function serviceOf({ container, pod }: Engine): (Container & Required<Pick<Container, 'service'>>) | undefined {
  if (!container?.service || pod || !container.open.every(({ kind }) => kind === 'host')) return undefined;
  return { ...container, service: container.service };
}

/** Kinds whose controllers take volumes, devices and rights of a pod as they are written. */
const plainKinds =
  /^(?:Pod|PodTemplate|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|JobSet|Rollout|LeaderWorkerSet|DisaggregatedSet|StormService|RoleSet|ModelServing|RoleBasedGroup)$/;

/** True when what a container does not say about devices, volumes and rights is not there: nothing unseen may add it. */
export function isAsWritten({ pod, container }: Placed): boolean {
  return isClosed(pod) && isClosed(container) && plainKinds.test(pod.object?.kind ?? '');
}

/**
 * True when what a container does say counts: no overlay, chart, or patch may replace it. Dynamo's operator adds, and
 * leaves what is written; KServe lays it over its presets.
 */
export function staysAsWritten(place: Placed): boolean {
  const { pod, container } = place;
  if (isAsWritten(place)) return true;
  const adds = /^(?:Dynamo\w*|LLMInferenceService)$/.test(pod.object?.kind ?? '') && pod.partial === undefined;
  return adds && [...pod.open, ...container.open].every(({ kind }) => kind === 'wrapper');
}

/** The GPUs that a container asks for: one kind, a known whole number. */
export function gpusOf(container: Container): { readonly resource: Resource; readonly count: number } | undefined {
  const named = [...container.limits, ...container.requests].filter(({ name }) =>
    (GPU_RESOURCES as readonly string[]).includes(name),
  );
  const [resource] = named;
  const count = quantity(resource?.value);
  if (!resource || count === undefined || !Number.isInteger(count) || count < 1) return undefined;
  return named.every(({ name, value }) => name === resource.name && quantity(value) === count)
    ? { resource, count }
    : undefined;
}

/** Asks for another number of the same resource, in limits and requests. */
export function setResource({ limits, requests }: Container, name: string, amount: string): (Edit | undefined)[] {
  return [...limits, ...requests]
    .filter((resource) => resource.name === name)
    .map(({ value }) => (value.kind === 'known' ? { place: value.source.place(), newText: amount } : undefined));
}

/** True when a device of the node may be in the container without a resource for it. */
export function mayHaveOtherDevices({ pod, container }: Placed): boolean {
  return (
    container.privileged.on !== false ||
    container.claims.length > 0 ||
    pod.resourceClaims.length > 0 ||
    pod.volumes.some(({ kind, source }) => kind === 'hostPath' && !/^\/(?!dev(?:\/|$))/.test(knownText(source) ?? ''))
  );
}

/** The engines of each container. */
export const enginesByContainer = oncePer(({ engines }: Deployment): ReadonlyMap<Container, readonly Engine[]> => {
  const groups = new Map<Container, Engine[]>();
  for (const engine of engines) {
    const group = engine.container && groups.get(engine.container);
    if (group) group.push(engine);
    else if (engine.container) groups.set(engine.container, [engine]);
  }
  return groups;
});

/** What the whole file says in words that no reader understands. */
export interface FileWords {
  /** Ray, whose other nodes are not in sight. */
  readonly ray: boolean;
  /** A program that starts the same words several times. */
  readonly launcher: boolean;
  /** A line that leaves something running. */
  readonly background: boolean;
}

export function fileWords({ place }: Engine): FileWords {
  return wordsOf(place.source.locate().root);
}

const wordsOf = oncePer(
  ({ text }: { readonly text: string }): FileWords => ({
    ray: /\bray\b/i.test(text),
    launcher: /\b(?:mpirun|mpiexec|srun|torchrun|parallel|xargs)\b/.test(text),
    background: /&[ \t]*$/m.test(text),
  }),
);
