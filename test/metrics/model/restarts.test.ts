import { describe, expect, it } from 'vitest';
import { counterText, Fed, gaugeText, LABELS, type Transfer, transfersText } from './pages';

const MB = 2 ** 20;
const FAILED = 'vllm:nixl_num_failed_transfers';
const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';
const some = (count: number, time = 0.002): Transfer[] =>
  Array.from({ length: count }, () => ({ time, post: 0.0005, bytes: 8 * MB, descriptors: 512 }));
const page = (transfers: number, failed: number, more = '') =>
  transfersText(LABELS, some(transfers)) + counterText(FAILED, LABELS, failed) + more;

describe('increases since the first page', () => {
  it('do not mind lost scrapes', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100, 5));
    fed.page('d', 2000, page(110, 5));
    fed.lost('d', 4000);
    fed.lost('d', 6000);
    fed.page('d', 60_000, page(170, 9));
    expect(fed.engine('d')).toMatchObject({ transfers: 70, failedTransfers: 4, avgMBPerTransfer: 8 });
  });

  it('count the whole label set from zero where anything of it went down', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100, 5));
    fed.page('d', 2000, page(110, 6));
    // Transfers went down. Failures rose, from zero: 7 since the restart, not 1.
    fed.page('d', 4000, page(3, 7));
    expect(fed.engine('d')).toMatchObject({ transfers: 13, failedTransfers: 8 });
    expect(fed.deployment.update(4000, { running: true, windowSeconds: 60, source: 'live' }).engines[0]!.restarts).toBe(
      1,
    );
  });

  it('see a restart by one bucket, one sum, a moment of creation or the process', () => {
    const base = page(100, 5);
    const bucket = base.replace(/(vllm:nixl_xfer_time_seconds_bucket\{[^}]*le="0.005"\}) 100.0/, '$1 99.0');
    expect(bucket).not.toBe(base);
    const created = (at: number) => `${base}vllm:nixl_num_failed_transfers_created{engine="0",model_name="m"} ${at}\n`;
    const started = (at: number) => `${base}process_start_time_seconds ${at}\n`;
    for (const [before, after] of [
      [base, bucket],
      [created(1.7e9), created(1.7000001e9)],
      [started(1.7e9), started(1.70000001e9)],
    ] as const) {
      const fed = new Fed();
      fed.page('d', 0, before);
      fed.page('d', 2000, after);
      expect(fed.engine('d')).toMatchObject({ transfers: 100, failedTransfers: 5 });
    }
  });

  it('restart with the process for all engines of the page, else for one alone', () => {
    const two = (first: number, second: number, more = '') =>
      counterText(FAILED, { engine: '0', model_name: 'm' }, first) +
      counterText(FAILED, { engine: '1', model_name: 'm' }, second) +
      more;
    const fed = new Fed();
    fed.page('d', 0, two(10, 20));
    fed.page('d', 2000, two(4, 25));
    expect(fed.engine('d', '0').failedTransfers).toBe(4);
    expect(fed.engine('d', '1').failedTransfers).toBe(5);
    const whole = new Fed();
    whole.page('d', 0, two(10, 20, 'process_start_time_seconds 1\n'));
    whole.page('d', 2000, two(12, 25, 'process_start_time_seconds 2\n'));
    expect(whole.engine('d', '0').failedTransfers).toBe(12);
    expect(whole.engine('d', '1').failedTransfers).toBe(25);
  });

  it('of a series that the page with the restart does not have begin at zero too', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100, 5));
    fed.page('d', 2000, transfersText(LABELS, some(1)));
    fed.page('d', 4000, page(2, 6));
    expect(fed.engine('d')).toMatchObject({ transfers: 2, failedTransfers: 6 });
  });

  it('are not lost, and no restart seen, where a page broke off, lacks a series or has no number', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100, 5));
    const broken = page(120, 8);
    expect(fed.page('d', 2000, broken.slice(0, broken.length - 3)).complete).toBe(false);
    fed.page('d', 4000, transfersText(LABELS, some(130)));
    fed.page('d', 6000, transfersText(LABELS, some(140)) + counterText(FAILED, LABELS, 'NaN'));
    fed.page('d', 8000, page(150, 12));
    expect(fed.engine('d')).toMatchObject({ transfers: 50, failedTransfers: 7 });
    expect(fed.deployment.update(8000, { running: true, windowSeconds: 60, source: 'live' }).engines[0]!.restarts).toBe(
      0,
    );
  });

  it('begin at the first number where the first page has none', () => {
    const fed = new Fed();
    fed.page('d', 0, counterText(FAILED, LABELS, 'NaN'));
    fed.page('d', 2000, counterText(FAILED, LABELS, 500));
    fed.page('d', 4000, counterText(FAILED, LABELS, 503));
    expect(fed.engine('d').failedTransfers).toBe(3);
  });

  it('count an engine, or a series, that comes later from zero, but not an endpoint that does', () => {
    const fed = new Fed();
    fed.page('d', 0, page(100, 5));
    fed.page('late', 30_000, page(1000, 50));
    fed.page('d', 30_000, page(101, 5) + counterText(FAILED, { engine: '1', model_name: 'm' }, 7));
    fed.page(
      'd',
      32_000,
      page(101, 5, counterText(EXPIRED, LABELS, 2)) + counterText(FAILED, { engine: '1', model_name: 'm' }, 9),
    );
    expect(fed.engine('d').kvExpired).toBe(2);
    expect(fed.engine('d', '1').failedTransfers).toBe(9);
    expect(fed.engine('late')).toMatchObject({ transfers: 0, failedTransfers: 0 });
  });
});

