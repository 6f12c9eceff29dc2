import type { Place, Reason } from '../syntax';
import type { Environment } from './environment';
import { isClosed } from './open';
import { knownText, type Switch, type Value } from './value';

/** One entry of `resources.limits` or `.requests`: `nvidia.com/gpu: 8`. */
export interface Resource {
  readonly name: string;
  readonly namePlace: Place;
  readonly value: Value;
}

export interface ContainerPort {
  readonly name: Value | undefined;
  /** `containerPort`. */
  readonly number: Value | undefined;
  readonly hostPort: Value | undefined;
  readonly protocol: Value | undefined;
  /** The whole entry. */
  readonly place: Place;
}

export interface VolumeMount {
  readonly volume: Value;
  readonly path: Value;
  readonly subPath: Value | undefined;
  readonly place: Place;
}

export interface Probe {
  readonly kind: 'startup' | 'readiness' | 'liveness';
  /** Its key. */
  readonly place: Place;
  readonly handler: 'http' | 'tcp' | 'exec' | 'grpc' | undefined;
  /** A number or the name of a port. */
  readonly port: Value | undefined;
  readonly path: Value | undefined;
  readonly scheme: Value | undefined;
  readonly initialDelaySeconds: Value | undefined;
  readonly periodSeconds: Value | undefined;
  readonly timeoutSeconds: Value | undefined;
  readonly failureThreshold: Value | undefined;
  /** A template's block lies in it: what is missing says nothing. */
  readonly open: readonly Reason[];
}

/** What a service of Compose says in ways of its own. */
export interface ServiceFacts {
  /** It says how large `/dev/shm` is, whose it is, or what is mounted there. */
  readonly sharedMemory: boolean;
  /** It says how much memory may be locked. */
  readonly lockedMemory: boolean;
  /** `devices`: paths of the host's devices. */
  readonly devices: readonly Value[];
}

/** A container of a pod: what the files say about it. */
export interface Container {
  readonly name: Value | undefined;
  readonly place: Place;
  /** All of it. */
  readonly whole: Place;
  /** `init` ends before the others start; `sidecar` starts before them and stays (`restartPolicy: Always`). */
  readonly kind: 'init' | 'sidecar' | 'main';
  readonly image: Value | undefined;
  readonly environment: Environment;
  readonly limits: readonly Resource[];
  readonly requests: readonly Resource[];
  /** `resources.claims`: names of the pod's claims. */
  readonly claims: readonly Value[];
  readonly capabilities: { readonly add: readonly Value[]; readonly drop: readonly Value[] };
  readonly privileged: Switch;
  /** Of the container, else of the pod. */
  readonly runAsUser: Value | undefined;
  readonly runAsNonRoot: Switch;
  readonly ports: readonly ContainerPort[];
  readonly mounts: readonly VolumeMount[];
  readonly probes: readonly Probe[];
  /** Only where Compose starts it. */
  readonly service?: ServiceFacts;
  /** What may add to it unseen: a patch, an overlay, an operator, a template's block. */
  readonly open: readonly Reason[];
}

/** The entry of `resources` that counts for a name: of the limits, else of the requests. */
export function resourceOf({ limits, requests }: Container, name: string): Resource | undefined {
  return limits.findLast((one) => one.name === name) ?? requests.findLast((one) => one.name === name);
}

/** Every resource that a container names, of the limits and of the requests that have no limit. */
export function resourcesOf({ limits, requests }: Container): readonly Resource[] {
  return [...limits, ...requests.filter(({ name }) => !limits.some((limit) => limit.name === name))];
}

/** Is a capability given? `undefined` when something unseen may give or take it. Privileged containers have all. */
export function hasCapability(container: Container, name: string): boolean | undefined {
  if (container.privileged.on === true) return true;
  const { add, drop } = container.capabilities;
  const named = (list: readonly Value[]) =>
    list.some((value) => ['ALL', name].includes(knownText(value)?.replace(/^CAP_/, '') ?? ''));
  if (named(add)) return true;
  const unknown = [...add, ...drop].some((value) => value.kind !== 'known');
  if (unknown || !isClosed(container) || container.privileged.on === undefined) return undefined;
  return false;
}
