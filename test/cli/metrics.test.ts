import { type ChildProcess, spawn } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elapsed } from '../../server/src/cli/metrics/watch';
import { counterText, gaugeText, LABELS, type Transfer, transfersText } from '../metrics/model/pages';
import { KEY, SELF_SIGNED } from '../metrics/sources/certificates';
import { bundle, NODE } from '../support/bundles';
import { runCli, writeTree } from '../support/cli';

/** The contract of `nixl-lint metrics --format json`, as a JSON Schema that allows nothing else. */
const closed = (properties: Record<string, unknown>) => {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
};
const figure = { type: ['number', 'null'] };
const band = { anyOf: [{ type: 'null' }, closed({ gt: { type: 'number' }, le: figure })] };
const text = { type: 'string', minLength: 1 };
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  closed({
    endpoints: {
      type: 'array',
      items: closed({
        endpoint: text,
        state: { enum: ['ok', 'stale', 'down', 'refused', 'no-nixl', 'disabled'] },
        engines: {
          type: 'array',
          items: closed({
            engine: text,
            model: { type: ['string', 'null'] },
            transfers: figure,
            avgTransferMs: figure,
            p90TransferMs: band,
            avgPostMs: figure,
            p90PostMs: band,
            avgMBPerTransfer: figure,
            throughputMBps: figure,
            avgDescriptors: figure,
            failedTransfers: figure,
            failedNotifications: figure,
            kvExpired: figure,
          }),
        },
      }),
    },
    verdicts: {
      type: 'array',
      items: closed({
        id: { type: 'string', pattern: '^[a-z0-9-]+$' },
        severity: { enum: ['critical', 'warning', 'info'] },
        endpoint: { type: ['string', 'null'] },
        engine: { type: ['string', 'null'] },
        message: text,
      }),
    },
  }),
);

interface Printed {
  readonly endpoints: readonly {
    readonly endpoint: string;
    readonly state: string;
    readonly engines: readonly Record<string, unknown>[];
  }[];
  readonly verdicts: readonly { readonly id: string; readonly severity: string }[];
}

function read(stdout: string | undefined): Printed {
  const printed = JSON.parse(stdout ?? '');
  validate(printed);
  expect(validate.errors ?? []).toEqual([]);
  return printed;
}

const MB = 2 ** 20;
const some = (count: number): Transfer[] =>
  Array.from({ length: count }, () => ({ time: 0.00191, post: 0.0004, bytes: 8 * MB, descriptors: 512 }));
const decode = (transfers: number, failed = 0) =>
  transfersText(LABELS, some(transfers)) +
  ['nixl_num_failed_transfers', 'nixl_num_failed_notifications', 'nixl_num_kv_expired_reqs']
    .map((name, index) => counterText(`vllm:${name}`, LABELS, index === 0 ? failed : 0))
    .join('') +
  gaugeText('vllm:num_requests_running', LABELS, 3);

let cwd: string;
const servers: Server[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'nixl metrics '));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(cwd, { recursive: true });
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

/** Pages in the order of requests; the last one again and again. */
const pages = (...texts: readonly string[]): RequestListener => {
  let turn = 0;
  return (_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(texts[Math.min(turn, texts.length - 1)]);
    turn += 1;
  };
};

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(['metrics', ...args], { cwd, env: { NIXL_METRICS_TOKEN: '', ...env } });
const FAST = ['--interval', '100ms'];

