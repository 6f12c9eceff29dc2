import type { EndpointState } from '../../../../protocol/metrics';
import type { Page } from '../page';

/** An answer that is no page, or none at all. */
export interface Failure {
  /** `down`: nobody answered · `refused`: somebody did, but not with a page that we take. */
  readonly state: Extract<EndpointState, 'down' | 'refused'>;
  /** What is wrong, in a sentence; without secrets. */
  readonly problem: string;
  /** When it happened and, where it will be tried again, when: milliseconds since the epoch. */
  readonly at: number;
  readonly nextAt: number | null;
}

/** A page, and how it came. */
export interface Arrival {
  readonly page: Page;
  /** From asking to the end of the answer; `null` where nobody was asked. */
  readonly latencyMs: number | null;
  /** Something to say about a page that is fine: figures that were left out. */
  readonly note?: string;
}

/** Who takes what sources bring. Addresses come without secrets. */
export interface Sink {
  page(endpoint: string, url: string, arrival: Arrival): void;
  failure(endpoint: string, url: string, failure: Failure): void;
  /** There is no such endpoint any more: a server that answers again through its engines, engines that became a sum. */
  forget?(endpoint: string): void;
  /** A source that ends by itself has said all that it has: the last page of a recording. */
  ended?(): void;
}

/**
 * Where pages come from. A source with many instances (Prometheus, a recording) has an endpoint for each.
 */
export interface Source {
  readonly label: string;
  /** It tells of what is long past, and has not come to now yet. */
  readonly isBehind?: boolean;
  start(sink: Sink): void;
  /** Nothing reaches the sink afterwards. May be called twice. */
  stop(): void;
}
