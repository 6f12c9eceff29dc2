import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { isLoopback } from './endpoint-url';
import type { Network } from './network';
import { codeOf, problemOf, ScrapeProblem } from './problems';
import type { Tokens } from './tokens';

/** What one answer may take. */
export interface Limits {
  /** Milliseconds until there is a connection. */
  readonly connectMs: number;
  /** Milliseconds until the answer begins. */
  readonly firstByteMs: number;
  /** Milliseconds for everything, redirects included. */
  readonly totalMs: number;
  /** Bytes of the answer, packed and unpacked. */
  readonly bytes: number;
  readonly redirects: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectMs: 5_000,
  firstByteMs: 10_000,
  totalMs: 15_000,
  bytes: 64 * 1024 * 1024,
  redirects: 3,
};

export interface GetOptions {
  readonly network: Network;
  readonly tokens: Tokens;
  readonly limits: Limits;
  readonly accept: string;
  /** Sent to the origin of the address only. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of a form: they make it a `POST`. */
  readonly form?: URLSearchParams;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  /** `text/plain; version=0.0.4`, in small letters. */
  readonly contentType: string;
  /** Where the body ends is told, so that one that is read to its end is whole. Else it ends with the connection. */
  readonly framed: boolean;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Headers that belong to the connection, not to whoever configures an endpoint. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*|accept-encoding)$/i;

/**
 * Asks for an address, within bounds of time and size: those hold for connecting, for waiting, for everything that the
 * reader of the answer takes, and for what a compressed answer unpacks to.
 * @throws ScrapeProblem
 */
export async function boundedGet<T>(url: URL, options: GetOptions, read: (answer: Answer) => Promise<T>): Promise<T> {
  const { limits, signal } = options;
  const deadline = new Deadline(signal);
  deadline.limit(limits.totalMs, () => `The answer takes longer than ${seconds(limits.totalMs)}.`);
  try {
    let target = url;
    for (let redirects = 0; ; redirects += 1) {
      const response = await respond(target, url, options, deadline);
      const next = redirectOf(response, target);
      if (!next) {
        const contentType = (response.headers['content-type'] ?? '').toLowerCase();
        const framed = response.headers['content-length'] !== undefined || 'transfer-encoding' in response.headers;
        const body = bodyOf(response, limits.bytes, deadline);
        return await read({ status: response.statusCode!, contentType, framed, body }).finally(() => letGo(response));
      }
      response.destroy();
      if (options.form && response.statusCode! < 307)
        throw new ScrapeProblem('refused', 'It redirects what was posted.');
      if (redirects >= limits.redirects) throw new ScrapeProblem('refused', 'It redirects without end.');
      target = next;
    }
  } catch (error) {
    throw deadline.problem ?? problemOf(error, options.network.trusting);
  } finally {
    deadline.end();
  }
}

