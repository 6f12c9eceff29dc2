import table from '../../../schemas/releases.json';
import { lazy } from './lazy';

/** The first and last releases that the tables speak of, per library. */
interface Horizon {
  readonly oldest: string;
  /** Up to here facts were read in source; what is newer rests on documentation and threads. */
  readonly verified: string;
  readonly newest: string;
}

const libraries = lazy((): Readonly<Record<'vllm' | 'nixl' | 'ucx', Horizon>> => table.libraries);

/** The oldest release that the tables describe. */
export function oldestRelease(library: 'vllm' | 'nixl' | 'ucx'): string {
  return libraries()[library].oldest;
}

/** The newest release that the tables know; anything newer is treated as this one. */
export function newestRelease(library: 'vllm' | 'nixl' | 'ucx'): string {
  return libraries()[library].newest;
}

/** The newest release whose facts were read in source. */
export function newestVerified(library: 'vllm' | 'nixl' | 'ucx'): string {
  return libraries()[library].verified;
}
