import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../../server/src/cli/metrics/replay';
import { counterText, LABELS, transfersText } from './pages';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nixl-replay-'));
});

afterEach(() => rm(folder, { recursive: true }));

const FAILED = 'vllm:nixl_num_failed_transfers';
const put = async (endpoint: string, at: number, text: string) => {
  await mkdir(join(folder, endpoint), { recursive: true });
  await writeFile(join(folder, endpoint, `${at}.prom`), text);
};
const failures = (value: number) => counterText(FAILED, LABELS, value);
const report = async () => (await replay(folder, { roles: new Map() })).report();

describe('a recording', () => {
  it('may leave out the last line end of all pages', async () => {
    for (const turn of [0, 1, 2, 3]) await put('d', 1e12 + turn * 2000, failures(turn * 10).trimEnd());
    expect((await report()).endpoints).toMatchObject([{ state: 'ok', engines: [{ failedTransfers: 30 }] }]);
  });

  it('loses a page that broke off where others end', async () => {
    for (const turn of [0, 1, 2, 3]) await put('d', 1e12 + turn * 2000, failures(100 + turn * 10));
    const cut = failures(140).trimEnd();
    // The number is cut: 1 instead of 140.
    await put('d', 1e12 + 8000, cut.slice(0, cut.length - 2));
    await put('d', 1e12 + 10_000, failures(150));
    expect((await report()).endpoints).toMatchObject([{ state: 'ok', engines: [{ failedTransfers: 50 }] }]);
  });

  it('loses pages that broke off, also where most of them do', async () => {
    const whole = `${failures(100)}${counterText('vllm:nixl_num_kv_expired_reqs', LABELS, 1)}`;
    await put('d', 1e12, whole);
    for (const turn of [1, 2]) await put('d', 1e12 + turn * 2000, failures(150).trimEnd().slice(0, -1));
    expect((await report()).endpoints).toMatchObject([{ state: 'stale', engines: [{ failedTransfers: 0 }] }]);
  });

  it('may leave out the last line end where pages of errors have it', async () => {
    for (const turn of [0, 1, 2]) {
      await put('d', 1e12 + turn * 6000, failures(100 + turn * 10).trimEnd());
      await put('d', 1e12 + turn * 6000 + 2000, '<html></html>\n');
      if (turn < 2) await put('d', 1e12 + turn * 6000 + 4000, '<html></html>\n');
    }
    expect((await report()).endpoints).toMatchObject([{ state: 'stale', engines: [{ failedTransfers: 20 }] }]);
  });

  it('loses a page that was cut between two lines of a histogram', async () => {
    const page = (count: number) => {
      const transfer = { time: 0.002, post: 0.001, bytes: 2 ** 20, descriptors: 5 };
      return transfersText(
        LABELS,
        Array.from({ length: count }, () => transfer),
      );
    };
    const cut = (text: string) => text.split('\n').slice(0, 8).join('\n').concat('\n');
    await put('d', 1e12, cut(page(1000)));
    await put('d', 1e12 + 2000, page(1010));
    await put('d', 1e12 + 4000, page(1020));
    await put('d', 1e12 + 6000, cut(page(5000)));
    expect((await report()).endpoints).toMatchObject([{ engines: [{ transfers: 10, avgMBPerTransfer: 1 }] }]);
  });

  it('may begin with the mark of UTF-8', async () => {
    for (const turn of [0, 1]) await put('d', 1e12 + turn * 2000, `\uFEFF${failures(turn * 10)}`);
    expect((await report()).endpoints).toMatchObject([{ state: 'ok', engines: [{ failedTransfers: 10 }] }]);
  });

  it('tells who was not heard to the end', async () => {
    for (let turn = 0; turn < 30; turn += 1) {
      await put('heard', 1e12 + turn * 10_000, failures(0));
      if (turn < 20) await put('lost', 1e12 + turn * 10_000, failures(0));
      if (turn < 29) await put('late', 1e12 + turn * 10_000, failures(0));
    }
    const { endpoints } = await report();
    expect(endpoints.map(({ endpoint, state }) => [endpoint, state])).toEqual([
      ['heard', 'ok'],
      ['late', 'ok'],
      ['lost', 'stale'],
    ]);
  });
});
