import { type EnvReplacement, inRange, lookupEnv, lookupExtraKey } from '../../knowledge';
import { knownText, type Variable } from '../../model';
import { isGiven, offerEdits, offerFlag, offerRemoval } from '../offers';
import { counterpart, type Move, type Offer, type Scope, versionsOf } from '../scope';
import { code } from '../words';
import { newExtraKey } from './extra-key';

/** What took the place of a variable that the old release still reads: another variable, a flag, or a key. */
export function replacementOffers(variable: Variable, move: Move, scope: Scope): Offer[] {
  const fact = lookupEnv(variable.name);
  if (!fact?.replacedBy || move.standing !== 'moves' || inRange(fact.range, versionsOf(move.start)) !== 'yes')
    return [];
  const { replacedBy } = fact;
  switch (replacedBy.kind) {
    case 'variable':
      return renaming(variable, replacedBy, move, scope);
    case 'flag':
      return replacedBy.key === undefined
        ? together(variable, flagOffer(variable, replacedBy, move, scope), move, scope)
        : [];
    case 'extra-key':
      return together(variable, keyOffer(variable, replacedBy, move, scope), move, scope);
  }
}

function renaming(variable: Variable, { name, sameValue }: EnvReplacement, move: Move, scope: Scope): Offer[] {
  const known = lookupEnv(name);
  if (!known || move.goal.environment.get(name) || inRange(known.range, versionsOf(move.goal)) !== 'yes') return [];
  const words = { title: `Call it ${code(name)}`, safe: sameValue, purpose: 'mend' } as const;
  return offerEdits(
    words,
    [{ place: variable.nameText.place(), newText: name }],
    scope,
    (after) => counterpart(move, scope, after)?.environment.get(name) !== undefined,
  );
}

function flagOffer(variable: Variable, { name, sameValue }: EnvReplacement, move: Move, scope: Scope): Offer[] {
  const value = knownText(variable.value);
  if (value === undefined || value === '' || isGiven(move.goal.flags, name)) return [];
  const words = {
    title: `Give ${code(`--${name} ${value}`)} instead of ${code(variable.name)}`,
    safe: sameValue && move.goal.flags.absent(name),
    purpose: 'mend',
  } as const;
  return offerFlag(name, value, words, move, scope);
}

function keyOffer(
  variable: Variable,
  { name, connector = '', sameValue }: EnvReplacement,
  move: Move,
  scope: Scope,
): Offer[] {
  const text = knownText(variable.value);
  const key = lookupExtraKey(connector, name);
  if (text === undefined || !key) return [];
  const value = typed(text, key.type);
  const added = value === undefined ? undefined : newExtraKey(name, value, move, scope);
  if (!added) return [];
  const words = {
    title: `Write ${code(name)} ${text} instead of ${code(variable.name)}`,
    safe: sameValue,
    purpose: 'mend',
  } as const;
  return offerEdits(words, [added.edit], scope, added.proof);
}

/** The text of a variable as the value of a key; `undefined` for one that cannot be told. */
function typed(text: string, type: string): number | boolean | string | undefined {
  if (/\bboolean\b/.test(type)) return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
  if (/\b(integer|number)\b/.test(type)) return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
  return text;
}

/** An offer that also takes the old variable out. */
function together(variable: Variable, offers: readonly Offer[], move: Move, scope: Scope): Offer[] {
  return offers.flatMap((offer) => {
    const [removed] = offerRemoval(variable, offer, move, scope);
    if (!removed) return [];
    const proof: Offer['proof'] = (after) => (offer.proof?.(after) ?? true) && removed.proof!(after);
    return [{ ...offer, edits: [...offer.edits, ...removed.edits], proof }];
  });
}
