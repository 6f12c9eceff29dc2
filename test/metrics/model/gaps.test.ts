import { describe, expect, it } from 'vitest';
import { counterText, Fed, LABELS, type Transfer, transfersText } from './pages';

const MB = 2 ** 20;
const some = (count: number): Transfer[] =>
  Array.from({ length: count }, () => ({ time: 0.002, post: 0.0005, bytes: 8 * MB, descriptors: 512 }));
const page = (count: number) => transfersText(LABELS, some(count));
const SUM = /(?<=^vllm:nixl_xfer_time_seconds_sum\{[^}]*\} ).*$/m;
const without = (text: string, line: RegExp) => {
  const left = text.replace(line, '');
  expect(left).not.toBe(text);
  return left;
};
const sumless = (text: string) => without(text, /^vllm:nixl_xfer_time_seconds_sum.*\n/m);
const WINDOW = { running: true, source: 'live' } as const;

describe('a histogram of which a page lacks a part', () => {
  it.each([
    ['lacks its sum', (text: string) => sumless(text)],
    ['has no number for its sum', (text: string) => text.replace(SUM, 'NaN')],
    ['has something malformed for its sum', (text: string) => text.replace(SUM, '1..2')],
  ])('has no mean where its last page %s, and has it again with the next one', (_, spoilt) => {
    const fed = new Fed();
    fed.page('d', 0, page(100));
    fed.page('d', 2000, spoilt(page(110)));
    expect(fed.engine('d')).toMatchObject({
      transfers: 10,
      avgTransferMs: null,
      throughputMBps: null,
      avgMBPerTransfer: 8,
      p90TransferMs: { gt: 0, le: 5 },
    });
    const window = () => fed.deployment.update(2000, { ...WINDOW, windowSeconds: 60 }).engines[0]!.window;
    expect(window()).toMatchObject({ avgTransferMs: null, inFlight: null, throughputMBps: null, postShare: null });
    fed.page('d', 4000, page(120));
    expect(fed.engine('d')).toMatchObject({ transfers: 20, throughputMBps: expect.closeTo(4000, 3) });
    expect(fed.engine('d').avgTransferMs).toBeCloseTo(2, 6);
  });

  it('has the mean of those values whose sum is known', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100));
    fed.page('d', 2000, page(110));
    fed.page('d', 4000, sumless(page(210)));
    expect(fed.engine('d')).toMatchObject({ transfers: 110, throughputMBps: null });
    expect(fed.engine('d').avgTransferMs).toBeCloseTo(2, 6);
  });

  it('has no mean where no page has its sum', () => {
    const fed = new Fed();
    for (const count of [100, 110]) fed.page('d', count * 1000, sumless(page(count)));
    expect(fed.engine('d')).toMatchObject({ transfers: 10, avgTransferMs: null, throughputMBps: null });
  });

  it.each([
    ['sum', 20, /^vllm:nixl_xfer_time_seconds_sum.*\n/m],
    ['count', 10, /^vllm:nixl_xfer_time_seconds_count.*\n/m],
    ['bucket', 20, /^vllm:nixl_xfer_time_seconds_bucket.*le="0.005".*\n/m],
    ['last bucket', 20, /^vllm:nixl_xfer_time_seconds_bucket.*Inf.*\n/m],
  ])('does not count a %s from zero that the first page lacks', (_, counted, line) => {
    const fed = new Fed();
    fed.page('d', 0, without(page(100), line));
    fed.page('d', 2000, page(110));
    fed.page('d', 4000, page(120));
    const { transfers, avgTransferMs, p90TransferMs } = fed.engine('d');
    expect(transfers).toBe(counted);
    expect(avgTransferMs).toBeCloseTo(2, 6);
    expect(p90TransferMs).toEqual({ gt: 0, le: 5 });
  });

  it('counts its buckets together', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100));
    fed.page('d', 2000, page(110));
    // Without the bucket that holds all of them, values would seem to be larger.
    fed.page('d', 4000, without(page(1000), /^vllm:nixl_xfer_time_seconds_bucket.*le="0.005".*\n/m));
    expect(fed.engine('d')).toMatchObject({ transfers: 900, p90TransferMs: { gt: 0, le: 5 } });
  });

  it('may have other buckets after a restart, or for good', () => {
    for (const turns of [1, 3]) {
      const fed = new Fed();
      const line = /^vllm:nixl_xfer_time_seconds_bucket.*le="0.01".*\n/m;
      fed.page('d', 0, page(100));
      const first = turns === 1 ? 5 : 110;
      for (let turn = 0; turn < turns; turn += 1) fed.page('d', 2000 + turn, without(page(first), line));
      fed.page('d', 4000, without(page(first + 5), line));
      const [engine] = fed.deployment.watched(60, {} as never).engines;
      expect(engine!.histogram('vllm:nixl_xfer_time_seconds')!.buckets.at(-1)!.count).toBe(
        first + 5 - (turns === 1 ? 0 : 100),
      );
    }
  });

  it('sums what is known through a restart', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100));
    fed.page('d', 2000, sumless(page(110)));
    fed.page('d', 4000, sumless(page(5)));
    fed.page('d', 6000, page(20));
    // Of the ten before the restart nobody knows the sum.
    expect(fed.engine('d').transfers).toBe(30);
    expect(fed.engine('d').avgTransferMs).toBeCloseTo(2, 6);
  });

  it('keeps its mean where different servers take turns', () => {
    const fed = new Fed();
    const from = (start: number, text: string) => `process_start_time_seconds ${start}\n${text}`;
    fed.page('d', 0, from(1000, page(100)));
    fed.page('d', 2000, from(2000, page(700)));
    fed.page('d', 4000, from(1000, page(110)));
    fed.page('d', 6000, from(2000, page(720)));
    fed.page('d', 8000, from(1000, page(115)));
    const { transfers, avgTransferMs } = fed.engine('d');
    expect(transfers).toBe(35);
    expect(avgTransferMs).toBeCloseTo(2, 6);
  });
});

describe('engines whose labels change with every page', () => {
  it('are few', () => {
    const fed = new Fed();
    for (let turn = 0; turn < 20; turn += 1) {
      const text = Array.from({ length: 600 }, (_, index) =>
        counterText('vllm:nixl_num_failed_transfers', { engine: `${index}`, model_name: `m${turn}_${index}` }, 1),
      );
      fed.page('d', turn * 2000, text.join(''));
      expect(fed.deployment.report().endpoints[0]!.engines.length).toBeLessThanOrEqual(256);
    }
    expect(fed.deployment.memory).toBeLessThan(10_000_000);
    expect(fed.deployment.update(40_000, { ...WINDOW, windowSeconds: 60 }).endpoints[0]!.problem).toMatch(/left out/);
  });
});