describe('nixl-lint metrics URL', () => {
  it('prints what happened between two pages', async () => {
    const url = await serve(pages(decode(7), decode(127)));
    const { code, stdout, stderr } = await run([`decode=${url}`, ...FAST, '--format', 'json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(read(stdout).endpoints).toEqual([
      {
        endpoint: 'decode',
        state: 'ok',
        engines: [
          {
            engine: '0',
            model: 'm',
            transfers: 120,
            avgTransferMs: expect.closeTo(1.91, 9),
            p90TransferMs: { gt: 0, le: 5 },
            avgPostMs: expect.closeTo(0.4, 9),
            p90PostMs: { gt: 0, le: 1 },
            avgMBPerTransfer: 8,
            throughputMBps: expect.closeTo(4188.48, 1),
            avgDescriptors: 512,
            failedTransfers: 0,
            failedNotifications: 0,
            kvExpired: 0,
          },
        ],
      },
    ]);
  });

  it('takes a page whose last line has no end, where it is whole all the same', async () => {
    const bare = (count: number) => decode(count).trimEnd();
    const whole = await serve(pages(bare(7), bare(127)));
    const cut = await serve(pages(bare(7).slice(0, -8), bare(127).slice(0, -8)));
    const { code, stdout } = await run([`whole=${whole}`, `cut=${cut}`, ...FAST, '--format', 'json']);
    expect(code).toBe(0);
    expect(read(stdout).endpoints).toMatchObject([{ state: 'ok', engines: [{ transfers: 120 }] }, { state: 'down' }]);
  });

  it('ends with 1 when something critical holds', async () => {
    const url = await serve(pages(decode(0, 3), decode(0, 20)));
    const { code, stdout } = await run([url, ...FAST, '--format', 'json']);
    expect(code).toBe(1);
    const { endpoints, verdicts } = read(stdout);
    expect(endpoints[0]!.endpoint).toBe(new URL(url).host);
    expect(verdicts[0]).toMatchObject({
      id: 'telemetry-off',
      severity: 'critical',
      endpoint: new URL(url).host,
      engine: '0',
    });
  });

  it('says how each endpoint stands, and needs one that can be read', async () => {
    const fine = await serve(pages(decode(1)));
    const bare = await serve(pages(gaugeText('vllm:num_requests_running', LABELS, 0)));
    const none = await serve(pages('http_requests_total{handler="/x"} 1\n'));
    const html = await serve((_, response) => response.setHeader('content-type', 'text/html').end('<html></html>'));
    const gone = await serve(pages(''));
    const server = servers.pop()!;
    await new Promise((resolve) => server.close(resolve));
    const urls = [`fine=${fine}`, `bare=${bare}`, `none=${none}`, `html=${html}`, `gone=${gone}`];
    const { code, stdout, stderr } = await run([...urls, ...FAST, '--format=json']);
    const states = Object.fromEntries(read(stdout).endpoints.map(({ endpoint, state }) => [endpoint, state]));
    expect(states).toEqual({ fine: 'ok', bare: 'no-nixl', none: 'disabled', html: 'refused', gone: 'down' });
    expect(stderr).toContain('gone: Nothing listens at this host and port.');
    expect(code).not.toBe(2);
    const nobody = await run([`html=${html}`, `gone=${gone}`, ...FAST, '--format=json']);
    expect(nobody.code).toBe(2);
    expect(read(nobody.stdout).endpoints).toHaveLength(2);
  });

  it('sends a token from a file or the environment, and shows it nowhere', async () => {
    const heard: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      heard.push(request.headers.authorization, request.headers['x-team'] as string);
      response.statusCode = request.headers.authorization === 'Bearer s3cr3t-token' ? 200 : 401;
      response.end(response.statusCode === 200 ? decode(1) : 'who are you, s3cr3t-token?');
    });
    await writeTree(cwd, { token: 's3cr3t-token\n', headers: '# mine\nX-Team: kv\n', wrong: 's3cr3t-other' });
    const given = [`d=${url}`, ...FAST];
    const fromFile = await run([...given, '--token-file', 'token', '--header-file', 'headers']);
    expect(fromFile.code).toBe(0);
    expect(heard).toEqual(['Bearer s3cr3t-token', 'kv', 'Bearer s3cr3t-token', 'kv']);
    expect((await run(given, { NIXL_METRICS_TOKEN: 's3cr3t-token' })).code).toBe(0);
    const wrong = await run([...given, '--token-file', 'wrong']);
    expect(wrong.code).toBe(2);
    expect(`${wrong.stdout}${wrong.stderr}${fromFile.stdout}${fromFile.stderr}`).not.toContain('s3cr3t');
  });

  it.each([
    [['--token', 's3cr3t', 'localhost:1'], 'NIXL_METRICS_TOKEN'],
    [['--token=s3cr3t', 'localhost:1'], 'NIXL_METRICS_TOKEN'],
    [['--header', 'Authorization: s3cr3t', 'localhost:1'], '--header-file'],
    [['http://user:s3cr3t@localhost:1/metrics'], 'holds a secret'],
    ...['access_token', 'auth', 'key', 'api-key', 'sig', 'X-Amz-Signature', 'authKey', 'pwd'].map(
      (name): [string[], string] => [[`http://localhost:1/metrics?${name}=s3cr3t`], 'holds a secret'],
    ),
    [['--prometheus', 'http://localhost:1/?sig=s3cr3t'], 'holds a secret'],
  ])('refuses secrets on its command line: %j', async (args, says) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('s3cr3t');
  });

  it.each([
    [[], 'Name the endpoints'],
    [['ftp://x/metrics'], 'Only http'],
    [['a=localhost:1', 'a=localhost:2'], 'names two endpoints'],
    [['localhost:1', '--interval', 'soon'], 'write a time'],
    [['localhost:1', '--interval', '1ms'], 'between'],
    [['localhost:1', '--format', 'xml'], 'use pretty or json'],
    [['localhost:1', '--role', 'localhost:1=boss'], 'LABEL=prefill'],
    [['localhost:1', '--role', 'other=decode'], 'there is no such endpoint'],
    [['localhost:1', '--threshold', 'speed=3'], 'no such threshold'],
    [['localhost:1', '--replay', 'x'], 'neither addresses'],
    [['--replay', 'nowhere'], 'does not exist'],
    [['--replay', '.'], 'no recorded page'],
    [['localhost:1', '--token-file', 'nowhere'], 'there is no such file'],
    [['localhost:1', '--loud'], '--loud'],
  ])('ends with 2 for %j', async (args, says) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it('takes other parameters of an address for what they are', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve(({ url: path }, response) => {
      asked.push(path);
      response.end(decode(1));
    });
    const { code } = await run([`d=${url}?keyspace=a&author=b&name[]=vllm`, ...FAST]);
    expect([code, asked[0]]).toEqual([0, '/metrics?keyspace=a&author=b&name[]=vllm']);
  });

  it('shows nothing to a proxy that is for the other scheme', async () => {
    const asked: unknown[] = [];
    const proxy = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.end(decode(1));
    });
    const env = { HTTPS_PROXY: new URL(proxy).origin, HTTP_PROXY: '', http_proxy: '', ALL_PROXY: '', all_proxy: '' };
    const given = ['d=http://engine.invalid:8000', ...FAST];
    const { code } = await run(given, { ...env, NIXL_METRICS_TOKEN: 's3cr3t' });
    expect([code, asked]).toEqual([2, []]);
  });

  it('says how a certificate is trusted here', async () => {
    const server = createHttpsServer({ cert: SELF_SIGNED, key: KEY }, (_, response) => response.end(decode(1)));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `d=https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stderr } = await run([url, ...FAST, '--format', 'json']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'd: The certificate is signed by itself. Add it with `--ca FILE`, or check none with `--insecure`.\n',
    );
  });

  it('says which proxy of the environment cannot be read', async () => {
    const { code, stderr } = await run(['10.0.0.1:1'], { HTTPS_PROXY: 'socks5://proxy:1' });
    expect(code).toBe(2);
    expect(stderr).toContain('The proxy of the environment');
  });

  it('has a help of its own', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const option of ['--watch', '--replay', '--token-file', 'NIXL_METRICS_TOKEN'])
      expect(stdout).toContain(option);
  });
});

describe('nixl-lint metrics --watch', () => {
  function watch(args: readonly string[]) {
    let stderr = '';
    const child = spawn(NODE, [bundle('cli.js'), 'metrics', '--watch', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    return {
      child,
      lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
      ended,
      said: () => stderr,
    };
  }

  it('leaves no listener behind at the signal that ends it', async () => {
    const stopping = new AbortController();
    for (let turn = 0; turn < 3; turn++) await elapsed(1, stopping.signal);
    expect(getEventListeners(stopping.signal, 'abort')).toEqual([]);
    const waiting = elapsed(60_000, stopping.signal);
    stopping.abort();
    await waiting;
    await elapsed(60_000, stopping.signal);
    expect(getEventListeners(stopping.signal, 'abort')).toEqual([]);
  });

  it('warns of nothing, however often it reports', async () => {
    const url = await serve(pages(decode(1)));
    const { child, lines, ended, said } = watch([`d=${url}`, ...FAST, '--format', 'json']);
    for (let report = 0; report < 13; report++) await lines.next();
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(said()).toBe('');
  });

  it('reports what was read when it is interrupted before its first report', async () => {
    let answered: () => void;
    const wasRead = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const url = await serve((request, response) => {
      // A client that closes its connection has read the answer.
      response.setHeader('connection', 'close').end(decode(3));
      request.socket.on('close', () => answered());
    });
    const { child, lines, ended } = watch([`d=${url}`, '--interval', '1m', '--format', 'json']);
    await wasRead;
    child.kill('SIGINT');
    const { value } = await lines.next();
    expect(read(value).endpoints).toMatchObject([{ endpoint: 'd', state: 'ok', engines: [{ transfers: 0 }] }]);
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  it('says nothing of endpoints that nobody heard of yet', async () => {
    let asked: () => void;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await serve(() => asked());
    const { child, lines, ended } = watch([`d=${url}`, '--interval', '1m', '--format', 'json']);
    await isAsked;
    child.kill('SIGINT');
    expect((await lines.next()).done).toBe(true);
    expect(await ended).toEqual({ code: 2, signal: null });
  });

  it('prints an object a line until it is interrupted', async () => {
    let turn = 0;
    const url = await serve((_, response) => {
      turn += 1;
      response.end(decode(turn));
    });
    const { child, lines, ended } = watch([`d=${url}`, ...FAST, '--format', 'json']);
    const transfers: number[] = [];
    while ((transfers.at(-1) ?? 0) < 5) {
      const { value } = await lines.next();
      transfers.push(Number(read(value).endpoints[0]!.engines[0]?.transfers ?? 0));
    }
    expect(transfers).toEqual([...transfers].sort((a, b) => a - b));
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  it('ends with 1 when what holds last is critical, and with 2 when nobody answered', async () => {
    let failed = 0;
    const url = await serve((_, response) => {
      failed += 2;
      response.end(decode(0, failed));
    });
    const critical = watch([`d=${url}`, ...FAST, '--format', 'json']);
    for (let found = false; !found; ) {
      const { value } = await critical.lines.next();
      found = read(value).verdicts.some(({ severity }) => severity === 'critical');
    }
    critical.child.kill('SIGTERM');
    expect(await critical.ended).toEqual({ code: 1, signal: null });
    const nobody = watch(['d=127.0.0.1:1', ...FAST, '--format', 'json']);
    await nobody.lines.next();
    nobody.child.kill('SIGINT');
    expect(await nobody.ended).toEqual({ code: 2, signal: null });
  });

  it('ends when nobody reads any more', async () => {
    const url = await serve(pages(decode(1)));
    const { child, lines, ended } = watch([`d=${url}`, ...FAST, '--format', 'json']);
    await lines.next();
    child.stdout.destroy();
    expect((await ended).signal).toBeNull();
  });
});

describe('nixl-lint metrics --replay', () => {
  it('says on standard error what is to be said about an endpoint that is fine', async () => {
    const at = 1_790_000_000_000;
    const page = (start: number) => gaugeText('process_start_time_seconds', {}, start) + decode(10);
    await writeTree(cwd, {
      [`rec/d/${at}.prom`]: page(1_780_000_000),
      [`rec/d/${at + 2000}.prom`]: page(1_781_000_000),
      [`rec/d/${at + 4000}.prom`]: page(1_780_000_000),
    });
    const { stdout, stderr } = await run(['--replay', 'rec', '--format', 'json']);
    expect(read(stdout).endpoints).toMatchObject([{ endpoint: 'd', state: 'ok' }]);
    expect(stderr).toMatch(/^d: Different servers take turns behind this address/);
  });

  it('reports over the whole span, whatever was lost', async () => {
    const at = 1_790_000_000_000;
    await writeTree(cwd, {
      [`rec/decode/${at}.prom`]: decode(10),
      [`rec/decode/${at + 2000}.prom`]: decode(20),
      [`rec/decode/${at + 4000}.prom`]: '<html>',
      [`rec/decode/${at + 6000}.prom`]: decode(5, 1),
      [`rec/decode/${at + 8000}.prom`]: decode(50).slice(0, -2),
      [`rec/decode/${at + 10_000}.prom`]: decode(25, 1),
      [`rec/prefill/${at}.prom`]: decode(0),
      [`rec/prefill/${at + 2000}.prom`]: decode(0),
      'rec/notes.txt': 'mine',
    });
    const { code, stdout } = await run(['--replay', 'rec', '--format', 'json']);
    expect(code).not.toBe(2);
    const [first, second] = read(stdout).endpoints;
    expect(first).toMatchObject({ endpoint: 'decode', state: 'ok', engines: [{ transfers: 35, failedTransfers: 1 }] });
    expect(second).toMatchObject({
      endpoint: 'prefill',
      state: 'stale',
      engines: [{ transfers: 0, avgTransferMs: null }],
    });
  });

  it('reads a single saved page: nothing happened since the first one', async () => {
    await writeFile(join(cwd, 'saved.txt'), decode(10));
    const { stdout } = await run(['--replay', 'saved.txt', '--format', 'json']);
    expect(read(stdout).endpoints).toMatchObject([
      { endpoint: 'saved', engines: [{ transfers: 0, p90TransferMs: null }] },
    ]);
  });

  it('prints a table for people: pairs, engines, cards, and no control characters of others', async () => {
    const at = 1_790_000_000_000;
    const named = (text: string) => text.replaceAll('model_name="m"', 'model_name="\u001b[31mred"');
    await writeTree(cwd, {
      [`rec/decode/${at}.prom`]: named(decode(0)),
      [`rec/decode/${at + 2000}.prom`]: named(decode(100, 50)),
      [`rec/prefill/${at}.prom`]: named(decode(0)),
      [`rec/prefill/${at + 2000}.prom`]: named(decode(0)),
    });
    const { code, stdout } = await run(['--replay', 'rec']);
    expect(code).toBe(1);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(
      /^·\[31mred +1 → 1 +100 +1\.91 ms +≤ 5 ms +0\.4 ms +8 MiB +4\.39 GB\/s +0\.42 GB\/s +50 +0$/m,
    );
    expect(stdout).toMatch(/^decode +0 +decode +100 /m);
    expect(stdout).toMatch(/^critical {2}.*transfers-failing, decode, engine 0$/m);
    const colored = await run(['--replay', 'rec', '--color']);
    expect(colored.stdout).toContain('\u001b[1;31mcritical\u001b[0m');
  });
});
