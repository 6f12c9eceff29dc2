import {
  type Confidence,
  holds,
  inRange,
  newestRelease,
  newestVerified,
  type Range,
  type Versions,
} from '../../knowledge';

/** What decides where a name stands in a list. */
export interface Rated {
  /** The releases that have it; a name that was given up and reused has several. */
  readonly ranges: readonly Range[];
  readonly confidence: Confidence;
  /** Likely to matter for prefill and decode. */
  readonly important?: boolean;
  /** Stands in most deployments. */
  readonly usual?: boolean;
  /** Accepted and ignored, or replaced by another. */
  readonly deprecated?: boolean;
  /** Of less use here, such as a field that this connector does not read, or an older spelling. */
  readonly secondary?: boolean;
}

const USUAL = 0;
const IMPORTANT = 1;
const AVAILABLE = 2;
const SECONDARY = 3;
const UNVERIFIED = 4;
const LEAVING = 5;

/**
 * First what matters for prefill and decode, then what else is there, then what nobody has verified, at last what is on
 * its way out. `undefined` for a name that this release does not have.
 */
export function standing(rated: Rated, versions: Versions): number | undefined {
  const { ranges, confidence, important, usual, deprecated, secondary } = rated;
  const library = ranges[0]?.library ?? 'vllm';
  const at = versions[library];
  // Most names have always been there: nothing to compute.
  const there = ranges.length === 1 && isUnbounded(ranges[0]!) ? 'yes' : inRange(ranges, versions);
  if (there === 'no') return undefined;
  const leaving = there === 'unknown' && holds(ranges, newestRelease(library)) === 'no';
  if (deprecated || leaving) return LEAVING;
  // Of a stated release it must be sure that it has the name; where none is stated, that some verified release does.
  const sure = there === 'yes' || (at === undefined && holds(ranges, newestVerified(library)) !== 'no');
  const read = confidence === 'source' || confidence === 'docs';
  if (!sure || !read) return UNVERIFIED;
  if (usual) return USUAL;
  return important ? IMPORTANT : secondary ? SECONDARY : AVAILABLE;
}

function isUnbounded({ since, until }: Range): boolean {
  return since === undefined && until === undefined;
}

/** An entry of a sorted list. */
export interface Ranked<T> {
  readonly entry: T;
  /** To be struck through. */
  readonly deprecated: boolean;
}

/**
 * Sorted by standing, and as given where that is equal; without what the release does not have.
 * @param most no more than so many: nothing is made for the others
 */
export function ranked<T>(
  entries: readonly T[],
  rate: (entry: T) => Rated,
  versions: Versions,
  most = Number.POSITIVE_INFINITY,
): Ranked<T>[] {
  const groups: T[][] = [[], [], [], [], [], []];
  for (const entry of entries) {
    const order = standing(rate(entry), versions);
    if (order !== undefined) groups[order]!.push(entry);
  }
  const found: Ranked<T>[] = [];
  for (const [order, group] of groups.entries()) {
    for (const entry of group) {
      if (found.length >= most) return found;
      found.push({ entry, deprecated: order === LEAVING });
    }
  }
  return found;
}
