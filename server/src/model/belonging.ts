import type { Engine } from './engine';
import type { InferencePool } from './inference-pool';
import { sameNamespace } from './kubernetes-object';
import { labelOf, selects } from './labels';
import type { Pod } from './pod';
import { knownText } from './value';

/** Words of a name that say what an engine does, not which deployment it belongs to. */
const ROLE_WORDS = /^(?:prefill(?:er)?|decode(?:r)?|encode(?:r)?|producer|consumer|p|d)$/;

/** Labels that tell one deployment from another. */
const TELLING = [
  'app.kubernetes.io/instance',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/version',
  'llm-d.ai/model',
  'llm-d.ai/guide',
  'model',
  'variant',
];

/** Are both called the same but for their role? `undefined` where one of the names says none. */
export function sameButForRole(a: string, b: string): boolean | undefined {
  const [first, second] = [a, b].map((name) => {
    const words = name.split(/[-_.]/);
    const rest = words.filter((word) => !ROLE_WORDS.test(word));
    return { rest: rest.join('-'), hasRole: rest.length < words.length };
  });
  return first?.hasRole && second?.hasRole ? first.rest === second.rest : undefined;
}

/** Do labels tell that both pods are of different deployments? */
export function labelsDiffer(a: Pod, b: Pod): boolean {
  return TELLING.some((key) => {
    const [first, second] = [a, b].map(({ labels }) => knownText(labelOf(labels, key)?.value));
    return first !== undefined && second !== undefined && first !== second;
  });
}

/** Do both certainly serve models of different names? */
export function modelsDiffer(a: Engine, b: Engine): boolean {
  const [first, second] = [a, b].map(({ flags }) =>
    knownText(flags.get('served-model-name')?.value ?? flags.get('model')?.value ?? flags.positionals[0]),
  );
  return first !== undefined && second !== undefined && first !== second;
}

/** Does one pool of pods certainly choose both? */
export function isOnePool(a: Pod, b: Pod, pools: readonly InferencePool[]): boolean {
  return pools.some(
    ({ selector }) => selector && selects(selector, a.labels) === true && selects(selector, b.labels) === true,
  );
}

/**
 * Do two engines of one file belong to different deployments, by what their own objects say: the namespace, labels, names
 * that differ in more than the role, or the model where no name ties them? What only shares a file may still be a pair.
 */
export function areStrangers(a: Engine, b: Engine, pools: readonly InferencePool[]): boolean {
  const [first, second] = [a.pod, b.pod];
  if (!first?.object || !second?.object || first.object === second.object) return false;
  if (sameNamespace(first.object, second.object) === false || labelsDiffer(first, second)) return true;
  if (isOnePool(first, second, pools)) return false;
  const names = [first, second].map(({ object }) => knownText(object?.name));
  const tied = names[0] !== undefined && names[1] !== undefined ? sameButForRole(names[0], names[1]) : undefined;
  return tied === undefined ? modelsDiffer(a, b) : !tied;
}
