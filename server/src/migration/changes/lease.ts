import { inRange, lookupEnv } from '../../knowledge';
import { knownText, type Variable } from '../../model';
import { offerEdits, offerRemoval } from '../offers';
import { hasNixl, type Move, type Offer, type Scope, statedRole, versionsOf } from '../scope';
import { code } from '../words';
import { newExtraKey } from './extra-key';
import type { Run } from './run';

const TIMEOUT = 'VLLM_NIXL_ABORT_REQUEST_TIMEOUT';
const LEASE = 'kv_lease_duration';

/*
 * Up to 0.21 prefill freed blocks that decode had not fetched after the time in the variable. From 0.22.0 on it grants a
 * lease of `kv_lease_duration` seconds, which every heartbeat of decode extends to at least two thirds of prefill's own
 * value from now; decode's value only tells how often it sends heartbeats (a sixth of it).
 * vllm/distributed/kv_transfer/kv_connector/v1/nixl/base_scheduler.py and base_worker.py
 *
 * So on prefill the number of the variable may become that of the key: nothing is freed earlier. On decode a large one
 * would make heartbeats rare, and a prefill with the default would free what is still wanted.
 */

/** The default of the lease: with this or more on prefill no heartbeat of a default decode comes too late. */
const PATIENT = 30;

/** Moving the value of the abort timeout into the lease, where the old release reads the one and the new one the other. */
export function leaseOffers(variable: Variable, move: Move, scope: Scope, run: Run): Offer[] {
  if (!isLease(variable) || move.standing !== 'moves') return [];
  const wasRead = inRange(lookupEnv(TIMEOUT)!.range, versionsOf(move.start)) === 'yes';
  const seconds = knownText(variable.value);
  const role = statedRole(move.goal);
  if (role === 'kv_consumer' || !wasRead || seconds === undefined || !/^[1-9]\d{0,6}$/.test(seconds)) return [];
  const added = newExtraKey(LEASE, Number(seconds), move, scope);
  const words = {
    title: `Write ${code(LEASE)} ${seconds} instead of ${code(TIMEOUT)}`,
    safe: Number(seconds) >= PATIENT && (role === 'kv_producer' || allAgree(seconds, run)),
    purpose: 'mend',
  } as const;
  const [removed] = offerRemoval(variable, words, move, scope);
  if (!added || !removed) return [];
  const proof: Offer['proof'] = (after) => added.proof(after) && removed.proof!(after);
  return offerEdits(words, [added.edit], scope, proof).map((offer) => ({
    ...offer,
    edits: [...offer.edits, ...removed.edits],
  }));
}

/** The variable that became a lease. */
export function isLease({ name }: Variable): boolean {
  return name === TIMEOUT;
}

/** Every engine in sight that moves blocks over NIXL states the same number, so that both sides go together. */
function allAgree(seconds: string, { scopes }: Run): boolean {
  const engines = scopes.flatMap(({ moves }) => moves.map(({ goal }) => goal)).filter(hasNixl);
  return (
    engines.length > 1 && engines.every(({ environment }) => knownText(environment.get(TIMEOUT)?.value) === seconds)
  );
}
