import { boundedGet, DEFAULT_LIMITS, type Limits } from './bounded-get';
import { checkStatus, type Reach } from './endpoint-source';
import { AddressProblem, webAddress } from './endpoint-url';
import { ScrapeProblem } from './problems';
import { redactText, redactUrl } from './redact';

/** A series with its samples: seconds since the epoch, and a number as text. */
export interface PromSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [seconds: number, value: string])[];
}

/** What Prometheus has more time for than an engine: it may have to read hours. */
const PROMETHEUS_LIMITS: Limits = { ...DEFAULT_LIMITS, firstByteMs: 20_000, totalMs: 30_000 };

/** The HTTP interface of a Prometheus server, or of what speaks like one. */
export class PrometheusApi {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>> | undefined;
  readonly #reach: Reach;

  constructor(url: string, reach: Reach, headers?: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#reach = reach;
    this.#headers = headers;
  }

  /** The value of an expression now, or at a moment (seconds since the epoch); with a range selector all samples of that range. */
  query(query: string, signal?: AbortSignal, at?: number): Promise<PromSeries[]> {
    return this.#ask('query', { query, ...(at !== undefined && { time: `${at}` }) }, signal);
  }

  /** The values of an expression at every step between two moments (seconds since the epoch). */
  queryRange(query: string, start: number, end: number, step: number, signal?: AbortSignal): Promise<PromSeries[]> {
    return this.#ask('query_range', { query, start: `${start}`, end: `${end}`, step: `${step}` }, signal);
  }

  async #ask(what: string, fields: Record<string, string>, signal: AbortSignal | undefined): Promise<PromSeries[]> {
    const { network, tokens, limits = PROMETHEUS_LIMITS } = this.#reach;
    const options = {
      network,
      tokens,
      limits,
      accept: 'application/json',
      form: new URLSearchParams(fields),
      ...(this.#headers && { headers: this.#headers }),
      ...(signal && { signal }),
    };
    return boundedGet(apiUrl(this.#url, what), options, async ({ status, contentType, body }) => {
      // Errors of the query itself are JSON too.
      if (!contentType.includes('json')) {
        checkStatus(status);
        throw new ScrapeProblem('refused', 'The answer is not that of a Prometheus server.');
      }
      const pieces: Uint8Array[] = [];
      for await (const piece of body) pieces.push(piece);
      return seriesOf(Buffer.concat(pieces).toString(), status, [...tokens.secrets()]);
    });
  }
}

/** The address of the server as it may be shown. */
export function shownServer(text: string): string {
  try {
    return redactUrl(baseUrl(text));
  } catch {
    return redactUrl(text);
  }
}

function apiUrl(text: string, what: string): URL {
  try {
    const url = baseUrl(text);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/${what}`;
    return url;
  } catch (error) {
    throw new ScrapeProblem('down', error instanceof AddressProblem ? error.message : 'The address cannot be read.');
  }
}

/** The address that the interface stands below, whatever page of the server was copied. */
function baseUrl(text: string): URL {
  const url = webAddress(text);
  const pathname = url.pathname.replace(/\/(?:api\/v1|graph|query|targets|alerts)(?:\/.*)?$/, '/');
  // What was asked on that page is not asked here.
  if (pathname !== url.pathname) url.search = '';
  url.pathname = pathname;
  return url;
}

const LONGEST_ERROR = 300;

function seriesOf(text: string, status: number, secrets: readonly string[]): PromSeries[] {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new ScrapeProblem('refused', 'The answer of Prometheus is no JSON.');
  }
  if (!isRecord(answer) || answer.status !== 'success') {
    const { errorType, error } = isRecord(answer) ? answer : {};
    if (typeof error !== 'string') {
      checkStatus(status);
      throw new ScrapeProblem('refused', 'The answer is not that of a Prometheus server.');
    }
    const said = redactText(error.slice(0, LONGEST_ERROR), secrets);
    throw new ScrapeProblem('refused', `Prometheus: ${ERROR_TYPES[String(errorType)] ?? 'error'}: ${said}`);
  }
  const { data } = answer;
  if (!isRecord(data) || !Array.isArray(data.result)) {
    throw new ScrapeProblem('refused', 'The answer is not that of a Prometheus server.');
  }
  return data.result.flatMap((one: unknown): PromSeries[] => {
    if (!isRecord(one) || !isRecord(one.metric)) return [];
    const samples = (Array.isArray(one.values) ? one.values : [one.value]).filter(isSample);
    const labels = Object.entries(one.metric).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    return [{ labels: Object.fromEntries(labels), samples }];
  });
}

const ERROR_TYPES: Readonly<Record<string, string>> = {
  bad_data: 'it does not understand the label matchers',
  timeout: 'the query takes too long',
  canceled: 'the query was given up',
  execution: 'the query fails',
  internal: 'it has a fault of its own',
  unavailable: 'it is not ready',
  not_found: 'it does not know this',
};

function isSample(one: unknown): one is [number, string] {
  return Array.isArray(one) && typeof one[0] === 'number' && typeof one[1] === 'string';
}

function isRecord(one: unknown): one is Record<string, unknown> {
  return typeof one === 'object' && one !== null;
}
