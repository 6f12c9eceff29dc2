import type { Place, Reason } from '../syntax';
import type { Container } from './container';
import type { NetworkNamespace } from './engine';
import type { KubernetesObject } from './kubernetes-object';
import { type Labels, labelOf } from './labels';
import { type Count, knownText, type Switch, type Value } from './value';

/** A volume of a pod. */
export interface Volume {
  readonly name: Value;
  readonly place: Place;
  /** The key that says what it is: `emptyDir`, `configMap`, `hostPath`, …; `undefined` when none is in sight. */
  readonly kind: string | undefined;
  /** `emptyDir.medium`. */
  readonly medium: Value | undefined;
  /** `emptyDir.sizeLimit`, or what else limits it; `bytes()` reads it. */
  readonly sizeLimit: Value | undefined;
  /** The path on the node, the name of the ConfigMap, of the Secret or of the claim. */
  readonly source: Value | undefined;
  /** Files that it shows: keys and paths of `items`, where they are listed. */
  readonly items: readonly { readonly key: Value; readonly path: Value }[] | undefined;
}

/** A pod specification that holds containers, in whatever kind of object: what the files say about it. */
export interface Pod {
  /** The object that it is written in; none in a chart's values and other files that are no objects. */
  readonly object: KubernetesObject | undefined;
  /** The nearest name above it: of the role, the component or the object. */
  readonly name: string | undefined;
  /** For messages: "pod `decode`". */
  readonly label: string;
  /** What to point at: the object's or the role's name, else the first key of the specification. */
  readonly place: Place;
  /** All of its specification. */
  readonly whole: Place;
  /** Of the pods, not of the object that makes them. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly hostNetwork: Switch;
  readonly hostIPC: Switch;
  readonly hostPID: Switch;
  readonly shareProcessNamespace: Switch;
  /** On unless it is switched off. */
  readonly enableServiceLinks: Switch;
  readonly dnsPolicy: Value | undefined;
  readonly hostname: Value | undefined;
  readonly subdomain: Value | undefined;
  /** `spec.affinity.podAntiAffinity` or `topologySpreadConstraints`: copies may be kept apart. */
  readonly spread: Place | undefined;
  /** The node that it is bound to. */
  readonly nodeName: Value | undefined;
  /** Labels that its node must have. */
  readonly nodeSelector: Labels;
  readonly volumes: readonly Volume[];
  /** Devices by dynamic resource allocation: names of `resourceClaims`. */
  readonly resourceClaims: readonly Value[];
  /** Independent copies of the pod, all levels multiplied. */
  readonly replicas: Count;
  /** Pods that work together as one engine (LWS `size`, `multinode.nodeCount`), this one included. */
  readonly groupSize: Count;
  /** What part of such a group it describes; none when there is no group. */
  readonly groupRole: 'leader' | 'worker' | 'any' | undefined;
  /** The document is a patch or a part of a workload: what it does not say is said elsewhere. */
  readonly partial: Reason | undefined;
  /** What may add to the pod unseen: an operator, an overlay, a chart, a template's block. Includes `partial`. */
  readonly open: readonly Reason[];
  readonly network: NetworkNamespace;
  readonly containers: readonly Container[];
}

/** The label of a node with its own name. */
const HOSTNAME = 'kubernetes.io/hostname';

/** Do two pods run on one node, as far as both are bound to one? `false`: never; `undefined`: nobody says. */
export function onOneNode(a: Pod, b: Pod): boolean | undefined {
  const [first, second] = [knownText(a.nodeName), knownText(b.nodeName)];
  if (first !== undefined && second !== undefined) return first === second;
  let same: boolean | undefined;
  for (const { key } of a.nodeSelector.list) {
    const [one, other] = [a, b].map(({ nodeSelector }) => knownText(labelOf(nodeSelector, key)?.value));
    if (one === undefined || other === undefined) continue;
    // A node has one value of each label.
    if (one !== other) return false;
    if (key === HOSTNAME) same = true;
  }
  return same;
}

/** The volume that is mounted at a path of a container, when that is in sight. */
export function volumeAt(pod: Pod, container: Container, path: string): Volume | undefined {
  const mount = container.mounts.find((one) => knownText(one.path)?.replace(/\/+$/, '') === path);
  const name = mount && knownText(mount.volume);
  return name === undefined ? undefined : pod.volumes.find((volume) => knownText(volume.name) === name);
}
