import { type FlagFact, flagFact, flagNames, holds, valueAt } from '../../knowledge';
import { isGiven, offerFlag } from '../offers';
import { type Draft, type Move, placeOfEngine, type Scope } from '../scope';
import { code } from '../words';

/** Flags whose default is another one in the new release, and that are not given. */
export function flagChanges(move: Move, scope: Scope): Draft[] {
  const starts = move.goal.entry === 'vllm serve' || move.goal.entry === 'api_server' || move.goal.entry === 'image';
  if (move.standing !== 'moves' || !starts) return [];
  return candidates().flatMap((fact) => changedFlag(fact, move, scope));
}

let found: readonly FlagFact[] | undefined;

function candidates(): readonly FlagFact[] {
  found ??= flagNames()
    .map((name) => flagFact(name)!)
    .filter(({ defaults }) => defaults.length > 1);
  return found;
}

function changedFlag(fact: FlagFact, move: Move, scope: Scope): Draft[] {
  const { name, important } = fact;
  const to = move.goal.versions.vllm?.version;
  if (isGiven(move.goal.flags, name) || holds(fact.range, move.from) !== 'yes' || holds(fact.range, to) !== 'yes')
    return [];
  const was = valueAt(fact.defaults, 'vllm', move.from);
  const becomes = valueAt(fact.defaults, 'vllm', to);
  const place = placeOfEngine(move, scope);
  if (was === undefined || becomes === undefined || was === becomes || !place) return [];
  const certain = move.goal.flags.absent(name);
  const keep = code(`--${name} ${was}`);
  const words = { title: `Give ${keep}`, safe: certain, purpose: 'keep' } as const;
  return [
    {
      kind: 'default',
      place,
      engines: [move.label],
      name: `--${name}`,
      message: `${code(`--${name}`)} is not given${certain ? '' : ' here'}: it was ${code(was)} and becomes ${code(becomes)}. Give ${keep} to keep it${certain ? '' : ', if it is not given elsewhere'}.`,
      certain,
      minor: !important,
      demands: false,
      was,
      becomes,
      proposals: important && certain && fact.value === 'one' ? offerFlag(name, was, words, move, scope) : [],
    },
  ];
}
