import type { Place, Reason } from '../syntax';
import type { KubernetesObject } from './kubernetes-object';
import type { Labels } from './labels';
import type { Switch, Value } from './value';

export interface ServicePort {
  readonly name: Value | undefined;
  readonly port: Value | undefined;
  /** A number or the name of a container's port; the same as `port` when it is missing. */
  readonly targetPort: Value | undefined;
  readonly protocol: Value | undefined;
  readonly place: Place;
}

/** A Service whose name is known. */
export interface Service {
  readonly object: KubernetesObject;
  readonly name: string;
  /** Its name. */
  readonly place: Place;
  /** It has no address of its own (`clusterIP: None`); `undefined` when that is not known. */
  readonly headless: boolean | undefined;
  readonly type: Value | undefined;
  readonly clusterIP: Value | undefined;
  /** `undefined` when it has none: then it chooses no pods by itself. */
  readonly selector: Labels | undefined;
  readonly ports: readonly ServicePort[];
  readonly publishNotReadyAddresses: Switch;
  /** Why more may be there than is written: a template's block, an overlay, a patch. */
  readonly open: readonly Reason[];
}
