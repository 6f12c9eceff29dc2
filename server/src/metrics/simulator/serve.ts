import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimulatedEndpoint, Simulation } from './simulation';

export interface ServeOptions {
  /** The first port; 0, as without it, takes free ones. */
  readonly port?: number;
  /** One port for all, at `/ENDPOINT/metrics`; else one port for each, at `/metrics`. */
  readonly onePort?: boolean;
  /** Milliseconds since the epoch; the clock of the machine without it. */
  readonly clock?: () => number;
}

export interface ServedEndpoint extends SimulatedEndpoint {
  readonly url: string;
}

/** What is served: a simulation, or something that hands out its pages. */
export type Pages = Pick<Simulation, 'endpoints' | 'page'>;

export interface Served {
  readonly endpoints: readonly ServedEndpoint[];
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Serves the pages of a simulation on the loopback interface until it is closed. */
export async function serve(simulation: Pages, options: ServeOptions = {}): Promise<Served> {
  const { port = 0, onePort = false, clock = Date.now } = options;
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closed));
  };
  try {
    if (onePort) {
      const byPath = new Map(simulation.endpoints.map((endpoint) => [`/${endpoint.label}/metrics`, endpoint]));
      const server = createServer((request, response) => {
        answer(simulation, byPath.get(pathOf(request)), clock(), response);
      });
      servers.push(server);
      const origin = await listen(server, port);
      const endpoints = simulation.endpoints.map((endpoint) => ({
        ...endpoint,
        url: `${origin}/${endpoint.label}/metrics`,
      }));
      return { endpoints, close };
    }
    const endpoints: ServedEndpoint[] = [];
    for (const [index, endpoint] of simulation.endpoints.entries()) {
      const server = createServer((request, response) => {
        answer(simulation, pathOf(request) === '/metrics' ? endpoint : undefined, clock(), response);
      });
      servers.push(server);
      endpoints.push({ ...endpoint, url: `${await listen(server, port === 0 ? 0 : port + index)}/metrics` });
    }
    return { endpoints, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function answer(
  simulation: Pages,
  endpoint: SimulatedEndpoint | undefined,
  at: number,
  response: ServerResponse,
): void {
  if (!endpoint) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not Found\n');
    return;
  }
  const page = simulation.page(endpoint.label, at);
  // As of an engine that is not there: no answer at all.
  if (page === undefined) response.destroy();
  else response.writeHead(200, { 'content-type': endpoint.contentType }).end(page);
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0]!;
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve(`http://${HOST}:${(server.address() as AddressInfo).port}`));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
