import { PageReader } from '../exposition';
import type { Page } from '../page';
import { type Answer, boundedGet, DEFAULT_LIMITS, type Limits } from './bounded-get';
import { AddressProblem, endpointUrl } from './endpoint-url';
import { withLineEnd } from './line-ends';
import type { Network } from './network';
import { checkType, readWholePage } from './page-check';
import { type Attempt, Poller, type PollerOptions } from './poller';
import { problemOf, ScrapeProblem } from './problems';
import { redactUrl } from './redact';
import type { Arrival, Sink, Source } from './source';
import type { Tokens } from './tokens';

/** Both formats; the one whose end can be seen is preferred. */
const ACCEPT =
  'application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.8,text/plain;q=0.5,*/*;q=0.1';

export interface Reach {
  readonly network: Network;
  readonly tokens: Tokens;
  readonly limits?: Limits;
}

export interface Endpoint {
  readonly label: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks one endpoint for its page, over and over with the same reader. */
export class Scraper {
  readonly #endpoint: Endpoint;
  readonly #reach: Reach;
  readonly #reader = new PageReader();

  constructor(endpoint: Endpoint, reach: Reach) {
    this.#endpoint = endpoint;
    this.#reach = reach;
  }

  /** @throws ScrapeProblem */
  async scrape(signal?: AbortSignal): Promise<Arrival> {
    const { network, tokens, limits = DEFAULT_LIMITS } = this.#reach;
    const { headers, url } = this.#endpoint;
    const started = performance.now();
    const options = {
      network,
      tokens,
      limits,
      accept: ACCEPT,
      ...(headers && { headers }),
      ...(signal && { signal }),
    };
    const page = await boundedGet(addressOf(url), options, (answer) => this.#read(answer));
    return { page, latencyMs: performance.now() - started };
  }

  async #read(answer: Answer): Promise<Page> {
    checkStatus(answer.status);
    checkType(answer.contentType);
    return readWholePage(this.#reader, answer.framed ? withLineEnd(answer.body) : answer.body);
  }
}

/** A page that is asked for again and again. */
export class EndpointSource implements Source {
  readonly label: string;
  readonly #url: string;
  readonly #scraper: Scraper;
  readonly #options: PollerOptions;
  #poller: Poller | undefined;

  constructor(endpoint: Endpoint, reach: Reach, options: PollerOptions) {
    this.label = endpoint.label;
    this.#url = shownUrl(endpoint.url);
    this.#scraper = new Scraper(endpoint, reach);
    this.#options = options;
  }

  start(sink: Sink): void {
    this.#poller?.stop();
    this.#poller = new Poller(this.#options, (signal) => this.#attempt(sink, signal));
    this.#poller.start();
  }

  stop(): void {
    this.#poller?.stop();
  }

  async #attempt(sink: Sink, signal: AbortSignal): Promise<Attempt> {
    try {
      const arrival = await this.#scraper.scrape(signal);
      return { failed: false, report: () => sink.page(this.label, this.#url, arrival) };
    } catch (error) {
      const { state, message } = problemOf(error);
      const at = Date.now();
      return {
        failed: true,
        report: (nextAt) => sink.failure(this.label, this.#url, { state, problem: message, at, nextAt }),
      };
    }
  }
}

/** The address of an endpoint as it may be shown. */
export function shownUrl(text: string): string {
  try {
    return redactUrl(endpointUrl(text));
  } catch {
    return redactUrl(text);
  }
}

function addressOf(text: string): URL {
  try {
    return endpointUrl(text);
  } catch (error) {
    throw new ScrapeProblem('down', error instanceof AddressProblem ? error.message : 'The address cannot be read.');
  }
}

/** @throws ScrapeProblem for an answer that is none */
export function checkStatus(status: number): void {
  if (status >= 200 && status < 300 && status !== 204) return;
  throw new ScrapeProblem('refused', STATUS[status] ?? `The answer is an error (HTTP ${status}).`);
}

const STATUS: Readonly<Record<number, string>> = {
  204: 'The answer is empty (HTTP 204).',
  401: 'It wants to know who asks (HTTP 401): a token is missing, or it is the wrong one.',
  403: 'Whoever asks is not allowed to (HTTP 403).',
  404: 'There is no page at this path (HTTP 404).',
  407: 'The proxy wants to know who asks (HTTP 407).',
  429: 'It is asked too often (HTTP 429).',
  502: 'A proxy on the way does not reach it (HTTP 502).',
  503: 'It is not ready (HTTP 503).',
  504: 'A proxy on the way waited for it in vain (HTTP 504).',
};
