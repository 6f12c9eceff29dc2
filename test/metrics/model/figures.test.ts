import { describe, expect, it } from 'vitest';
import { mergeDistributions, quantile } from '../../../server/src/metrics/model';
import { Fed, LABELS, type Transfer, transfersText } from './pages';

const MB = 2 ** 20;

const even = (count: number, sums: { time: number; post: number; bytes: number; descriptors: number }): Transfer[] =>
  Array.from({ length: count }, () => ({
    time: sums.time / count,
    post: sums.post / count,
    bytes: sums.bytes / count,
    descriptors: sums.descriptors / count,
  }));

const reported = (transfers: readonly Transfer[]) => {
  const fed = new Fed();
  fed.page('decode', 0, transfersText(LABELS, []));
  fed.page('decode', 2000, transfersText(LABELS, transfers));
  return { report: fed.engine('decode'), fed };
};

describe('figures of transfers', () => {
  it('are those of a lab note: 32 requests of 512, 2048 and 8192 tokens', () => {
    // Sums of 32 transfers each, with what the note says of them: milliseconds, GB/s, descriptors.
    const cases = [
      { bytes: 0.94e9, time: 3.65, post: 0.121, descriptors: 1792, ms: 113.9, rate: 0.26e9 },
      { bytes: 2.82e9, time: 10.57, post: 0.142, descriptors: 5380, ms: 330.2, rate: 0.27e9 },
      { bytes: 14.069e9, time: 51.29, post: 0.714, descriptors: 26834, ms: 1602.7, rate: 0.27e9 },
    ];
    for (const { ms, rate, ...sums } of cases) {
      const { report } = reported(even(32, sums));
      expect(report.transfers).toBe(32);
      expect(Math.abs(report.avgTransferMs! - ms) / ms).toBeLessThan(0.01);
      expect(Math.abs(report.throughputMBps! * MB - rate) / rate).toBeLessThan(0.04);
      expect(report.avgDescriptors).toBeCloseTo(sums.descriptors / 32, 6);
      expect(report.avgPostMs).toBeCloseTo((sums.post / 32) * 1000, 6);
    }
  });

  it('are those of the log line of vLLM', () => {
    // n=4, avg 1.381 ms, P90 2.601 ms, post 0.672 ms, 2.25 MB, 1629.549 MB/s, 72 descriptors.
    const times = [0.000874, 0.001012, 0.00105, 0.002588];
    const { report } = reported(times.map((time) => ({ time, post: 0.000672, bytes: 2.25 * MB, descriptors: 72 })));
    expect(report).toEqual({
      engine: '0',
      model: 'm',
      transfers: 4,
      avgTransferMs: expect.closeTo(1.381, 3),
      p90TransferMs: { gt: 0, le: 5 },
      avgPostMs: expect.closeTo(0.672, 6),
      p90PostMs: { gt: 0, le: 1 },
      avgMBPerTransfer: 2.25,
      throughputMBps: expect.closeTo(1629.549, 0),
      avgDescriptors: 72,
      failedTransfers: null,
      failedNotifications: null,
      kvExpired: null,
    });
    const one = reported([{ time: 0.009862, post: 0.005693, bytes: 70 * MB, descriptors: 56 }]).report;
    expect(one.throughputMBps).toBeCloseTo(7097.952, 0);
    expect(one.p90TransferMs).toEqual({ gt: 5, le: 10 });
    expect(one.p90PostMs).toEqual({ gt: 5, le: 10 });
  });

  it('say what the link carried, how many were under way, and what pieces were like', () => {
    const { fed } = reported(even(10, { time: 4, post: 1, bytes: 40 * MB, descriptors: 640 }));
    const [row] = fed.deployment.update(2000, { running: true, windowSeconds: 60, source: 'live' }).engines;
    expect(row!.window).toMatchObject({
      linkLoadMBps: 20,
      inFlight: expect.closeTo(2, 9),
      transfersPerSecond: 5,
      bytesPerDescriptor: 65536,
      postShare: 0.25,
    });
  });

  it('are not known where nothing happened, and zero where nothing was counted', () => {
    const { report } = reported([]);
    expect(report).toMatchObject({
      transfers: 0,
      avgTransferMs: null,
      p90TransferMs: null,
      avgMBPerTransfer: null,
      throughputMBps: null,
      avgDescriptors: null,
    });
  });
});

describe('a percentile', () => {
  const seen = (counts: readonly number[], edges = [5, 10, Number.POSITIVE_INFINITY]) => {
    const buckets = edges.map((le, index) => ({ le, count: counts[index]! }));
    return { count: counts.at(-1)!, sum: 0, buckets };
  };

  it.each([
    [[9, 10, 10], { gt: 0, le: 5 }],
    [[8, 10, 10], { gt: 5, le: 10 }],
    [[8, 8, 10], { gt: 10, le: null }],
    [[0, 0, 1], { gt: 10, le: null }],
    [[1, 1, 1], { gt: 0, le: 5 }],
  ])('of %j is the first bucket that holds nine tenths', (counts, band) => {
    expect(quantile(seen(counts), 0.9)).toEqual(band);
  });

  it('of nothing is nothing', () => {
    expect(quantile(seen([0, 0, 0]), 0.9)).toBeNull();
    expect(quantile({ count: 3, sum: 1, buckets: [] }, 0.9)).toBeNull();
  });

  it('of engines with other buckets goes by the edges that all have', () => {
    const merged = mergeDistributions([seen([1, 2, 2]), seen([3, 7, 8], [5, 20, Number.POSITIVE_INFINITY])])!;
    expect(merged.buckets).toEqual([
      { le: 5, count: 4 },
      { le: Number.POSITIVE_INFINITY, count: 10 },
    ]);
    expect(quantile(merged, 0.9)).toEqual({ gt: 5, le: null });
  });
});
