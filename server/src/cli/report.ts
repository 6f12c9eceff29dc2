import type { Problem, UncheckedPart } from '../analysis';
import type { Excerpt } from './excerpt';

/** All that a run found, in the order in which it is shown. */
export interface Report {
  /** Files read. */
  readonly files: number;
  /** What is shown. */
  readonly findings: readonly Problem[];
  /** Warnings found, shown or not. */
  readonly warnings: number;
  readonly unchecked: readonly UncheckedPart[];
  excerpt(finding: Problem): Excerpt | undefined;
}