/** The beginning of an answer. */
function respond(
  target: URL,
  asked: URL,
  options: GetOptions,
  deadline: Deadline,
  again = false,
): Promise<IncomingMessage> {
  const { network, limits } = options;
  return new Promise((resolve, reject) => {
    const form = options.form?.toString();
    const request = network.request(target, headersFor(target, asked, options), form === undefined ? 'GET' : 'POST');
    deadline.destroys(request);
    // A request that waits for its connection tells nobody that it was destroyed.
    deadline.failed = reject;
    let waiting: NodeJS.Timeout | undefined;
    const connecting = deadline.limit(limits.connectMs, () => `No connection within ${seconds(limits.connectMs)}.`);
    request.on('socket', (socket) => {
      const connected = () => {
        clearTimeout(connecting);
        waiting = deadline.limit(limits.firstByteMs, () => `No answer within ${seconds(limits.firstByteMs)}.`);
        request.once('response', () => clearTimeout(waiting));
      };
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    request.on('error', (error) => {
      // The host closed a kept connection just as it was used again: that says nothing about the host.
      const stale = request.reusedSocket && !again && !deadline.problem && CLOSED.has(codeOf(error));
      // What this attempt waited for, the next one does not.
      clearTimeout(connecting);
      clearTimeout(waiting);
      if (stale) respond(target, asked, options, deadline, true).then(resolve, reject);
      else reject(error);
    });
    request.on('response', resolve);
    request.end(form);
  });
}

const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

function headersFor(target: URL, asked: URL, { tokens, headers, accept, form }: GetOptions): Record<string, string> {
  const own = target.origin === asked.origin ? Object.entries(headers ?? {}) : [];
  const authorization = tokens.authorization(target);
  return {
    accept,
    // Packing costs the engine's event loop more than the loopback device gains by it.
    'accept-encoding': isLoopback(target) ? 'identity' : 'gzip',
    'user-agent': 'nixl-vllm',
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    ...Object.fromEntries(
      own.filter(([name]) => !OWN_HEADERS.test(name)).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    ...(authorization !== undefined && { authorization }),
  };
}

/**
 * Where an answer sends us; `undefined` where it is an answer itself. To the same origin only, or to the same host with
 * `https:`.
 */
function redirectOf({ statusCode = 0, headers }: IncomingMessage, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  let target: URL;
  try {
    target = new URL(headers.location ?? '', from);
  } catch {
    throw new ScrapeProblem('refused', 'It redirects to an address that cannot be read.');
  }
  if (headers.location === undefined) throw new ScrapeProblem('refused', 'It redirects, and does not say where to.');
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw new ScrapeProblem('refused', `It redirects to ${target.protocol.slice(0, 20)}; that is not followed.`);
  }
  if (target.protocol !== 'https:' && target.protocol !== from.protocol) {
    throw new ScrapeProblem('refused', 'It redirects from https: to something less safe; that is not followed.');
  }
  const upgraded = from.protocol === 'http:' && target.protocol === 'https:';
  if (target.hostname !== from.hostname || (target.origin !== from.origin && !upgraded)) {
    throw new ScrapeProblem('refused', `It redirects to another host (${target.host}); that is not followed.`);
  }
  // What an answer wants to be called is not what we were told to be.
  target.username = from.origin === target.origin ? from.username : '';
  target.password = from.origin === target.origin ? from.password : '';
  return target;
}

async function* bodyOf(response: IncomingMessage, most: number, deadline: Deadline): AsyncGenerator<Uint8Array> {
  const tooLarge = () => new ScrapeProblem('refused', `The answer is larger than ${megabytes(most)}.`);
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  let packed = 0;
  let pieces: AsyncIterable<Uint8Array> = response;
  if (encoding === 'gzip' || encoding === 'x-gzip') {
    const gunzip = createGunzip({ chunkSize: PIECE });
    deadline.destroys(gunzip);
    response.on('data', (piece: Uint8Array) => {
      packed += piece.length;
      if (packed > most) response.destroy(tooLarge());
    });
    response.on('error', (error) => gunzip.destroy(error));
    response.pipe(gunzip);
    pieces = gunzip;
  } else if (encoding !== 'identity' && encoding !== '') {
    throw new ScrapeProblem(
      'refused',
      `The answer is compressed in a way that was not asked for (${encoding.slice(0, 20)}).`,
    );
  }
  let size = 0;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > most) throw tooLarge();
      yield piece;
    }
  } finally {
    // Whoever stops reading in the middle wants no more of it.
    letGo(response);
  }
}

/** An answer that nobody read to its end holds its connection. */
function letGo(response: IncomingMessage): void {
  if (!response.readableEnded) response.destroy();
}

const PIECE = 64 * 1024;

interface Destroyable {
  destroy(error?: Error): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
}

/** Ends whatever is under way when a limit is reached, or when nobody wants the answer any more. */
class Deadline {
  /** The first limit that was reached. */
  problem: ScrapeProblem | undefined;
  failed: (problem: ScrapeProblem) => void = () => undefined;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #underWay = new Set<Destroyable>();
  readonly #signal: AbortSignal | undefined;
  readonly #aborted = () => this.#fail(new ScrapeProblem('down', 'It was stopped.'));

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#aborted);
    if (signal?.aborted) this.#aborted();
  }

  limit(ms: number, problem: () => string): NodeJS.Timeout {
    const timer = setTimeout(() => this.#fail(new ScrapeProblem('down', problem())), ms);
    this.#timers.add(timer);
    return timer;
  }

  destroys(what: Destroyable): void {
    // An error that comes late has nobody left to catch it.
    what.once('error', () => undefined);
    this.#underWay.add(what);
    if (this.problem) what.destroy(this.problem);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#signal?.removeEventListener('abort', this.#aborted);
  }

  #fail(problem: ScrapeProblem): void {
    this.problem ??= problem;
    for (const one of this.#underWay) one.destroy(this.problem);
    this.failed(this.problem);
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024 / 1024)} MB`;
}
