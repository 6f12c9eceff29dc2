import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MetricsWorker } from '../../server/src/lsp/metrics/metrics-worker';
import type { Order } from '../../server/src/metrics/worker/messages';

/** Says what it was told as `problem`s; `boom` in a source's label ends it, `full` makes it take too much memory. */
const THREAD = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (order) => {
  parentPort.postMessage({ kind: 'problem', message: JSON.stringify(order) });
  if (order.kind === 'ask') {
    if (order.what === 'history') parentPort.postMessage({ kind: 'answer', id: order.id, answer: ['curve'] });
    if (order.what === 'generate') parentPort.postMessage({ kind: 'problem', id: order.id, message: 'no pairs' });
    if (order.what === 'export') throw new Error('boom');
  }
  const label = order.kind === 'start' && order.params.sources[0].label;
  if (label === 'boom') throw new Error('boom');
  if (label === 'full') { const all = []; for (;;) all.push(new Array(1e6).fill({})); }
});
`;

let folder: string;
let said: string[];
let gone: number;
let wake: () => void;
let worker: MetricsWorker;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nixl thread '));
  const file = join(folder, 'thread.cjs');
  await writeFile(file, THREAD);
  said = [];
  gone = 0;
  wake = () => undefined;
  worker = new MetricsWorker(
    {
      report: () => undefined,
      problem: (message) => {
        said.push(message);
        wake();
      },
      gone: () => {
        gone += 1;
        wake();
      },
    },
    file,
    { maxOldGenerationSizeMb: 16 },
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function until(found: () => boolean): Promise<void> {
  while (!found()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const start = (label: string): Extract<Order, { kind: 'start' }> => ({
  kind: 'start',
  params: { sources: [{ kind: 'demo', label, scenario: 'healthy' }], intervalMs: 2000 },
});

const kinds = () => said.flatMap((text) => (text.startsWith('{') ? JSON.parse(text).kind : text));

describe('the thread that watches metrics', () => {
  it('is started with the first start, and told what was said before', async () => {
    expect(await worker.ask('history', { from: 0, to: 1, points: 1, charts: [], by: 'pair' })).toBeUndefined();
    worker.order({ kind: 'token', origin: 'http://a', token: 'secret' });
    worker.order({ kind: 'subscribe', visible: true });
    expect(said).toEqual([]);
    worker.order(start('fine'));
    await until(() => said.length === 3);
    expect(kinds()).toEqual(['token', 'subscribe', 'start']);
    expect(await worker.ask('history', { from: 0, to: 1, points: 1, charts: [], by: 'pair' })).toEqual(['curve']);
    await expect(worker.ask('generate', { what: 'alerts' })).rejects.toThrow('no pairs');
    worker.end();
    await expect(worker.ask('generate', { what: 'alerts' })).resolves.toBeUndefined();
    expect(gone).toBe(0);
  });

  it('is started again once when it ends by itself, and begins where it was', async () => {
    worker.order({ kind: 'token', origin: 'http://a', token: 'secret' });
    worker.order(start('boom'));
    await until(() => gone === 1);
    expect(kinds()).toEqual([
      'token',
      'start',
      'Watching metrics broke off (boom); it begins anew.',
      'token',
      'start',
      'Watching metrics broke off (boom).',
    ]);
    worker.order(start('fine'));
    await until(() => said.at(-1)!.includes('"fine"'));
    worker.end();
  });

  it('lets nobody wait who asked it, and stays away after a stop', async () => {
    worker.order(start('fine'));
    worker.order({ kind: 'stop' });
    await expect(worker.ask('export', { format: 'csv' })).rejects.toThrow('Watching metrics broke off: boom.');
    await until(() => gone === 1);
    expect(kinds().at(-1)).toBe('Watching metrics broke off (boom).');
  });

  it('has bounded memory', async () => {
    worker.order(start('full'));
    await until(() => gone === 1);
    expect(said.filter((text) => text.includes('out of memory'))).toEqual([
      'Watching metrics broke off (out of memory); it begins anew.',
      'Watching metrics broke off (out of memory).',
    ]);
  });
});
