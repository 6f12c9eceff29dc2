import type { Scope } from '../scope';

/** All files of a run: what one side of a transfer may need to know about the other. */
export interface Run {
  readonly scopes: readonly Scope[];
}
