import type { Place, Reason } from '../syntax';
import { knownText, type Value } from './value';

export interface Label {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Value;
}

/** Labels or annotations of an object, or the labels that a selector asks for. */
export interface Labels {
  readonly list: readonly Label[];
  /** Why there may be others: a template's block, a controller, an overlay, expressions in a selector. */
  readonly open: readonly Reason[];
}

/** The label that counts for `key`: the last one written. */
export function labelOf({ list }: Labels, key: string): Label | undefined {
  return list.findLast((label) => label.key === key);
}

/** Labels that Kubernetes' own controllers give to their pods. */
const givenByControllers =
  /^(?:(?:statefulset|apps|batch|leaderworkerset|jobset)(?:\.sigs)?\.(?:kubernetes|k8s|x-k8s)\.io\/|pod-template-(?:hash|generation)$|controller-(?:uid|revision-hash)$|job-name$|rollouts-pod-template-hash$)/;

/**
 * Does a selector of labels choose these? `undefined` when something about either is not known. An empty selector
 * chooses all, as in a NetworkPolicy; a Service without one chooses none, which its caller knows.
 */
export function selects(selector: Labels, labels: Labels): boolean | undefined {
  let unsure = selector.open.length > 0;
  for (const { key, value } of selector.list) {
    const wanted = knownText(value);
    const label = labelOf(labels, key);
    const given = knownText(label?.value);
    if (wanted === undefined || (label && given === undefined)) unsure = true;
    else if (label && given !== wanted) return false;
    else if (!label) {
      if (labels.open.length === 0 && !givenByControllers.test(key)) return false;
      unsure = true;
    }
  }
  return unsure ? undefined : true;
}
