import type { Reach } from './endpoint-source';
import { type Attempt, Poller } from './poller';
import { problemOf, ScrapeProblem } from './problems';
import { PrometheusApi, shownServer } from './prometheus-api';
import { PrometheusFleet } from './prometheus-fleet';
import { countQuery, fleetQuery, wantedSelector } from './prometheus-queries';
import { PrometheusTargets } from './prometheus-targets';
import type { Sink, Source } from './source';

export interface PrometheusOptions {
  readonly label: string;
  readonly url: string;
  readonly matchers?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  /** Prometheus scrapes every 15 s or more seldom; asking it more often than this brings nothing new. */
  readonly shortestIntervalMs?: number;
  /** How far to look back at first; 0: not at all. */
  readonly backfillMs?: number;
  /** Beyond, Prometheus is asked for sums by role and model instead of single engines. */
  readonly mostTargets?: number;
}

const SHORTEST_INTERVAL_MS = 5_000;
const BACKFILL_MS = 30 * 60_000;
/** The first look back is at so many moments at most. */
const BACKFILL_POINTS = 60;
const MOST_TARGETS = 200;

/** Samples of one scrape come in when it ends, with the time at which it began. */
const SLACK_SECONDS = 30;
const LONGEST_WINDOW_SECONDS = 300;

/** Sums of a fleet: one step, and how long after its end its samples are expected to be there. */
const FLEET_STEP = 60;
const FLEET_LAG = 15;

/** Figures of a Prometheus server that scrapes the engines already. */
export class PrometheusSource implements Source {
  readonly label: string;
  readonly #options: PrometheusOptions;
  readonly #api: PrometheusApi;
  readonly #url: string;
  #poller: Poller | undefined;
  #view: TargetsView | FleetView | undefined;

  constructor(options: PrometheusOptions, reach: Reach) {
    this.label = options.label;
    this.#options = options;
    this.#api = new PrometheusApi(options.url, reach, options.headers);
    this.#url = shownServer(options.url);
  }

