import type { Reach } from './endpoint-source';
import { type Attempt, Poller } from './poller';
import { problemOf, ScrapeProblem } from './problems';
import { PrometheusApi, shownServer } from './prometheus-api';
import { PrometheusFleet } from './prometheus-fleet';
import { PrometheusPast, samplesOf } from './prometheus-past';
import { countQuery, fleetQuery, wantedSelector } from './prometheus-queries';
import { PrometheusTargets, type TargetPage } from './prometheus-targets';
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
/** Beyond what it is asked for at first, engines may have started anew, or be away just now. */
const COUNT_SECONDS = 300;
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
    const count = async (window: number) => {
      const [found] = await this.#api.query(countQuery(matchers, window), signal);
      return found?.samples[0];
    };
    const past = Math.floor(backfillMs / 1000);
    // Engines come and go: the fewer the nearer the look. Where there is none now, the past is looked at all the same.
    const counted = (await count(COUNT_SECONDS)) ?? (past > COUNT_SECONDS ? await count(past) : undefined);
    const [seconds, targets] = counted ?? [];
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
  /** What could not be asked for, and until when that matters. */
  #short: { readonly note: string; readonly until: number } | undefined;

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
    const { backfillMs } = this.#options;
    const first = this.#askedAt === undefined;
    // Samples come in late: what was asked for last is asked for again.
    const missed = first
      ? Math.max(2 * SLACK_SECONDS, backfillMs / 1000)
      : (started - this.#askedAt!) / 1000 + SLACK_SECONDS;
    const window = Math.ceil(Math.min(first ? 2 * SLACK_SECONDS : LONGEST_WINDOW_SECONDS, missed));
    const end = Math.floor((Date.now() + ahead) / 1000);
    const recent = await api.query(`${selector}[${window}s]`, signal);
    const pages: TargetPage[] = [];
    if (missed > window) {
      const past = new PrometheusPast(api, selector);
      const rate = samplesOf(recent) / window;
      // Clocks differ, and time went by: better twice than not at all.
      const until = end - window + SLACK_SECONDS;
      const { pieces, from, problem } = await past.read(end - Math.ceil(missed), until, rate, signal);
      for (const piece of pieces) pages.push(...this.#targets.read(piece));
      if (problem !== undefined) {
        const note = `Prometheus tells what was since ${clock(from * 1000)}; what was before is left out: ${problem}`;
        this.#short = { note, until: started + missed * 1000 };
      }
    }
    pages.push(...this.#targets.read(recent));
    this.#askedAt = started;
    const latencyMs = performance.now() - started;
    if (this.#targets.size > this.#most) return 'too many';
    const missing = this.#targets.missing(Date.now() + ahead);
    if (this.#short && started > this.#short.until) this.#short = undefined;
    const note = this.#short?.note;
    return (sink, url) => {
      for (const { endpoint, page } of pages) {
        sink.page(endpoint, url, { page, latencyMs, ...(note !== undefined && { note }) });
      }
      for (const { endpoint, lastAt } of missing) {
        const problem = `Prometheus has nothing of it since ${clock(lastAt)}.`;
        sink.failure(endpoint, url, { state: 'down', problem, at: Date.now(), nextAt: null });
      }
    };
  }
}

function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
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
