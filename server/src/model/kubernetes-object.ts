import type { Place } from '../syntax';
import { knownText, type Value } from './value';

/** What tells a Kubernetes object from others. */
export interface KubernetesObject {
  readonly kind: string;
  /** As written: `apps/v1`. */
  readonly apiVersion: string | undefined;
  readonly name: Value | undefined;
  /** `undefined` when it is not written: then it is that of the command that applies the file. */
  readonly namespace: Value | undefined;
  /** What to point at: its name, else its kind. */
  readonly place: Place;
  /** All of it. */
  readonly whole: Place;
}

/**
 * Do two objects that are applied together lie in one namespace? `undefined` when that is not known, as when only one of
 * them names its own.
 */
export function sameNamespace(a: KubernetesObject, b: KubernetesObject): boolean | undefined {
  if (!a.namespace && !b.namespace) return true;
  const [first, second] = [knownText(a.namespace), knownText(b.namespace)];
  return first === undefined || second === undefined ? undefined : first === second;
}
