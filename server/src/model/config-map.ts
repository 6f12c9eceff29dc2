import type { Place, Reason, SourceText } from '../syntax';
import type { NotText } from './environment';
import type { KubernetesObject } from './kubernetes-object';

/** A text that a ConfigMap holds under a key. */
export interface ConfigMapEntry {
  readonly key: string;
  /** The key's characters, editable. */
  readonly keyText: SourceText;
  /** With holes where it is not known; `undefined` when it is no text at all. */
  readonly text: SourceText | undefined;
  /** Why it is no text, or not known as a whole. */
  readonly unknown: Reason | undefined;
  /** It is no text to Kubernetes, which refuses the object; here it is read as it is written. */
  readonly notText?: NotText | undefined;
  readonly place: Place;
}

export interface ConfigMap {
  readonly object: KubernetesObject;
  readonly name: string;
  readonly place: Place;
  readonly data: readonly ConfigMapEntry[];
  /** Why there may be other keys: a template's block, a patch. */
  readonly open: readonly Reason[];
}
