import type { Labels } from '../page';
import type { Distribution, EngineId } from '../window';
import type { EndpointLedger } from './endpoint-ledger';
import { engineId } from './engines';
import { BYTES, FAILED, POST_TIME, XFER_TIME } from './families';
import type { EngineLedger } from './ledger';
import { mergeDistributions, scaleDistribution } from './quantile';
import type { LedgerStretch, Stretch, Sums } from './stretch';

/** Its times are in microseconds, whatever their names say. */
const SECONDS = 1e-6;

/** Both directions together; `_total` came with NIXL 1.1.0. */
const SUMMED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  bytes: [
    ['agent_tx_bytes_total', 'agent_tx_bytes'],
    ['agent_rx_bytes_total', 'agent_rx_bytes'],
  ],
  requests: [
    ['agent_tx_requests_num_total', 'agent_tx_requests_num'],
    ['agent_rx_requests_num_total', 'agent_rx_requests_num'],
  ],
  errors: [['agent_errors_total', 'agent_errors']],
};

/** Where each family of vLLM is found: the histogram of newer exporters, or the sum of older ones. */
const TIMES: Readonly<Record<string, { readonly histogram: string; readonly sum: string }>> = {
  [XFER_TIME]: { histogram: 'agent_xfer_time_us', sum: 'agent_xfer_time_total' },
  [POST_TIME]: { histogram: 'agent_xfer_post_time_us', sum: 'agent_xfer_post_time_total' },
};

/** Metrics of the exporter that are part of figures; the rest is shown as it is. */
export const AGENT_FAMILIES: ReadonlySet<string> = new Set([
  ...Object.values(SUMMED).flat(2),
  ...Object.values(TIMES).flatMap(({ histogram, sum }) => [histogram, sum]),
]);

/** The agents of one host, read as if they were an engine: NIXL's own exporter counts the same transfers as vLLM. */
export class HostStretch implements Stretch {
  readonly id: EngineId;
  readonly role = undefined;
  readonly roleFrom = undefined;
  readonly parts: readonly LedgerStretch[];
  readonly #endpoint: EndpointLedger;

  constructor(endpoint: EndpointLedger, id: EngineId, parts: readonly LedgerStretch[]) {
    this.#endpoint = endpoint;
    this.id = id;
    this.parts = parts;
  }

  since(time: number): this {
    for (const part of this.parts) part.since(time);
    return this;
  }

  get seconds(): number {
    return Math.max(0, ...this.parts.map(({ seconds }) => seconds));
  }

  get firstAt(): number {
    return Math.min(...this.parts.map(({ firstAt }) => firstAt));
  }

  get restarts(): number {
    return this.parts.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  counter(family: string, only?: Labels): number | null {
    if (family === FAILED) return this.#all('errors');
    return total(this.parts.map((part) => part.counter(family, only)));
  }

  sums(family: string): Sums | null {
    const histogram = this.#histogram(family);
    if (histogram) return histogram;
    const count = this.#all('requests');
    if (count === null) return null;
    if (family === BYTES) return { count, sum: this.#all('bytes') ?? 0 };
    const time = TIMES[family];
    const sum = time ? total(this.parts.map((part) => part.counter(time.sum))) : null;
    return sum === null ? null : { count, sum: sum * SECONDS };
  }

  histogram(family: string): Distribution | null {
    const histogram = this.#histogram(family);
    if (histogram) return histogram;
    const sums = this.sums(family);
    return sums && { ...sums, buckets: [] };
  }

  #histogram(family: string): Distribution | null {
    const time = TIMES[family];
    if (!time) return null;
    const found = this.parts.flatMap((part) => part.histogram(time.histogram) ?? []);
    const merged = mergeDistributions(found);
    return merged && scaleDistribution(merged, SECONDS);
  }

  gauge(family: string, only?: Labels): number | null {
    return total(this.parts.map((part) => part.gauge(family, only)));
  }

  lifetime(family: string): number | null {
    return total(this.parts.map((part) => part.lifetime(family)));
  }

  info(): Labels | null {
    return null;
  }

  declares(family: string): boolean {
    return this.#endpoint.families.has(family);
  }

  counterBy(family: string, label: string): Readonly<Record<string, number>> | null {
    let found: Record<string, number> | null = null;
    for (const part of this.parts) {
      for (const [value, count] of Object.entries(part.counterBy(family, label) ?? {})) {
        found ??= Object.create(null) as Record<string, number>;
        found[value] = (found[value] ?? 0) + count;
      }
    }
    return found;
  }

  #all(what: keyof typeof SUMMED): number | null {
    const found = SUMMED[what]!.map((names) => {
      const counted = names.map((name) => total(this.parts.map((part) => part.counter(name))));
      return counted.find((value) => value !== null) ?? null;
    });
    return total(found);
  }
}

/** Labels that name an agent within its host. */
const WITHIN_HOST: ReadonlySet<string> = new Set(['agent_name', 'agent_instance', 'local_rank']);

/** The agents behind an endpoint, by host. */
export function hostsOf(
  endpoint: EndpointLedger,
): ReadonlyMap<string, { readonly id: EngineId; readonly ledgers: EngineLedger[] }> {
  const hosts = new Map<string, { readonly id: EngineId; readonly ledgers: EngineLedger[] }>();
  for (const ledger of endpoint.agents.values()) {
    const labels = Object.entries(ledger.id.labels).filter(([name]) => !WITHIN_HOST.has(name));
    const id = engineId(endpoint.label, Object.fromEntries(labels));
    const host = hosts.get(id.key);
    if (host) host.ledgers.push(ledger);
    else hosts.set(id.key, { id, ledgers: [ledger] });
  }
  return hosts;
}

function total(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}