  start(sink: Sink): void {
    this.stop();
    this.#view = undefined;
    const { shortestIntervalMs = SHORTEST_INTERVAL_MS } = this.#options;
    const intervalMs = Math.max(this.#options.intervalMs, shortestIntervalMs);
    this.#poller = new Poller({ intervalMs }, (signal) => this.#attempt(sink, signal));
    this.#poller.start();
  }

  stop(): void {
    this.#poller?.stop();
  }

  async #attempt(sink: Sink, signal: AbortSignal): Promise<Attempt> {
    try {
      this.#view ??= await this.#choose(signal);
      let found = await this.#view.look(this.#api, signal);
      if (found === 'too many') {
        const left = [...this.#view.endpoints];
        this.#view = await this.#choose(signal);
        found = await this.#view.look(this.#api, signal);
        for (const endpoint of left) sink.forget?.(endpoint);
      }
      const tell = found === 'too many' ? () => undefined : found;
      return {
        failed: false,
        report: () => {
          sink.forget?.(this.label);
          tell(sink, this.#url);
        },
      };
    } catch (error) {
      const { state, message } = problemOf(error);
      const at = Date.now();
      return {
        failed: true,
        report: (nextAt) => {
          const failure = { state, problem: message, at, nextAt };
          sink.failure(this.label, this.#url, failure);
          for (const endpoint of this.#view?.endpoints ?? []) sink.failure(endpoint, this.#url, failure);
        },
      };
    }
  }

  /** Single engines, or a fleet: by how many there are. */
  async #choose(signal: AbortSignal): Promise<TargetsView | FleetView> {
    const { matchers, backfillMs = BACKFILL_MS, mostTargets = MOST_TARGETS } = this.#options;
    const [count] = await this.#api.query(countQuery(matchers), signal);
    const [seconds, targets] = count?.samples[0] ?? [];
    if (seconds === undefined || !(Number(targets) > 0)) {
      const where = matchers ? ' that the label matchers select' : '';
      throw new ScrapeProblem('refused', `Prometheus has no figures of vLLM or NIXL${where}.`);
    }
    const now = seconds * 1000;
    const view = { matchers, backfillMs, ahead: now - Date.now() };
    return Number(targets) > mostTargets ? new FleetView(view) : new TargetsView(view, mostTargets);
  }
}

interface ViewOptions {
  readonly matchers: string | undefined;
  readonly backfillMs: number;
  /** By how much the clock of Prometheus is ahead of ours, in milliseconds. */
  readonly ahead: number;
}

type Tell = (sink: Sink, url: string) => void;

/** Every engine by itself, with the pages that Prometheus scraped. */
class TargetsView {
  readonly #options: ViewOptions;
  readonly #most: number;
  readonly #targets = new PrometheusTargets();
  #askedAt: number | undefined;

  constructor(options: ViewOptions, most: number) {
    this.#options = options;
    this.#most = most;
  }

  get endpoints(): Iterable<string> {
    return this.#targets.labels;
  }

  async look(api: PrometheusApi, signal: AbortSignal): Promise<Tell | 'too many'> {
    const { matchers, ahead } = this.#options;
    const selector = wantedSelector(matchers);
    const started = performance.now();
    const pages = this.#askedAt === undefined ? await this.#lookBack(api, selector, signal) : [];
    const elapsed = this.#askedAt === undefined ? SLACK_SECONDS : (started - this.#askedAt) / 1000;
    const window = Math.min(LONGEST_WINDOW_SECONDS, Math.ceil(elapsed + SLACK_SECONDS));
    pages.push(...this.#targets.read(await api.query(`${selector}[${window}s]`, signal)));
    this.#askedAt = started;
    const latencyMs = performance.now() - started;
    if (this.#targets.size > this.#most) return 'too many';
    const missing = this.#targets.missing(Date.now() + ahead);
    return (sink, url) => {
      for (const { endpoint, page } of pages) sink.page(endpoint, url, { page, latencyMs });
      for (const { endpoint, lastAt } of missing) {
        const problem = `Prometheus has nothing of it since ${new Date(lastAt).toISOString().slice(11, 19)} UTC.`;
        sink.failure(endpoint, url, { state: 'down', problem, at: Date.now(), nextAt: null });
      }
    };
  }

  async #lookBack(api: PrometheusApi, selector: string, signal: AbortSignal) {
    const { backfillMs, ahead } = this.#options;
    const step = Math.max(1, Math.ceil(backfillMs / BACKFILL_POINTS / 1000));
    // What is newer comes with its own times.
    const end = Math.floor((Date.now() + ahead) / 1000) - 2 * SLACK_SECONDS;
    const start = end - Math.floor(backfillMs / 1000) + 2 * SLACK_SECONDS;
    if (start >= end) return [];
    try {
      return this.#targets.read(await api.queryRange(selector, start, end, step, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      // The past is too much to ask for: what is now matters more.
      return [];
    }
  }
}

/** Sums by role and model. */
class FleetView {
  readonly #options: ViewOptions;
  readonly #fleet = new PrometheusFleet();
  readonly #endpoints = new Set<string>();
  /** The last step that was asked for, in seconds. */
  #last: number | undefined;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  get endpoints(): Iterable<string> {
    return this.#endpoints;
  }

  async look(api: PrometheusApi, signal: AbortSignal): Promise<Tell> {
    const { matchers, backfillMs, ahead } = this.#options;
    const now = (Date.now() + ahead) / 1000;
    const end = Math.floor((now - FLEET_LAG) / FLEET_STEP) * FLEET_STEP;
    const first = end - Math.max(1, Math.floor(backfillMs / 1000 / FLEET_STEP)) * FLEET_STEP;
    const start = Math.max(first, this.#last === undefined ? first : this.#last + FLEET_STEP);
    if (start > end) return () => undefined;
    const started = performance.now();
    const series = await api.queryRange(fleetQuery(matchers, FLEET_STEP), start, end, FLEET_STEP, signal);
    const latencyMs = performance.now() - started;
    const steps = Array.from({ length: (end - start) / FLEET_STEP + 1 }, (_, index) => start + index * FLEET_STEP);
    const pages = this.#fleet.read(series, steps);
    this.#last = end;
    for (const { endpoint } of pages) this.#endpoints.add(endpoint);
    return (sink, url) => {
      for (const { endpoint, page, engines } of pages) {
        const note = `The sum of ${engines} engines, as Prometheus estimates it minute by minute; single engines are left out.`;
        sink.page(endpoint, url, { page, latencyMs, note });
      }
    };
  }
}
