import { type EnvFact, type EnvOwner, envDefault, envNames, inRange, lookupEnv } from '../../knowledge';
import { offerVariable } from '../offers';
import { type Draft, hasNixl, type Move, placeOfEngine, type Scope, statedRole, versionsOf } from '../scope';
import { code } from '../words';

/** Variables whose default is another one in the new release, and that are not set. */
export function variableChanges(move: Move, scope: Scope): Draft[] {
  if (move.standing !== 'moves') return [];
  return [...candidates('vllm'), ...candidates('nixl'), ...candidates('ucx')].flatMap((fact) =>
    changedVariable(fact, move, scope),
  );
}

const found = new Map<EnvOwner, readonly EnvFact[]>();

/** Those whose default has ever changed; of UCX's hundreds only the ones that matter to NIXL. */
function candidates(owner: EnvOwner): readonly EnvFact[] {
  let facts = found.get(owner);
  if (!facts) {
    facts = envNames(owner)
      .map((name) => lookupEnv(name)!)
      .filter(({ defaults, important }) => defaults.length > 1 && (important || owner !== 'ucx'));
    found.set(owner, facts);
  }
  return facts;
}

/** Variables that only prefill reads. (vllm/distributed/kv_transfer/kv_connector/v1/nixl_connector.py@v0.21.0) */
const PREFILL_ONLY = new Set(['VLLM_NIXL_ABORT_REQUEST_TIMEOUT']);

/** Variables whose new default waits longer for the other side: nothing that worked can miss the old one. */
const MORE_PATIENT = new Set(['VLLM_NIXL_ABORT_REQUEST_TIMEOUT']);

function changedVariable(fact: EnvFact, move: Move, scope: Scope): Draft[] {
  const { name, important, owner } = fact;
  const { start, goal } = move;
  if (goal.environment.get(name) || !concerns(fact, move)) return [];
  const [before, after] = [versionsOf(start), versionsOf(goal)];
  if (inRange(fact.range, before) !== 'yes' || inRange(fact.range, after) !== 'yes') return [];
  const was = envDefault(fact, before[fact.range.library]);
  const becomes = envDefault(fact, after[fact.range.library]);
  const place = placeOfEngine(move, scope);
  if (was === undefined || becomes === undefined || plain(was) === plain(becomes) || !place) return [];
  const certain = goal.environment.absent(name);
  // How UCX tunes itself is better left to the UCX that runs.
  const worth = important && owner !== 'ucx';
  const kept = worth && certain && !MORE_PATIENT.has(name);
  const keep = code(`${name}=${was}`);
  const words = { title: `Set ${keep}`, safe: certain, purpose: 'keep' } as const;
  return [
    {
      kind: 'default',
      place,
      engines: [move.label],
      name,
      message: `${code(name)} is not set${certain ? '' : ' here'}: it was ${code(was)} and becomes ${code(becomes)}. Set ${keep} to keep it${certain ? '' : ', if it is not set elsewhere'}.`,
      certain,
      minor: !worth,
      demands: false,
      was,
      becomes,
      proposals: kept ? offerVariable(name, was, words, move, scope) : [],
    },
  ];
}

/** Tables write the same switch as Python does, or as a number. */
function plain(value: string): string {
  return value === 'True' ? '1' : value === 'False' ? '0' : value;
}

/** Variables of the NIXL connector mean nothing to an engine without one. */
function concerns({ name, owner }: EnvFact, { goal }: Move): boolean {
  const device = /^VLLM_(ROCM|XPU|TPU|CPU)_/.exec(name)?.[1]?.toLowerCase();
  if (device && goal.platform && device !== goal.platform) return false;
  if (owner === 'vllm' && !name.startsWith('VLLM_NIXL_')) return true;
  return hasNixl(goal) && !(PREFILL_ONLY.has(name) && statedRole(goal) === 'kv_consumer');
}
