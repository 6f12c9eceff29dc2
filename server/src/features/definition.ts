import type { Analysis, FilePlace } from '../analysis';
import { linksIn } from './links';
import { holds, samePlace } from './links/link';
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
  const links = linksIn(analysis, sightOf([analysis, ...others])).filter(({ aside }) => !aside);
  const [nearest] = links
    .filter(({ from }) => holds(from, analysis, offset))
    .sort((a, b) => a.from.end - a.from.start - (b.from.end - b.from.start));
  if (nearest) {
    const { from } = nearest;
    return { from, to: links.filter((one) => samePlace(one.from, from)).map(({ to }) => to) };
  }
  const named = links.find(({ to }) => holds(to, analysis, offset))?.to;
  return named && { from: named, to: [named] };
}
