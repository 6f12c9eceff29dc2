import type { Deployment, Reason } from '../model';
import type { SourceText } from '../syntax';
import type { ReferencedFile } from '../workspace';

/** What a file beside another one says, and where its texts stand. */
export interface SideReading {
  readonly file: Pick<ReferencedFile, 'name' | 'text'>;
  readonly roots: readonly { readonly root: SourceText; readonly start: number }[];
  readonly deployment: Deployment;
}

/** The files beside one. */
export interface Beside {
  readonly readings: readonly SideReading[];
  /** Some are not read yet: they are after the next `load()`. */
  readonly waiting: boolean;
  readonly open: readonly Reason[];
}

/** True when the same was read of the same files, whether or not more is to come. */
export function isSameBeside(a: Beside, b: Beside): boolean {
  return a.readings.length === b.readings.length && a.readings.every((reading, index) => reading === b.readings[index]);
}
