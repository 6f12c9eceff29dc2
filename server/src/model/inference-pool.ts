import type { Place, Reason } from '../syntax';
import type { KubernetesObject } from './kubernetes-object';
import type { Labels } from './labels';
import type { Value } from './value';

/** An InferencePool of the Gateway API: the pods behind a gateway, and the ports that it sends requests to. */
export interface InferencePool {
  readonly object: KubernetesObject;
  readonly place: Place;
  readonly selector: Labels | undefined;
  /** `targetPorts[].number`, or the single `targetPortNumber` of older versions. */
  readonly targetPorts: readonly Value[];
  readonly open: readonly Reason[];
}
