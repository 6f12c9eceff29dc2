import type { Verdict } from '../../../server/src/metrics/verdict';
import { look } from '../../../server/src/metrics/verdicts';
import { type WatchedParts, watchedOf } from '../../support/engine-window';

/** All verdicts about a deployment; a kind that fails fails the test. */
export function verdicts(parts: WatchedParts): readonly Verdict[] {
  return look(watchedOf(parts), (kind, error) => {
    throw new Error(`${kind} failed`, { cause: error });
  });
}

/** Those of one kind. */
export function of(id: string, parts: WatchedParts): readonly Verdict[] {
  return verdicts(parts).filter((verdict) => verdict.id === id);
}

/** The ids of what is said, with severities: `telemetry-off critical`. */
export function said(parts: WatchedParts): readonly string[] {
  return verdicts(parts).map(({ id, severity }) => `${id} ${severity}`);
}
