import type { Analysis, FilePlace } from '../analysis';
import { linksIn } from './links';
import { holds, placeKey, samePlace } from './links/link';
import { sightOf } from './links/sight';

export interface Definition {
  /** The characters that name it. */
  readonly from: FilePlace;
  readonly to: readonly FilePlace[];
}

/**
 * What is named at an offset of the analysed file. On what others name, that itself: editors then show where it is used.
 * @param others files beside it in which it may stand
 */
export function definitionAt(
  analysis: Analysis,
  offset: number,
  others: readonly Analysis[] = [],
): Definition | undefined {
  const all = [analysis, ...others];
  const sight = sightOf(all);
  // A kustomization knows what the manifests in it name among what it generates.
  const links = all.flatMap((one) => linksIn(one, sight)).filter(({ aside }) => !aside);
  const [nearest] = links
    .filter(({ from }) => holds(from, analysis, offset))
    .sort((a, b) => a.from.end - a.from.start - (b.from.end - b.from.start));
  if (nearest) {
    const { from } = nearest;
    const to = links.filter((one) => samePlace(one.from, from)).map((one) => [placeKey(one.to), one.to] as const);
    return { from, to: [...new Map(to).values()] };
  }
  const named = links.find(({ to }) => holds(to, analysis, offset))?.to;
  return named && { from: named, to: [named] };
}
