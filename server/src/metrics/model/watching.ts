import type { EndpointRow, EndpointState, EngineRole, OtherMetric } from '../../../../protocol/metrics';
import type { Labels } from '../page';
import type { Arrival, Failure } from '../sources/source';
import { stateOf } from '../sources/states';
import type { WatchedEndpoint } from '../verdict';
import { EndpointLedger } from './endpoint-ledger';
import { AGENT_FAMILIES } from './nixl-exporter';

/** Figures that nobody renews, nor fails to, are figures of now for so many intervals. */
const STALE_INTERVALS = 3;

/** One endpoint and all that became of asking it. */
export class Watching {
  readonly label: string;
  readonly ledger: EndpointLedger;
  url: string;
  role: EngineRole | undefined;
  #last:
    | (Omit<Arrival, 'page'> & { readonly at: number; readonly bytes: number; readonly isOpen: boolean })
    | undefined;
  #failure: Failure | undefined;

  constructor(label: string, url: string, role: EngineRole | undefined) {
    this.label = label;
    this.url = url;
    this.role = role;
    this.ledger = new EndpointLedger(label);
  }

  /** Takes a whole page. */
  take({ page, ...arrival }: Arrival): void {
    this.ledger.take(page);
    this.#last = { ...arrival, at: page.at, bytes: page.bytes, isOpen: page.format === 'openmetrics' };
    this.#failure = undefined;
  }

  fail(failure: Failure): void {
    this.#failure = failure;
  }

  state(now: number, usualMs: number): EndpointState {
    const page = this.#last && { families: this.ledger.families, at: this.#last.at };
    // Prometheus asks more seldom than we do.
    const intervalMs = Math.max(usualMs, this.ledger.gapMs);
    const state = stateOf({ page, failure: this.#failure, now, intervalMs });
    // Nothing went wrong, but others were heard since then, again and again.
    const behind = !this.#failure && page && now - page.at > STALE_INTERVALS * intervalMs;
    return behind ? 'stale' : (state ?? 'down');
  }

  /** What is wrong with it, or to be said about it. */
  get problem(): string | null {
    if (this.#failure) return this.#failure.problem;
    if (this.#last?.note !== undefined) return this.#last.note;
    if (this.ledger.takesTurns) {
      return 'Different servers take turns behind this address: ask each engine at its own.';
    }
    return this.ledger.overfull ? 'It has more engines or series than are remembered; some are left out.' : null;
  }

  watched(now: number, usualMs: number): WatchedEndpoint {
    return {
      label: this.label,
      state: this.state(now, usualMs),
      asked: this.#last !== undefined || this.#failure !== undefined,
      problem: this.problem,
      families: this.ledger.families,
      openMetrics: this.#last?.isOpen ?? false,
      shared: this.ledger.takesTurns,
    };
  }

  row(now: number, usualMs: number): EndpointRow {
    return {
      label: this.label,
      url: this.url,
      state: this.state(now, usualMs),
      lastPageAt: this.#last?.at ?? null,
      latencyMs: this.#last?.latencyMs ?? null,
      bytes: this.#last?.bytes ?? null,
      problem: this.problem,
      engines: this.ledger.engines.size,
      nextAt: this.#failure?.nextAt ?? null,
    };
  }

  /** Metrics of NIXL on its last page that are part of no figure. */
  others(): OtherMetric[] {
    const other = (name: string, labels: Labels, value: number): OtherMetric => {
      return { name, endpoint: this.label, labels, value: Number.isFinite(value) ? value : null };
    };
    const agents = [...this.ledger.agents.values()].flatMap((agent) =>
      agent.slots
        .filter(({ part, family }) => part === 'value' && !AGENT_FAMILIES.has(family))
        .map((slot) => other(slot.family, { ...agent.id.labels, ...slot.which }, agent.raw(slot))),
    );
    return [...this.ledger.others.map(({ name, labels, value }) => other(name, labels, value)), ...agents];
  }
}
