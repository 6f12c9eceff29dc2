import type {
  ChartHistory,
  ExportParams,
  ExportResult,
  GenerateParams,
  GenerateResult,
  HistoryParams,
  MetricsSummary,
  MetricsUpdate,
  StartMetricsParams,
} from '../../../../protocol/metrics';
import { Deployment } from '../model';
import { type Limits, Network, problemOf, type Sink, type Source, shownUrl, type Tokens } from '../sources';
import { makeSources } from '../sources/make-source';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../thresholds';
import type { Watched } from '../verdict';
import { look } from '../verdicts';
import { type Card, Cards } from './cards';
import { csvOf, jsonOf, writeTape } from './export';
import { Tape } from './tape';

export interface WatcherOptions {
  readonly tokens: Tokens;
  readonly limits?: Limits;
  /** What the configuration says about both sides. */
  readonly hints?: Watched['hints'];
  /** Something new is there to be told: about once in an interval, and at the end of what ends. */
  readonly changed: () => void;
  /** Something went wrong that is nobody's answer. */
  readonly log?: (message: string) => void;
}

/** Everything that a panel shows, and what the server adds the places of settings to. */
export interface Told {
  readonly update: MetricsUpdate;
  readonly cards: readonly Card[];
}

const WINDOW_SECONDS = 60;
const QUIET_INTERVALS = 5;

/** Prometheus scrapes at an interval of its own, and its samples come late; what is older than three of these is old. */
const PROMETHEUS_INTERVAL_MS = 30_000;

/** Watches a deployment: asks its sources, keeps what they say, judges it. */
export class Watcher {
  readonly #params: StartMetricsParams;
  readonly #options: WatcherOptions;
  readonly #network: Network;
  readonly #sources: readonly Source[];
  readonly #deployment: Deployment;
  readonly #tape = new Tape();
  readonly #cards = new Cards();
  /** Which source an endpoint is of. */
  readonly #owners = new Map<string, Source>();
  readonly #failed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #unfinished: number;
  #news = false;
  #quiet = 0;
  hints: Watched['hints'];

