import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tokens } from '../../../server/src/metrics/sources';
import { failureOf, PAGE, pageServer, Servers, scrape, sendPage, TEXT, TIGHT } from './support';

let servers: Servers;

beforeEach(() => {
  servers = new Servers();
});
afterEach(() => servers.close());

const limits = TIGHT;

describe('an endpoint that takes its time', () => {
  it('is given up when it accepts and says nothing', async () => {
    const url = await servers.raw(() => undefined);
    const started = performance.now();
    expect(await failureOf(url, { limits })).toMatchObject({ state: 'down', message: 'No answer within 0.2 s.' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is given up when it drips', async () => {
    let dripping: NodeJS.Timeout | undefined;
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT });
      dripping = setInterval(() => response.write('# a\n'), 10);
      response.on('close', () => clearInterval(dripping));
    });
    const started = performance.now();
    const failure = await failureOf(url, { limits });
    expect(failure).toMatchObject({ state: 'down', message: 'The answer takes longer than 0.5 s.' });
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  it('is given up when its headers never end', async () => {
    const url = await servers.raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const dripping = setInterval(() => socket.write('x-a: b\r\n'), 10);
      socket.on('close', () => clearInterval(dripping));
    });
    expect(await failureOf(url, { limits })).toMatchObject({ state: 'down', message: 'No answer within 0.2 s.' });
  });
});

describe('an endpoint that sends too much', () => {
  it('is cut off when it never ends', async () => {
    let sent = 0;
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT });
      const line = `# ${'x'.repeat(65_000)}\n`;
      const more = () => {
        while (!response.destroyed && response.write(line)) sent += line.length;
        sent += line.length;
      };
      response.on('drain', more);
      more();
    });
    const patient = { ...limits, totalMs: 20_000 };
    expect(await failureOf(url, { limits: patient })).toMatchObject({
      state: 'refused',
      message: 'The answer is larger than 1 MB.',
    });
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('is cut off when a small answer unpacks to a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, '# nothing\n'));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT, 'content-encoding': 'gzip' }).end(bomb);
    });
    const before = process.memoryUsage().rss;
    const patient = { ...limits, totalMs: 20_000 };
    expect(await failureOf(url, { limits: patient })).toMatchObject({
      state: 'refused',
      message: 'The answer is larger than 1 MB.',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it('is cut off when one line never ends', async () => {
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_000)));
      };
      response.on('drain', more);
      more();
    });
    expect(await failureOf(url, { limits: { ...limits, totalMs: 20_000 } })).toMatchObject({ state: 'refused' });
  });
});

describe('an endpoint that answers with something else', () => {
  it.each([
    [500, 'refused', 'The answer is an error (HTTP 500).'],
    [401, 'refused', 'It wants to know who asks (HTTP 401): a token is missing, or it is the wrong one.'],
    [403, 'refused', 'Whoever asks is not allowed to (HTTP 403).'],
    [404, 'refused', 'There is no page at this path (HTTP 404).'],
    [503, 'refused', 'It is not ready (HTTP 503).'],
    [204, 'refused', 'The answer is empty (HTTP 204).'],
  ] as const)('says so for HTTP %i', async (status, state, message) => {
    const url = await servers.http((_request, response) => {
      response.writeHead(status, { 'content-type': TEXT }).end(status === 204 ? undefined : PAGE);
    });
    expect(await failureOf(url)).toMatchObject({ state, message });
  });

  it.each([
    ['text/html; charset=utf-8', '<html>vLLM</html>', 'The answer is no metrics page but text/html.'],
    [TEXT, '\n <!doctype html><p>vLLM', 'The answer is no metrics page but HTML or XML.'],
    ['application/json', '{"status":"ok"}', 'The answer is no metrics page but application/json.'],
    [TEXT, '{"status":"ok"}', 'The answer is no metrics page.'],
    [TEXT, 'Welcome to this server', 'The answer is no metrics page.'],
    [TEXT, Buffer.from([0, 1, 2, 3, 255]), 'The answer is no metrics page.'],
    [TEXT, '', 'The answer is empty.'],
  ])('refuses %s with %j', async (contentType, body, message) => {
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': contentType }).end(body);
    });
    expect(await failureOf(url)).toMatchObject({ state: 'refused', message });
  });

  it('refuses what is no HTTP', async () => {
    const url = await servers.raw((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await failureOf(url)).toMatchObject({ state: 'refused', message: 'The answer breaks the rules of HTTP.' });
  });

  it('refuses what says that it is packed and is not', async () => {
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT, 'content-encoding': 'gzip' }).end(PAGE);
    });
    expect(await failureOf(url)).toMatchObject({
      state: 'refused',
      message: 'The answer says that it is compressed, and cannot be unpacked.',
    });
  });

  it('refuses what is packed in another way', async () => {
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT, 'content-encoding': 'br' }).end('x');
    });
    expect((await failureOf(url)).message).toContain('not asked for (br)');
  });
});

