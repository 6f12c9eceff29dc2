import { type Analysis, comparePlaces, type FilePlace } from '../analysis';
import { linksIn } from './links';
import { holds, placeKey } from './links/link';
import { sightOf } from './links/sight';

/**
 * Where the thing that stands, or is named, at an offset of the analysed file is used.
 * @param others files in which it may be used, or stand
 * @param declared with the place where it stands itself
 */
export function referencesAt(
  analysis: Analysis,
  offset: number,
  others: readonly Analysis[],
  declared: boolean,
): FilePlace[] {
  const all = [analysis, ...others];
  const sight = sightOf(all);
  const links = all.flatMap((one) => linksIn(one, sight));
  const named = links.filter(({ from, aside }) => !aside && holds(from, analysis, offset));
  const meant = named.length > 0 ? named : links.filter(({ to }) => holds(to, analysis, offset));
  const targets = new Map(meant.map(({ to }) => [placeKey(to), to]));
  const found = new Map<string, FilePlace>(declared ? targets : []);
  for (const { from, to } of links) if (targets.has(placeKey(to))) found.set(placeKey(from), from);
  return [...found.values()].sort(comparePlaces);
}
