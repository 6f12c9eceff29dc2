import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  EndpointSource,
  endpointUrl,
  Network,
  redactText,
  shownUrl,
  Tokens,
} from '../../../server/src/metrics/sources';
import { Collector, failureOf, PAGE, pageServer, Servers, scrape, sendPage, TEXT, TIGHT } from './support';

let servers: Servers;

beforeEach(() => {
  servers = new Servers();
});
afterEach(() => servers.close());

describe('a scrape', () => {
  it('asks for both formats at /metrics, and reads the page', async () => {
    const asked: IncomingMessage[] = [];
    const url = await servers.http(pageServer(asked));
    const { page, latencyMs } = await scrape(url);
    expect(asked[0]).toMatchObject({ url: '/metrics', method: 'GET' });
    expect(asked[0]!.headers.accept).toMatch(/openmetrics-text.*text\/plain/);
    expect(page).toMatchObject({ format: 'text', complete: true, bytes: PAGE.length });
    expect(page.samples.map(({ series, value }) => [series.family, series.set.labels, value])).toEqual([
      ['vllm:num_requests_running', { engine: '0', model_name: 'm' }, 3],
      ['vllm:nixl_num_failed_transfers', { engine: '0', model_name: 'm' }, 2],
    ]);
    expect(latencyMs).toBeGreaterThan(0);
  });

  it('reads packed pages', async () => {
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT, 'content-encoding': 'gzip' }).end(gzipSync(PAGE));
    });
    expect((await scrape(url)).page.samples).toHaveLength(2);
  });

  it('reaches IPv6 addresses', async () => {
    const asked: IncomingMessage[] = [];
    const url = await servers.http(pageServer(asked), '::1');
    expect((await scrape(url)).page.samples).toHaveLength(2);
    expect(asked[0]!.headers.host).toBe(new URL(url).host);
  });

  it('sends a token to its origin only, and headers that are not those of the connection', async () => {
    const asked: IncomingMessage[] = [];
    const first = await servers.http(pageServer(asked));
    const second = await servers.http(pageServer(asked));
    const tokens = new Tokens();
    tokens.set(`${first}/`, 'secret-token');
    const headers = { 'X-Scope-OrgID': 'llm', Host: 'elsewhere', 'Content-Length': '7' };
    await scrape(first, { tokens, headers });
    await scrape(second, { tokens });
    tokens.set(first, undefined);
    await scrape(first, { tokens });
    expect(asked.map(({ headers: { authorization } }) => authorization)).toEqual([
      'Bearer secret-token',
      undefined,
      undefined,
    ]);
    expect(asked[0]!.headers).toMatchObject({ 'x-scope-orgid': 'llm', host: new URL(first).host });
    expect(asked[0]!.headers['content-length']).toBeUndefined();
  });

  it('sends the name and password of an address, and never shows them', async () => {
    const asked: IncomingMessage[] = [];
    const url = (await servers.http(pageServer(asked))).replace('//', '//me:p%40ss@');
    await scrape(url);
    expect(asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(shownUrl(`${url}/metrics?token=abc&job=vllm`)).not.toMatch(/p%40ss|abc|me:/);
    for (const name of ['auth', 'key', 'pwd', 'X-Amz-Signature', 'code'])
      expect(shownUrl(`${url}/?${name}=abc`)).not.toMatch(/abc/);
    expect(shownUrl('not an//address@me:secret')).not.toContain('an//address@');
    expect(redactText('GET http://a:b@h/ with Bearer abc.def and hunter2', ['hunter2'])).toBe(
      'GET http://h/ with Bearer *** and ***',
    );
  });

  it('keeps its connection', async () => {
    const connections = new Set<unknown>();
    const url = await servers.http((request, response) => {
      connections.add(request.socket);
      sendPage(response);
    });
    const network = new Network();
    const collector = new Collector();
    const options = { intervalMs: 5 };
    const source = new EndpointSource({ label: 'one', url }, { network, tokens: new Tokens() }, options);
    source.start(collector);
    await collector.until(({ pages }) => pages.length >= 5);
    source.stop();
    network.close();
    expect(connections.size).toBe(1);
  });
});

