import { createServer as createHttpServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentNetwork, Network, Tokens } from '../../../server/src/metrics/sources';
import { AUTHORITY, EXPIRED, FOR_OTHER_HOST, GOOD, KEY, SELF_SIGNED } from './certificates';
import { failureOf, pageServer, Servers, scrape, sendPage, TIGHT } from './support';

let servers: Servers;

beforeEach(() => {
  servers = new Servers();
});
afterEach(() => servers.close());

const secure = async (cert: string, asked: IncomingMessage[] = []) =>
  `https://${await servers.listen(createHttpsServer({ cert, key: KEY }, pageServer(asked)))}`;

describe('TLS', () => {
  it('trusts an authority of the settings beside those that are known', async () => {
    const url = await secure(GOOD);
    expect((await scrape(url, { network: { certificates: [AUTHORITY] } })).page.samples).toHaveLength(2);
    expect(await failureOf(url)).toMatchObject({
      state: 'refused',
      message: expect.stringMatching(/^The certificate was signed by nobody who is trusted here\./),
    });
  });

  it('trusts a certificate of the settings that is signed by itself', async () => {
    const url = await secure(SELF_SIGNED);
    expect((await scrape(url, { network: { certificates: [SELF_SIGNED] } })).page.samples).toHaveLength(2);
    expect((await failureOf(url)).message).toBe(
      'The certificate is signed by itself. Add it to those that the system trusts, or to NODE_EXTRA_CA_CERTS.',
    );
  });

  it('takes every certificate when it need not be strict', async () => {
    for (const cert of [GOOD, EXPIRED, FOR_OTHER_HOST, SELF_SIGNED]) {
      const url = await secure(cert);
      expect((await scrape(url, { network: { strictSsl: false } })).page.samples).toHaveLength(2);
    }
  });

  it('says what is wrong with a certificate', async () => {
    const network = { certificates: [AUTHORITY] };
    expect(await failureOf(await secure(EXPIRED), { network })).toMatchObject({
      state: 'refused',
      message: 'The certificate has expired.',
    });
    expect(await failureOf(await secure(FOR_OTHER_HOST), { network })).toMatchObject({
      state: 'refused',
      message: 'The certificate is for another host name.',
    });
  });

  it('says that a port speaks no TLS, or that it does', async () => {
    const plain = await servers.http(pageServer());
    expect(await failureOf(plain.replace('http:', 'https:'))).toMatchObject({
      state: 'refused',
      message: 'The port speaks no TLS. Is it http:?',
    });
    expect(await failureOf((await secure(GOOD)).replace('https:', 'http:'), { limits: TIGHT })).toMatchObject({
      state: 'down',
    });
  });

  it('says that certificates to trust are none', async () => {
    expect(await failureOf(await secure(GOOD), { network: { certificates: ['no certificate'] } })).toMatchObject({
      state: 'refused',
      message: 'The certificates that are to be trusted cannot be read: they must be PEM.',
    });
  });

  it('may follow from http: to https: on the same host, without the token, and never back', async () => {
    const asked: IncomingMessage[] = [];
    const safe = await secure(GOOD, asked);
    const network = { certificates: [AUTHORITY] };
    const tokens = new Tokens();
    const up = await servers.http((_request, response) =>
      response.writeHead(308, { location: `${safe}/metrics` }).end(),
    );
    tokens.set(up, 'secret-token');
    expect((await scrape(up, { network, tokens, headers: { 'x-key': 'k' } })).page.samples).toHaveLength(2);
    expect(asked[0]!.headers.authorization).toBeUndefined();
    expect(asked[0]!.headers['x-key']).toBeUndefined();
    const down = createHttpsServer({ cert: GOOD, key: KEY }, (_request, response) => {
      response.writeHead(308, { location: `${up}/metrics` }).end();
    });
    expect(await failureOf(`https://${await servers.listen(down)}`, { network })).toMatchObject({
      state: 'refused',
      message: 'It redirects from https: to something less safe; that is not followed.',
    });
  });
});