  constructor(params: StartMetricsParams, options: WatcherOptions) {
    this.#params = params;
    this.#options = options;
    this.hints = options.hints;
    this.#network = networkOf(params, options);
    const { sources, intervalMs } = params;
    const reach = { network: this.#network, tokens: options.tokens, ...(options.limits && { limits: options.limits }) };
    this.#sources = makeSources(sources, reach, intervalMs);
    for (const [index, { kind }] of sources.entries()) {
      const source = this.#sources[index]!;
      if (kind === 'endpoint') this.#owners.set(source.label, source);
    }
    this.#unfinished = sources.filter(({ kind }) => kind === 'recording').length;
    const seldom = sources.some(({ kind }) => kind === 'prometheus');
    const patienceMs = seldom ? Math.max(intervalMs, PROMETHEUS_INTERVAL_MS) : intervalMs;
    this.#deployment = new Deployment({ intervalMs, patienceMs });
    for (const source of sources) {
      if (source.kind === 'endpoint') this.#deployment.expect(source.label, shownUrl(source.url), source.role);
    }
  }

  get running(): boolean {
    return this.#isRunning;
  }

  start(): void {
    this.#isRunning = true;
    for (const source of this.#sources) source.start(this.#sinkOf(source));
    this.#timer = setInterval(() => this.#tell(), this.#params.intervalMs);
  }

  /** What was recorded stays. */
  stop(): void {
    this.#isRunning = false;
    clearInterval(this.#timer);
    for (const source of this.#sources) source.stop();
    this.#network.close();
  }

  /** Takes what one source brings. An endpoint whose name another source has already gets that of its source, too. */
  #sinkOf(source: Source): Sink {
    const nameOf = (endpoint: string) => {
      const owner = this.#owners.get(endpoint) ?? source;
      this.#owners.set(endpoint, owner);
      return owner === source ? endpoint : `${endpoint} (${source.label})`;
    };
    return {
      page: (endpoint, url, arrival) => {
        if (!this.#isRunning) return;
        const name = nameOf(endpoint);
        this.#news = true;
        this.#deployment.page(name, url, arrival);
        if (arrival.page.complete) this.#tape.add(name, arrival.page);
      },
      failure: (endpoint, url, failure) => {
        if (!this.#isRunning) return;
        this.#news = true;
        this.#deployment.failure(nameOf(endpoint), url, failure);
      },
      forget: (endpoint) => this.#deployment.forget(nameOf(endpoint)),
      ended: () => this.#ended(),
    };
  }

  #ended(): void {
    this.#unfinished -= 1;
    if (this.#unfinished > 0 || this.#params.sources.some(({ kind }) => kind !== 'recording')) return;
    this.stop();
    this.#options.changed();
  }

  /** Everything that the panel shows. */
  told(): Told {
    const { windowSeconds = WINDOW_SECONDS } = this.#params;
    const now = this.#now();
    const update = this.#deployment.update(now, { running: this.#isRunning, windowSeconds, source: this.#kind() });
    // What held then is no news, and of now nothing is known yet.
    const cards = this.#isBehind ? [] : this.#judged(now, windowSeconds);
    return {
      update: { ...update, intervalMs: this.#params.intervalMs, verdicts: cards.map(({ card }) => card) },
      cards,
    };
  }

  history(params: HistoryParams): ChartHistory[] {
    return this.#deployment.history(params);
  }

  async export(params: ExportParams): Promise<ExportResult> {
    if (params.format === 'recording') return writeTape(this.#tape, params);
    const { update } = this.told();
    const text =
      params.format === 'csv' ? csvOf(this.#deployment, update, params) : jsonOf(this.#deployment, update, params);
    return { text };
  }

  /** Alert rules or a dashboard for what is watched. */
  async generate({ what }: GenerateParams): Promise<GenerateResult> {
    const { generate } = await import('../generate');
    const watched = this.#deployment.watched(Number.POSITIVE_INFINITY, this.thresholds, this.#now());
    return generate(what, { watched, sources: this.#params.sources });
  }

  get thresholds(): Thresholds {
    return { ...DEFAULT_THRESHOLDS, ...numbersOf(this.#params.thresholds) };
  }

  #judged(now: number, windowSeconds: number): Card[] {
    const watched = this.#deployment.watched(windowSeconds, this.thresholds, now);
    const verdicts = look({ ...watched, ...(this.hints && { hints: this.hints }) }, (kind, error) => {
      // Once is enough: it would be said with every round.
      if (this.#failed.has(kind)) return;
      this.#failed.add(kind);
      this.#options.log?.(`The verdict ${kind} failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    return this.#cards.of(verdicts, now);
  }

  /** Recordings have a time of their own; so has a demonstration that shows its past. */
  #now(): number {
    const recorded = this.#params.sources.every(
      ({ kind }) => kind === 'recording' || (kind === 'demo' && this.#isBehind),
    );
    return recorded ? (this.#deployment.latest ?? Date.now()) : Date.now();
  }

  get #isBehind(): boolean {
    return this.#sources.some(({ isBehind }) => isBehind);
  }

  #kind(): MetricsUpdate['source'] {
    const [first] = this.#params.sources;
    return first === undefined || first.kind === 'endpoint' ? 'live' : first.kind;
  }

  #tell(): void {
    this.#quiet += 1;
    // Where nothing comes in, figures grow old all the same.
    if (this.#isBehind || (!this.#news && this.#quiet < QUIET_INTERVALS)) return;
    this.#news = false;
    this.#quiet = 0;
    this.#options.changed();
  }
}

/** The little that a status bar shows. */
export function summaryOf({ at, running, pairs, verdicts, endpoints }: MetricsUpdate): MetricsSummary {
  const loads = pairs.flatMap(({ window: { linkLoadMBps } }) => linkLoadMBps ?? []);
  const worst = (['critical', 'warning', 'info'] as const).find((one) =>
    verdicts.some((card) => card.severity === one),
  );
  return {
    at,
    running,
    linkLoadMBps: loads.length === 0 ? null : loads.reduce((sum, load) => sum + load, 0),
    worst: worst ?? null,
    verdicts: verdicts.length,
    ok: endpoints.filter(({ state }) => state === 'ok').length,
    endpoints: endpoints.length,
  };
}

/** A proxy that cannot be read must not keep everything else from working. */
function networkOf({ network }: StartMetricsParams, { log }: WatcherOptions): Network {
  try {
    return new Network(network);
  } catch (error) {
    log?.(`The proxy of the settings is not used: ${problemOf(error).message}`);
    const { proxy: _, proxies: __, ...rest } = network ?? {};
    return new Network(rest);
  }
}

function numbersOf(thresholds: StartMetricsParams['thresholds']): Partial<Thresholds> {
  const known = Object.keys(DEFAULT_THRESHOLDS);
  const given = Object.entries(thresholds ?? {});
  return Object.fromEntries(given.filter(([name, value]) => known.includes(name) && Number.isFinite(value)));
}
