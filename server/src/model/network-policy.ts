import type { Place, Reason } from '../syntax';
import type { KubernetesObject } from './kubernetes-object';
import type { Labels } from './labels';
import type { Value } from './value';

export interface PolicyPort {
  /** A number or the name of a container's port; `undefined`: all ports of the protocol. */
  readonly port: Value | undefined;
  readonly endPort: Value | undefined;
  readonly protocol: Value | undefined;
  readonly place: Place;
}

/** One rule of `ingress`: what it does not narrow, it allows. */
export interface PolicyRule {
  /** `undefined`: all ports. */
  readonly ports: readonly PolicyPort[] | undefined;
  /** Peers are narrowed: by selectors or addresses that are not looked at. */
  readonly narrowed: boolean;
  readonly place: Place;
}

/** A NetworkPolicy, as far as it limits what reaches the pods that it chooses. */
export interface NetworkPolicy {
  readonly object: KubernetesObject;
  readonly place: Place;
  /** The pods that it speaks of; an empty one chooses all of the namespace. */
  readonly selector: Labels;
  /** It limits what comes in; `undefined` when that is not known. */
  readonly ingress: boolean | undefined;
  readonly rules: readonly PolicyRule[];
  readonly open: readonly Reason[];
}