describe('a connection that is kept', () => {
  it('may be closed by the host just as it is used again, without a lost scrape', async () => {
    const seen = new Map<unknown, number>();
    const url = await servers.http((request, response) => {
      const count = (seen.get(request.socket) ?? 0) + 1;
      seen.set(request.socket, count);
      if (count === 2) request.socket.destroy();
      else sendPage(response);
    });
    const network = new Network();
    const collector = new Collector();
    const source = new EndpointSource({ label: 'one', url }, { network, tokens: new Tokens() }, { intervalMs: 5 });
    source.start(collector);
    await collector.until(({ pages }) => pages.length >= 4);
    source.stop();
    network.close();
    expect(collector.failures).toEqual([]);
    expect(seen.size).toBeGreaterThanOrEqual(4);
  });

  it('is not waited for behind others of the same host that hang', async () => {
    const url = await servers.http(({ url: path }, response) => {
      if (path === '/fine/metrics') sendPage(response);
    });
    const collector = new Collector();
    const network = new Network();
    const reach = { network, tokens: new Tokens(), limits: { ...TIGHT, firstByteMs: 400 } };
    const labels = [...Array.from({ length: 20 }, (_, index) => `hanging-${index}`), 'fine'];
    const sources = labels.map(
      (label) => new EndpointSource({ label, url: `${url}/${label.split('-')[0]}/metrics` }, reach, { intervalMs: 20 }),
    );
    for (const source of sources) source.start(collector);
    await collector.until(({ pages, failures }) => pages.length > 5 || failures.length > 0);
    for (const source of sources) source.stop();
    network.close();
    expect(collector.failures).toEqual([]);
    expect(collector.pages.every(({ endpoint }) => endpoint === 'fine')).toBe(true);
  });
});

describe('the address of an endpoint', () => {
  it.each([
    ['localhost:8000', 'http://localhost:8000/metrics'],
    ['https://host/', 'https://host/metrics'],
    ['http://[::1]:8000', 'http://[::1]:8000/metrics'],
    ['http://host/vllm/metrics?x=1#top', 'http://host/vllm/metrics?x=1'],
    [' 10.0.0.1:9090/custom ', 'http://10.0.0.1:9090/custom'],
  ])('%s is %s', (text, url) => {
    expect(endpointUrl(text).href).toBe(url);
  });
});

describe('an endpoint that is asked again and again', () => {
  const reach = () => ({ network: new Network(), tokens: new Tokens(), limits: TIGHT });

  it('is asked one thing at a time', async () => {
    let open = 0;
    let most = 0;
    const url = await servers.http((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        sendPage(response);
      }, 30);
    });
    const collector = new Collector();
    const source = new EndpointSource({ label: 'slow', url }, reach(), { intervalMs: 1 });
    source.start(collector);
    await collector.until(({ pages }) => pages.length >= 4);
    source.stop();
    expect(most).toBe(1);
  });

  it('is left alone for longer and longer while it fails, within bounds and not in step', async () => {
    const url = await servers.http((_request, response) => response.writeHead(500).end());
    const collector = new Collector();
    const options = { intervalMs: 10, longestBackoffMs: 60, random: () => 0.5 };
    const source = new EndpointSource({ label: 'bad', url: `${url}?token=abc` }, reach(), options);
    source.start(collector);
    await collector.until(({ failures }) => failures.length >= 6);
    source.stop();
    const waits = collector.failures.map(({ failure }) => failure.nextAt! - failure.at);
    for (const [index, expected] of [10, 20, 40, 60, 60, 60].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(expected);
      expect(waits[index]).toBeLessThan(expected + 9);
    }
    expect(JSON.stringify(collector.failures)).not.toContain('abc');
  });

  it('comes back after failures, and does not disturb others', async () => {
    let asked = 0;
    const flapping = await servers.http((_request, response) => {
      asked += 1;
      if (asked < 3) response.destroy();
      else sendPage(response);
    });
    const hanging = await servers.raw(() => undefined);
    const fine = await servers.http(pageServer());
    const collector = new Collector();
    const shared = reach();
    const sources = Object.entries({ flapping, hanging, fine }).map(
      ([label, url]) => new EndpointSource({ label, url }, shared, { intervalMs: 20, longestBackoffMs: 40 }),
    );
    for (const source of sources) source.start(collector);
    const pages = (label: string) => collector.pages.filter(({ endpoint }) => endpoint === label).length;
    const failures = (label: string) => collector.failures.filter(({ endpoint }) => endpoint === label).length;
    await collector.until(() => pages('flapping') > 0 && failures('hanging') >= 2 && pages('fine') > 0);
    for (const source of sources) source.stop();
    expect(failures('flapping')).toBe(2);
    expect(failures('fine')).toBe(0);
    expect(pages('fine')).toBeGreaterThanOrEqual(10);
    const seen = collector.pages.length + collector.failures.length;
    await failureOf(hanging, { limits: TIGHT });
    expect(collector.pages.length + collector.failures.length).toBe(seen);
  });
});
