import { placeOf, type Variable } from '../model';
import type { Reason } from '../syntax';

/** What is known of variables before a source that is not in sight: it may set each of them to something else. */
export function mayBeReplaced(variables: readonly Variable[], reason: Reason): Variable[] {
  return variables.map((one) => ({ ...one, value: { kind: 'unknown', reason, place: placeOf(one.value) } }));
}
