import type { Source } from './source';
import type { Bounds, Range } from './version';

export type { Source } from './source';

/** How a fact was learnt: read in source, in documentation, in an issue or pull request, or concluded from others. */
export type Confidence = 'source' | 'docs' | 'thread' | 'inferred';

/** What every entry of every table has. */
export interface Fact {
  readonly name: string;
  /** The releases that know this name. */
  readonly range: Range;
  /** One or two sentences: what it is, and what it does. Empty for names of which only the range is known. */
  readonly description: string;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

/** The common part of an entry as the tables write it. */
export interface FactRow extends Bounds {
  readonly description?: string;
  readonly sources?: readonly string[];
  readonly confidence?: Confidence;
}

/** The bounds of a row without its other members. */
export function boundsOf(row: Bounds): Bounds {
  return {
    ...(row.since !== undefined && { since: row.since }),
    ...(row.sinceBy !== undefined && { sinceBy: row.sinceBy }),
    ...(row.until !== undefined && { until: row.until }),
    ...(row.goneBy !== undefined && { goneBy: row.goneBy }),
  };
}