/** A small proxy for every name, which it takes for the loopback device. */
function proxy(asked: string[], port: () => number, password?: string) {
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    const { pathname } = new URL(request.url!);
    const passed = httpRequest({ host: '127.0.0.1', port: port(), path: pathname, headers: request.headers });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    passed.end();
  });
  server.on('connect', ({ url, headers }, socket) => {
    asked.push(`CONNECT ${url}`);
    if (password !== undefined && headers['proxy-authorization'] !== password) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const through = connect(port(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  return servers.listen(server);
}

describe('a proxy', () => {
  it('is asked for whole addresses, and opens tunnels for https:', async () => {
    const asked: string[] = [];
    const reached: IncomingMessage[] = [];
    let port = 0;
    const address = await proxy(asked, () => port);
    port = Number(new URL(await servers.http(pageServer(reached))).port);
    const network = { proxy: `http://${address}`, certificates: [AUTHORITY] };
    expect((await scrape('http://engine.test:8000', { network })).page.samples).toHaveLength(2);
    expect(reached[0]!.headers.host).toBe('engine.test:8000');
    port = Number(new URL(await secure(GOOD, reached)).port);
    const tokens = new Tokens();
    tokens.set('https://engine.test:8443', 'secret-token');
    expect((await scrape('https://engine.test:8443', { network, tokens })).page.samples).toHaveLength(2);
    expect(reached[1]!.headers).toMatchObject({ host: 'engine.test:8443', authorization: 'Bearer secret-token' });
    expect(asked).toEqual(['GET http://engine.test:8000/metrics', 'CONNECT engine.test:8443']);
  });

  it('checks the certificate of the host behind the tunnel', async () => {
    let port = 0;
    const address = await proxy([], () => port);
    port = Number(new URL(await secure(FOR_OTHER_HOST)).port);
    const network = { proxy: address, certificates: [AUTHORITY] };
    expect(await failureOf('https://engine.test', { network })).toMatchObject({
      state: 'refused',
      message: 'The certificate is for another host name.',
    });
    expect((await scrape('https://other.test', { network })).page.samples).toHaveLength(2);
  });

  it('is told who asks', async () => {
    const asked: string[] = [];
    let port = 0;
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    const address = await proxy(asked, () => port, basic);
    port = Number(new URL(await servers.http(pageServer())).port);
    const network = { proxy: `http://me:p%40ss@${address}`, certificates: [AUTHORITY] };
    await scrape('http://engine.test', { network });
    expect(asked).toEqual([`GET http://engine.test/metrics ${basic}`]);
    expect(await failureOf('https://engine.test', { network: { ...network, proxy: address } })).toMatchObject({
      state: 'down',
      message: 'The proxy wants to know who asks (HTTP 407).',
    });
  });

  it('that is not there, or says nothing, is named as the reason', async () => {
    const closed = await servers.listen(createHttpServer());
    await servers.close();
    const gone = { proxy: `http://${closed}` };
    expect((await failureOf('https://engine.test', { network: gone })).message).toBe('The proxy cannot be reached.');
    const silent = { proxy: await servers.raw(() => undefined) };
    const limits = { ...TIGHT, connectMs: 200 };
    expect(await failureOf('https://engine.test', { network: silent, limits })).toMatchObject({
      state: 'down',
      message: 'No connection within 0.2 s.',
    });
  });

  it('is passed by for this machine, and for what the settings name', async () => {
    const asked: string[] = [];
    const address = await proxy(asked, () => 1);
    const url = await servers.http((_request, response) => sendPage(response));
    await scrape(url, { network: { proxy: address } });
    expect(asked).toEqual([]);
    const settings = {
      proxy: 'http://proxy:3128',
      noProxy: ['.cluster.local', '10.0.0.7', 'engine:8000', '*.lab', '[2001:db8::1]', '2001:db8::2'],
    };
    const network = new Network(settings);
    const passed = (target: string) => network.proxyFor(new URL(target)) === undefined;
    expect(
      [
        'http://a.cluster.local',
        'http://10.0.0.7:81',
        'http://engine:8000',
        'http://x.lab',
        'http://[2001:db8::1]:9',
        'http://[2001:db8::2]',
      ].map(passed),
    ).toEqual([true, true, true, true, true, true]);
    expect(
      [
        'http://cluster.local.evil',
        'http://110.0.0.7',
        'http://engine:8001',
        'http://xlab',
        'http://[2001:db8::3]',
      ].map(passed),
    ).toEqual([false, false, false, false, false]);
    expect(new Network({ proxy: 'proxy:1', noProxy: ['*'] }).proxyFor(new URL('http://a'))).toBeUndefined();
  });

  it('may come from the environment', () => {
    const environment = { HTTP_PROXY: 'http://plain:1', https_proxy: 'http://secure:2', no_proxy: 'a, .b' };
    const proxies = { http: 'http://plain:1', https: 'http://secure:2' };
    expect(environmentNetwork(environment)).toEqual({ proxies, noProxy: ['a', '.b'] });
    expect(environmentNetwork({})).toEqual({});
    expect(environmentNetwork({ ALL_PROXY: 'http://all:3', HTTPS_PROXY: '', no_proxy: '' })).toEqual({
      proxies: { http: 'http://all:3', https: 'http://all:3' },
    });
    expect(environmentNetwork({ all_proxy: 'http://all:3', HTTP_PROXY: 'http://plain:1' })).toEqual({
      proxies: { http: 'http://plain:1', https: 'http://all:3' },
    });
  });

  it('of the environment is for one scheme, so that nothing is shown to the other in clear', async () => {
    const asked: string[] = [];
    const address = await proxy(asked, () => 1);
    const only = (name: string) => new Network(environmentNetwork({ [name]: `http://${address}` }));
    const [plain, safe] = [new URL('http://engine.test:8000'), new URL('https://engine.test:8443')];
    const through = (network: Network) => [plain, safe].map((url) => network.proxyFor(url)?.host);
    expect(through(only('HTTPS_PROXY'))).toEqual([undefined, address]);
    expect(through(only('HTTP_PROXY'))).toEqual([address, undefined]);
    expect(through(only('ALL_PROXY'))).toEqual([address, address]);
    expect(through(new Network({ proxy: address }))).toEqual([address, address]);
    const tokens = new Tokens();
    tokens.set('http://engine.invalid', 'secret-token');
    const network = environmentNetwork({ HTTPS_PROXY: `http://${address}` });
    expect((await failureOf('http://engine.invalid', { network, tokens })).message).toMatch(/^The name of the host /);
    expect(asked).toEqual([]);
  });

  it.each([
    ['10.0.0.0/8', ['http://10.200.3.4:8000'], ['http://11.0.0.1', 'http://engine', 'http://[::1:2]']],
    ['10.1.2.128/25', ['http://10.1.2.200'], ['http://10.1.2.100']],
    ['10.0.0.0/33', [], ['http://10.0.0.0']],
    ['fd00::/8', ['https://[fd12::1]:8000'], ['http://[fe80::1]', 'http://10.0.0.1']],
    ['[fd00::]/8', ['http://[fd12::1]'], ['http://[fe80::1]']],
    ['2001:DB8:0::1', ['http://[2001:db8::1]'], ['http://[2001:db8::2]']],
    ['10.0.0.0/8:8000', ['http://10.0.0.1:8000'], ['http://10.0.0.1:8001']],
    ['.lab', ['http://a.lab', 'http://a.lab.:8000'], ['http://a.lab.test']],
    ['*:8000', ['http://10.0.0.1:8000', 'http://engine:8000'], ['http://engine']],
    ['0.0.1', [], ['http://10.0.0.1']],
  ])('is passed by for %s', (entry, by, through) => {
    const network = new Network({ proxy: 'http://proxy:3128', noProxy: [entry] });
    const passed = (urls: readonly string[]) => urls.filter((url) => !network.proxyFor(new URL(url)));
    expect([passed(by), passed(through)]).toEqual([by, []]);
  });
});