describe('an answer that breaks off', () => {
  it('is no page when the connection is closed midway', async () => {
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT, 'content-length': PAGE.length });
      response.write(PAGE.slice(0, 200), () => response.destroy());
    });
    expect(await failureOf(url)).toMatchObject({
      state: 'down',
      message: 'The connection was closed before the answer was complete.',
    });
  });

  it('is no page when it is closed midway and packed', async () => {
    const packed = gzipSync(PAGE.repeat(50));
    const url = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': TEXT, 'content-encoding': 'gzip', 'content-length': packed.length });
      response.write(packed.subarray(0, 100), () => response.destroy());
    });
    expect(await failureOf(url)).toMatchObject({ state: 'down' });
  });

  it('is no page when its length is a lie', async () => {
    const short = await servers.raw((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Type: ${TEXT}\r\nContent-Length: 150\r\n\r\n${PAGE}`);
    });
    expect(await failureOf(short)).toMatchObject({ state: 'down', message: 'The answer broke off in the middle.' });
    const long = await servers.raw((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Type: ${TEXT}\r\nContent-Length: 99999\r\n\r\n${PAGE}`);
    });
    expect(await failureOf(long)).toMatchObject({
      state: 'down',
      message: 'The connection was closed before the answer was complete.',
    });
  });

  it('is no page without the end that OpenMetrics has', async () => {
    const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
    const text = '# TYPE vllm:nixl_num_failed_transfers counter\nvllm:nixl_num_failed_transfers_total{engine="0"} 1\n';
    const cut = await servers.http((_request, response) => sendPage(response, text, openMetrics));
    const whole = await servers.http((_request, response) => sendPage(response, `${text}# EOF\n`, openMetrics));
    expect(await failureOf(cut)).toMatchObject({ state: 'down', message: 'The answer broke off in the middle.' });
    expect((await scrape(whole)).page).toMatchObject({ format: 'openmetrics', complete: true });
  });
});

describe('an endpoint that sends us elsewhere', () => {
  it('is followed on its own host, and not without end', async () => {
    const url = await servers.http(({ url: path }, response) => {
      const steps = Number(path?.slice('/step/'.length));
      if (path === '/metrics') sendPage(response);
      else response.writeHead(302, { location: steps > 1 ? `/step/${steps - 1}` : '/metrics' }).end();
    });
    expect((await scrape(`${url}/step/3`)).page.samples).toHaveLength(2);
    expect(await failureOf(`${url}/step/4`)).toMatchObject({ state: 'refused', message: 'It redirects without end.' });
  });

  it('is not followed to another host or port, and the token stays', async () => {
    const asked: unknown[] = [];
    const other = await servers.http((request, response) => {
      asked.push(request.headers);
      sendPage(response);
    });
    const { port } = new URL(other);
    const tokens = new Tokens();
    for (const location of [`${other}/metrics`, `//127.0.0.1:${port}/metrics`, `http://localhost:${port}/metrics`]) {
      const url = await servers.http((_request, response) => response.writeHead(307, { location }).end());
      tokens.set(url, 'secret-token');
      expect(await failureOf(url, { tokens, headers: { 'x-key': 'k' } })).toMatchObject({
        state: 'refused',
        message: expect.stringMatching(/^It redirects to another host \(\S+:\d+\); that is not followed\.$/),
      });
    }
    expect(asked).toEqual([]);
  });

  it('is not followed to other schemes, or to nowhere', async () => {
    for (const location of ['ftp://127.0.0.1/metrics', 'file:///etc/passwd', 'http://[', undefined]) {
      const url = await servers.http((_request, response) => {
        response.writeHead(301, location === undefined ? {} : { location }).end();
      });
      const message = /^(?:ftp|file):/.test(location ?? '')
        ? `It redirects to ${new URL(location!).protocol}; that is not followed.`
        : expect.stringContaining('redirects');
      expect(await failureOf(url)).toMatchObject({ state: 'refused', message });
    }
  });
});

describe('an endpoint that is not there', () => {
  it('says what is wrong', async () => {
    const closed = createTcpServer();
    const address = await servers.listen(closed);
    await servers.close();
    expect(await failureOf(address)).toMatchObject({
      state: 'down',
      message: 'Nothing listens at this host and port.',
    });
    expect(await failureOf('http://no-such-host.invalid/')).toMatchObject({
      state: 'down',
      message: expect.stringMatching(/^The name of the host /),
    });
    expect(await failureOf('http://[')).toMatchObject({
      state: 'down',
      message: 'The address cannot be read: it is written as http://HOST:PORT/metrics.',
    });
    expect(await failureOf('ftp://host/metrics')).toMatchObject({
      state: 'down',
      message: 'Only http: and https: are spoken, not ftp:',
    });
  });

  it('says that headers are none', async () => {
    const url = await servers.http(pageServer());
    expect(await failureOf(url, { headers: { 'x y': 'a' } })).toMatchObject({
      state: 'refused',
      message: 'The headers to be sent are no valid headers.',
    });
  });
});
