import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import type { NetworkSettings } from '../../../protocol/metrics';
import {
  type Arrival,
  DEFAULT_LIMITS,
  type Failure,
  type Limits,
  Network,
  problemOf,
  type ScrapeProblem,
  Scraper,
  type Sink,
  Tokens,
} from '../../../server/src/metrics/sources';

export const PAGE = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="m"} 3.0
# HELP vllm:nixl_num_failed_transfers_total Number of failed NIXL KV Cache transfers.
# TYPE vllm:nixl_num_failed_transfers_total counter
vllm:nixl_num_failed_transfers_total{engine="0",model_name="m"} 2.0
`;

export const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Bounds that a test reaches at once. */
export const TIGHT: Limits = { connectMs: 1_000, firstByteMs: 200, totalMs: 500, bytes: 1024 * 1024, redirects: 3 };

/** Servers of one test, all on the loopback device. */
export class Servers {
  readonly #closing: (() => Promise<void>)[] = [];

  /** @returns the origin */
  async http(listener: RequestListener, host = '127.0.0.1'): Promise<string> {
    return `http://${await this.listen(createServer(listener), host)}`;
  }

  /** A server that speaks whatever it likes. */
  async raw(answer: (socket: Socket) => void): Promise<string> {
    return `http://${await this.listen(createTcpServer(answer))}`;
  }

  /** @returns host and port */
  async listen(server: Server | TcpServer, host = '127.0.0.1'): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, host);
    await once(server, 'listening');
    this.#closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#closing.splice(0).map((close) => close()));
  }
}

export function sendPage(response: ServerResponse, text = PAGE, contentType = TEXT): void {
  response.writeHead(200, { 'content-type': contentType }).end(text);
}

/** A server that sends a page, and remembers what it was asked. */
export function pageServer(asked: IncomingMessage[] = []): RequestListener {
  return (request, response) => {
    asked.push(request);
    sendPage(response);
  };
}

export interface Asking {
  readonly network?: NetworkSettings;
  readonly tokens?: Tokens;
  readonly limits?: Limits;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function scrape(url: string, asking: Asking = {}): Promise<Arrival> {
  const { network: settings, tokens = new Tokens(), limits = DEFAULT_LIMITS, headers } = asking;
  const network = new Network(settings);
  try {
    return await new Scraper({ label: 'one', url, ...(headers && { headers }) }, { network, tokens, limits }).scrape();
  } finally {
    network.close();
  }
}

/** Why a scrape failed; a scrape that does not fail fails the test. */
export async function failureOf(url: string, asking: Asking = {}): Promise<ScrapeProblem> {
  const arrival = await scrape(url, asking).catch(problemOf);
  if ('page' in arrival) throw new Error('A page came.');
  return arrival;
}

/** Takes everything, and says when there is something new. */
export class Collector implements Sink {
  readonly pages: { endpoint: string; url: string; arrival: Arrival }[] = [];
  readonly failures: { endpoint: string; url: string; failure: Failure }[] = [];
  hasEnded = false;
  readonly #waiting = new Set<() => void>();

  page(endpoint: string, url: string, arrival: Arrival): void {
    this.pages.push({ endpoint, url, arrival });
    this.#wake();
  }

  failure(endpoint: string, url: string, failure: Failure): void {
    this.failures.push({ endpoint, url, failure });
    this.#wake();
  }

  ended(): void {
    this.hasEnded = true;
    this.#wake();
  }

  async until(found: (collector: this) => boolean): Promise<void> {
    while (!found(this)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
    this.#waiting.clear();
  }
}