describe('servers that take turns behind one address', () => {
  const answers = (fed: Fed, ...pages: readonly (readonly [start: number, transfers: number, failed: number])[]) => {
    for (const [index, [start, transfers, failed]] of pages.entries()) {
      fed.page('d', index * 2000, page(transfers, failed, `process_start_time_seconds ${start}\n`));
    }
    const { engines } = fed.deployment.update(20_000, { running: true, windowSeconds: 60, source: 'live' });
    return { ...fed.engine('d'), restarts: engines[0]!.restarts };
  };

  it('count each what it did between its own pages', () => {
    const turns = [
      [1000, 100, 0],
      [2000, 900, 50],
      [1000, 101, 0],
      [2000, 902, 50],
      [1000, 103, 1],
      [2000, 903, 52],
    ] as const;
    expect(answers(new Fed(), ...turns)).toMatchObject({
      transfers: 6,
      failedTransfers: 3,
      avgMBPerTransfer: 8,
      throughputMBps: expect.closeTo(4000, 6),
      p90TransferMs: { gt: 0, le: 5 },
      restarts: 0,
    });
  });

  it('may be three, and one of them may restart', () => {
    const turns = [
      [1000, 100, 0],
      [2000, 200, 0],
      [3000, 300, 0],
      [1000, 101, 0],
      [2000, 202, 0],
      [3000, 303, 0],
      [4000, 50, 0],
      [4000, 54, 0],
    ] as const;
    expect(answers(new Fed(), ...turns).transfers).toBe(10);
    // A restart before the second server came stays one.
    const restarted = [
      [1000, 100, 0],
      [2000, 5, 0],
      [3000, 300, 0],
      [2000, 7, 0],
      [3000, 301, 0],
    ] as const;
    expect(answers(new Fed(), ...restarted)).toMatchObject({ transfers: 8, restarts: 1 });
  });

  it('are known by the first page of one that began earlier', () => {
    expect(answers(new Fed(), [5000, 100, 0], [1000, 900, 0], [1000, 902, 0])).toMatchObject({ transfers: 2 });
  });

  it('have no increase below zero in any window', () => {
    const fed = new Fed();
    answers(fed, [1000, 100, 0], [2000, 900, 0], [1000, 101, 0], [2000, 902, 0]);
    expect(fed.deployment.watched(60, {} as never, 6000).endpoints).toMatchObject([{ label: 'd', shared: true }]);
    for (const seconds of [1, 2, 3, 4, 5, 60]) {
      const [engine] = fed.deployment.watched(seconds, {} as never, 6000).engines;
      expect(engine!.histogram('vllm:nixl_xfer_time_seconds')!.count).toBeGreaterThanOrEqual(0);
      expect(engine!.histogram('vllm:nixl_xfer_time_seconds')!.count).toBeLessThanOrEqual(3);
    }
  });
});

describe('windows', () => {
  const row = (fed: Fed, now: number, windowSeconds: number) =>
    fed.deployment.update(now, { running: true, windowSeconds, source: 'live' }).engines[0]!;

  it('hold what happened in them, through restarts and hours', () => {
    const fed = new Fed();
    let transfers = 0;
    const hours = 2 * 3600;
    for (let second = 0; second <= hours; second += 2) {
      if (second === 3600) transfers = 0;
      fed.page(
        'd',
        second * 1000,
        counterText('vllm:generation_tokens', LABELS, transfers) + counterText(FAILED, LABELS, 0),
      );
      transfers += 10;
    }
    const now = hours * 1000;
    for (const seconds of [10, 60, 300, 1800, 3000, 7000]) {
      const { serving } = row(fed, now, seconds);
      expect(serving.generationTokensPerSecond).toBeCloseTo(5, 1);
    }
    expect(row(fed, now, Number.POSITIVE_INFINITY).restarts).toBe(1);
  });

  it('hold a whole count of buckets that went beyond 32 bits', () => {
    const fed = new Fed();
    const counts = (count: number) =>
      `vllm:time_to_first_token_seconds_bucket{engine="0",model_name="m",le="+Inf"} ${count}\n` +
      `vllm:time_to_first_token_seconds_count{engine="0",model_name="m"} ${count}\n` +
      `vllm:time_to_first_token_seconds_sum{engine="0",model_name="m"} ${count / 4}\n`;
    fed.page('d', 0, counts(0));
    fed.page('d', 10_000, counts(2 ** 32 - 2));
    fed.page('d', 20_000, counts(2 ** 32 + 6));
    const [engine] = fed.deployment.watched(10, {} as never, 20_000).engines;
    expect(engine!.histogram('vllm:time_to_first_token_seconds')).toMatchObject({ count: 8, sum: 2 });
  });

  it('are empty, not old, when an endpoint has been silent for longer', () => {
    const fed = new Fed();
    fed.page('d', 0, page(0, 0));
    fed.page('d', 2000, page(50, 1));
    expect(row(fed, 4000, 60).window).toMatchObject({ transfers: 50, failedTransfers: 1 });
    expect(row(fed, 300_000, 60).window).toMatchObject({ transfers: null, failedTransfers: null, linkLoadMBps: null });
    expect(row(fed, 300_000, 60).sinceStart).toMatchObject({ transfers: 50, failedTransfers: 1 });
  });

  it('tell the lowest value of a gauge on the way', () => {
    const fed = new Fed();
    const waiting = 'vllm:num_requests_waiting';
    for (const [index, value] of [9, 3, 5, 4].entries()) fed.page('d', index * 2000, gaugeText(waiting, LABELS, value));
    const lowest = (seconds: number) => fed.deployment.watched(seconds, {} as never, 6000).engines[0]!.lowest!(waiting);
    expect(lowest(4)).toBe(3);
    expect(lowest(2)).toBe(4);
  });
});
