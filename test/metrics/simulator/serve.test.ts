import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Served, type ServeOptions, serve } from '../../../server/src/metrics/simulator';
import { Figures, START, simulationOf } from './support';

const root = join(import.meta.dirname, '../../..');

describe('serving', () => {
  const open: Served[] = [];

  afterEach(async () => {
    await Promise.all(open.splice(0).map((served) => served.close()));
  });

  async function served(id: string, options: ServeOptions = {}): Promise<Served> {
    const one = await serve(simulationOf(id), { clock: () => START + 5000, ...options });
    open.push(one);
    return one;
  }

  it('gives each endpoint a port of its own, on the loopback interface', async () => {
    const { endpoints } = await served('healthy');
    expect(endpoints.map(({ label, role }) => [label, role])).toEqual([
      ['prefill', 'prefill'],
      ['decode', 'decode'],
    ]);
    expect(new Set(endpoints.map(({ url }) => new URL(url).port)).size).toBe(2);
    for (const { label, url } of endpoints) {
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
      const answer = await fetch(url);
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await answer.text()).toBe(simulationOf('healthy').page(label, START + 5000));
      expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
    }
  });

  it('or all of them one port', async () => {
    const { endpoints } = await served('rust', { onePort: true });
    expect(new Set(endpoints.map(({ url }) => new URL(url).port)).size).toBe(1);
    const answer = await fetch(endpoints[1]!.url);
    expect(endpoints[1]!.url).toMatch(/\/decode\/metrics$/);
    expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(await answer.text()).toMatch(/# EOF\n$/);
    expect((await fetch(new URL('/other/metrics', endpoints[0]!.url))).status).toBe(404);
  });

  it('moves with its clock', async () => {
    let now = START;
    const { endpoints } = await served('healthy', { clock: () => now });
    const transfers = async () => {
      const text = await (await fetch(endpoints[1]!.url)).text();
      return new Figures(text).sum('vllm:nixl_xfer_time_seconds', 'count');
    };
    const before = await transfers();
    now += 10_000;
    expect(await transfers()).toBeGreaterThan(before);
  });

  it('does not answer for an engine that is away', async () => {
    const { endpoints } = await served('outage', { clock: () => START + 30_000 });
    await expect(fetch(endpoints[1]!.url)).rejects.toThrow();
    expect((await fetch(endpoints[0]!.url)).ok).toBe(true);
  });

  it('says that a port is taken, and leaves nothing open', async () => {
    const { endpoints } = await served('healthy');
    const port = Number(new URL(endpoints[1]!.url).port);
    await expect(serve(simulationOf('healthy'), { port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('npm run simulate', () => {
  const simulate = (...args: string[]) =>
    promisify(execFile)(join(root, 'node_modules/.bin/node'), [join(root, 'scripts/simulate.mts'), ...args]);

  it('records pages without waiting', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nixl-simulate-'));
    try {
      const { stdout } = await simulate(
        '--scenario',
        'rust',
        '--engines',
        '3',
        '--record',
        folder,
        '--for',
        '1m',
        '--every',
        '20s',
      );
      expect(stdout).toContain('12 pages of rust');
      expect((await readdir(folder)).sort()).toEqual(['decode-0', 'decode-1', 'prefill']);
      const pages = (await readdir(join(folder, 'decode-1'))).sort();
      const times = pages.map((page) => Number(/^(\d{13})\.prom$/.exec(page)?.[1]));
      expect(times.map((time) => time - times[0]!)).toEqual([0, 20_000, 40_000, 60_000]);
      expect(await readFile(join(folder, 'decode-1', pages[3]!), 'utf8')).toMatch(/# EOF\n$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('prints where it serves, and ends when it is told to', async () => {
    const { stdout } = await simulate('--port', '0', '--for', '50ms');
    expect(stdout).toMatch(/^decode {2}http:\/\/127\.0\.0\.1:\d+\/metrics$/m);
  });

  it('refuses what it does not know', async () => {
    await expect(simulate('--scenario', 'nope')).rejects.toThrow('There is no scenario nope.');
    await expect(simulate('--for', 'soon')).rejects.toThrow('--for takes a time');
  });

  it.each([
    [['--engines', '65'], '--engines takes a whole number from 1 up to 64, not 65.'],
    [['--engines', '1.5'], '--engines takes a whole number from 1 up to 64, not 1.5.'],
    [['--port', '-1'], '--port takes a whole number from 0 up to 65535, not -1.'],
    [['--speed=-1'], '--speed takes a number from 0.001 up to 1000000000, not -1.'],
    [['--seed', '2.5'], '--seed takes a whole number from 0 up to 1000000000, not 2.5.'],
    [['--loud'], "Unknown option '--loud'. --help tells the options."],
    [['stray'], "Unexpected argument 'stray'. --help tells the options."],
    [['--port'], "Option '--port <value>' argument missing. --help tells the options."],
  ])('ends with 2 and a line for %j', async (args, line) => {
    await expect(simulate(...args)).rejects.toMatchObject({ code: 2, stdout: '', stderr: `${line}\n` });
  });

  it('has a help', async () => {
    const { stdout } = await simulate('--help');
    expect(stdout).toMatch(/^Usage: npm run simulate -- \[OPTIONS\]$/m);
    for (const option of ['--engines', '--record', '--list']) expect(stdout).toContain(option);
  });
});
