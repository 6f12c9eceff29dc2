import { setTimeout as pause } from 'node:timers/promises';
import { Deployment } from '../../metrics/model';
import {
  DEFAULT_LIMITS,
  EndpointSource,
  environmentNetwork,
  Network,
  PrometheusSource,
  problemOf,
  type Reach,
  Scraper,
  type Sink,
  type Source,
  shownUrl,
  spread,
  Tokens,
} from '../../metrics/sources';
import type { MetricsOptions, Target } from './options';
import type { Secrets } from './secrets';

/** Asks endpoints for their pages: twice, or again and again. */
export class Live {
  readonly deployment: Deployment;
  readonly #options: MetricsOptions;
  readonly #secrets: Secrets;
  readonly #network: Network;
  readonly #reach: Reach;

  constructor(options: MetricsOptions, secrets: Secrets, environment: Readonly<Record<string, string | undefined>>) {
    this.#options = options;
    this.#secrets = secrets;
    this.deployment = new Deployment({ intervalMs: options.intervalMs, roles: options.roles });
    const settings = {
      ...environmentNetwork(environment),
      strictSsl: !options.insecure,
      certificates: secrets.certificates,
    };
    this.#network = new Network(settings, 'with `--ca FILE`, or check none with `--insecure`');
    const tokens = new Tokens();
    const asked = [...options.endpoints, ...(options.prometheus ? [options.prometheus] : [])];
    for (const { url } of asked) tokens.set(new URL(url).origin, secrets.token);
    const { timeoutMs } = options;
    const limits = timeoutMs === undefined ? undefined : limitsOf(timeoutMs);
    this.#reach = { network: this.#network, tokens, ...(limits && { limits }) };
    for (const { label, url } of options.endpoints) {
      this.deployment.expect(label, shownUrl(url));
    }
  }

  close(): void {
    this.#network.close();
  }

  /** Two pages of each endpoint, an interval apart, and what Prometheus has; nobody waits for others. */
  async twice(): Promise<void> {
    const past = this.#prometheus();
    await Promise.all([
      ...this.#options.endpoints.map((target) => this.#twice(target)),
      past && once(past, this.deployment),
    ]);
  }

  async #twice({ label, url }: Target): Promise<void> {
    const scraper = new Scraper(this.#endpoint({ label, url }), this.#reach);
    for (const turn of [1, 2]) {
      const due = Date.now() + this.#options.intervalMs;
      try {
        this.deployment.page(label, shownUrl(url), await scraper.scrape());
      } catch (error) {
        const { state, message } = problemOf(error);
        this.deployment.failure(label, shownUrl(url), { state, problem: message, at: Date.now(), nextAt: null });
      }
      if (turn === 1) await pause(Math.max(0, due - Date.now()));
    }
  }

  /** Sources that ask until they are stopped. */
  sources(): readonly Source[] {
    const { endpoints, intervalMs } = this.#options;
    const own = endpoints.map((target, index) => {
      const offsetMs = spread(index, endpoints.length, intervalMs);
      return new EndpointSource(this.#endpoint(target), this.#reach, { intervalMs, offsetMs });
    });
    const prometheus = this.#prometheus();
    return prometheus ? [...own, prometheus] : own;
  }

  #prometheus(): PrometheusSource | undefined {
    const { prometheus, matchers, intervalMs, windowSeconds } = this.#options;
    if (!prometheus) return undefined;
    const backfillMs = Math.max(windowSeconds * 1000, PAST_MS);
    const options = { ...prometheus, intervalMs, backfillMs, headers: this.#secrets.headers };
    return new PrometheusSource({ ...options, ...(matchers !== undefined && { matchers }) }, this.#reach);
  }

  #endpoint({ label, url }: Target) {
    return { label, url, headers: this.#secrets.headers };
  }
}

/** How far Prometheus is asked back at least: it scrapes several times a minute or less. */
const PAST_MS = 5 * 60_000;

/** Waits for the first answer of a source. */
function once(source: Source, deployment: Deployment): Promise<void> {
  return new Promise((resolve) => {
    // Everything that one answer brings is told at once.
    const heard = () => {
      source.stop();
      setImmediate(resolve);
    };
    const sink: Sink = {
      page: (...told) => {
        deployment.page(...told);
        heard();
      },
      failure: (...told) => {
        deployment.failure(...told);
        heard();
      },
      forget: (endpoint) => {
        deployment.forget(endpoint);
        heard();
      },
    };
    source.start(sink);
  });
}

function limitsOf(timeoutMs: number) {
  const { connectMs, firstByteMs } = DEFAULT_LIMITS;
  return {
    ...DEFAULT_LIMITS,
    connectMs: Math.min(connectMs, timeoutMs),
    firstByteMs: Math.min(firstByteMs, timeoutMs),
    totalMs: timeoutMs,
  };
}
