import type { Reason } from '../syntax';

/** True when nothing unseen may add to what is written. */
export function isClosed({ open }: { readonly open: readonly Reason[] }): boolean {
  return open.length === 0;
}
