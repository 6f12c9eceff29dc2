import type { EndpointState } from '../../../../protocol/metrics';
import type { Page } from '../page';
import type { Failure } from './source';

/** Figures of a page that failed to be renewed count as figures of now for so many intervals, and no shorter than this. */
const FRESH_INTERVALS = 5;
const FRESH_MS = 30_000;

/** What a page itself says: whose figures it has. */
export function stateOfPage({
  families,
}: Pick<Page, 'families'>): Extract<EndpointState, 'ok' | 'no-nixl' | 'disabled'> {
  let vllm = false;
  for (const family of families) {
    if (family.startsWith('vllm:nixl_') || family.startsWith('agent_')) return 'ok';
    vllm ||= family.startsWith('vllm:');
  }
  return vllm ? 'no-nixl' : 'disabled';
}

/** How an endpoint stands. */
export interface Standing {
  /** Its last complete page. */
  readonly page: Pick<Page, 'families' | 'at'> | undefined;
  /** What went wrong since then; `undefined` where nothing did. */
  readonly failure: Pick<Failure, 'state'> | undefined;
  readonly now: number;
  readonly intervalMs: number;
}

/**
 * The state of an endpoint. One whose scrapes fail is `stale` as long as its last figures are fairly new: a lost scrape or
 * two say nothing yet. `undefined`: neither a page nor a failure so far.
 */
export function stateOf({ page, failure, now, intervalMs }: Standing): EndpointState | undefined {
  if (!failure) return page && stateOfPage(page);
  if (!page) return failure.state;
  return now - page.at <= Math.max(FRESH_MS, FRESH_INTERVALS * intervalMs) ? 'stale' : failure.state;
}
