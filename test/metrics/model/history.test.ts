import { describe, expect, it } from 'vitest';
import { CHARTS } from '../../../server/src/metrics/model';
import { counterText, Fed, gaugeText, LABELS, type Transfer, transfersText } from './pages';

const MB = 2 ** 20;
const some = (count: number, time = 0.02): Transfer[] =>
  Array.from({ length: count }, () => ({ time, post: 0.001, bytes: 4 * MB, descriptors: 64 }));
const TOKENS = 'vllm:generation_tokens';

/** Ten tokens a second and a gauge that counts seconds, for so many seconds. */
function steady(seconds: number, endpoints = ['decode'], intervalMs = 2000) {
  const fed = new Fed(intervalMs);
  for (let at = 0; at <= seconds * 1000; at += intervalMs) {
    for (const [index, endpoint] of endpoints.entries()) {
      const own = at + (index * intervalMs) / endpoints.length;
      const text =
        counterText(TOKENS, LABELS, own / 100) + gaugeText('vllm:num_requests_running', LABELS, Math.floor(own / 1000));
      fed.page(endpoint, own, text);
    }
  }
  return fed;
}

const curves = (
  fed: Fed,
  chart: string,
  from: number,
  to: number,
  points = 100,
  by: 'engine' | 'pair' | 'role' = 'engine',
) => fed.deployment.history({ from, to, points, charts: [chart], by })[0]!;

describe('curves', () => {
  it('have a point for every page of the last ten minutes, and fewer of older ones', () => {
    const fed = steady(4 * 3600);
    const now = 4 * 3600 * 1000;
    const spans: readonly (readonly [number, number])[] = [
      [300, 2],
      [600, 2],
      [3000, 10],
      [3 * 3600, 60],
    ];
    for (const [span, step] of spans) {
      const { times, lines } = curves(fed, 'generation-tokens', now - span * 1000, now, 1e6);
      expect(times[1]! - times[0]!).toBe(step * 1000);
      expect(lines[0]!.values).toHaveLength(times.length);
      for (const value of lines[0]!.values) expect(value).toBeCloseTo(10, 6);
    }
  });

  it('have as many points as were asked for, over the whole stretch', () => {
    const fed = steady(600);
    const { times, lines } = curves(fed, 'generation-tokens', 0, 600_000, 60);
    expect(times).toEqual(Array.from({ length: 60 }, (_, index) => (index + 1) * 10_000));
    for (const value of lines[0]!.values) expect(value).toBeCloseTo(10, 6);
    expect(curves(fed, 'generation-tokens', 0, 600_000, 1e6).times).toHaveLength(300);
    expect(curves(fed, 'generation-tokens', 600_000, 600_000).times).toEqual([]);
  });

  it('count nothing twice and lose nothing, however they are asked for', () => {
    const fed = new Fed();
    let failed = 0;
    let asked = 0;
    const seen: number[] = [];
    const ask = (to: number) => {
      const { times, lines } = curves(fed, 'failed', asked, to, 3);
      seen.push(...(lines[0]?.values ?? []).map((value) => value ?? 0));
      asked = times.at(-1) ?? asked;
    };
    // Pages that come unevenly, and questions that do not wait for them.
    for (let at = 0; at < 120_000; at += 1300 + ((at * 7) % 1900)) {
      fed.page('d', at, counterText('vllm:nixl_num_failed_transfers', LABELS, failed));
      if (at % 3 !== 0) ask(at + 400);
      failed += 3;
    }
    ask(130_000);
    expect(seen.reduce((sum, value) => sum + value, 0)).toBe(fed.engine('d').failedTransfers);
    expect(fed.engine('d').failedTransfers).toBeGreaterThan(100);
  });

  it('break where an endpoint was not heard, and do not where it was a little late', () => {
    const fed = new Fed();
    for (const second of [0, 2, 4, 7, 9, 11, 60, 62, 64]) {
      fed.page('d', second * 1000, counterText(TOKENS, LABELS, second * 10));
    }
    const { times, lines } = curves(fed, 'generation-tokens', 0, 64_000, 1000);
    const known = times.filter((_, index) => lines[0]!.values[index] !== null);
    expect(known).toEqual([2, 4, 6, 8, 10, 12, 60, 62, 64].map((second) => second * 1000));
    for (const value of lines[0]!.values) if (value !== null) expect(value).toBeCloseTo(10, 6);
  });

  it('do not dip at their end, where not everybody was asked yet', () => {
    const fed = steady(60, ['decode-a', 'decode-b', 'decode-c', 'decode-d']);
    const { lines } = curves(fed, 'generation-tokens', 20_000, 61_500, 1000, 'role');
    expect(lines.map(({ key }) => key)).toEqual(['decode']);
    for (const value of lines[0]!.values) expect(value).toBeCloseTo(40, 6);
  });

  it('end with the last page: what is asked for beyond gives nothing', () => {
    const { times, lines } = curves(steady(60), 'running', 50_000, 90_000, 20);
    expect(times.map((time) => time / 1000)).toEqual([52, 54, 56, 58, 60]);
    expect(lines[0]!.values).toEqual([52, 54, 56, 58, 60]);
    expect(curves(steady(60), 'running', 60_000, 90_000, 20).times).toEqual([]);
    expect(curves(new Fed(), 'running', 0, 90_000, 20).times).toEqual([]);
  });

  it('do not carry the last value of an engine on that others outlive', () => {
    const fed = steady(60, ['decode-a', 'decode-b']);
    for (let at = 62_000; at <= 80_000; at += 2000) fed.page('decode-b', at, counterText(TOKENS, LABELS, at / 100));
    const { times, lines } = curves(fed, 'generation-tokens', 40_000, 80_000, 20);
    const known = times.filter((_, index) => lines[0]!.values[index] !== null);
    expect(times.at(-1)).toBe(80_000);
    expect(known.at(-1)! - 60_000).toBeLessThanOrEqual(4000);
    expect(lines[1]!.values.at(-1)).toBeCloseTo(10, 6);
  });

  it('have a point for every page, however long states wait for one', () => {
    const fed = new Fed(2000, 30_000);
    for (let at = 0; at <= 60_000; at += 2000) fed.page('d', at, counterText(TOKENS, LABELS, at / 100));
    expect(curves(fed, 'generation-tokens', 0, 60_000).times).toHaveLength(30);
    const state = (now: number) =>
      fed.deployment.update(now, { running: true, windowSeconds: 60, source: 'prometheus' }).endpoints[0]!.state;
    expect([state(140_000), state(151_000)]).toEqual(['no-nixl', 'stale']);
    const seldom = new Fed();
    for (let at = 0; at <= 60_000; at += 15_000) seldom.page('d', at, counterText(TOKENS, LABELS, at / 100));
    expect(curves(seldom, 'generation-tokens', 0, 60_000).times).toEqual([15_000, 30_000, 45_000, 60_000]);
  });

  it('of a pair break where the side that counts transfers is away', () => {
    const fed = new Fed();
    for (let at = 0; at <= 40_000; at += 2000) {
      const labels = (engine_type: string) => ({ ...LABELS, engine_type });
      fed.page('prefill', at, transfersText(labels('prefill'), []));
      if (at <= 20_000) fed.page('decode', at, transfersText(labels('decode'), some(at / 2000)));
    }
    for (const [name, role] of [
      ['prefill', 'prefill'],
      ['decode', 'decode'],
    ] as const) {
      fed.deployment.expect(name, `http://${name}/metrics`, role);
    }
    const { times, lines } = curves(fed, 'link-load', 0, 40_000, 20, 'pair');
    const values = lines[0]!.values;
    expect(times[9]).toBe(20_000);
    expect(values[9]).toBeCloseTo(2, 6);
    expect(values.slice(12)).toEqual(Array.from({ length: 8 }, () => null));
  });

  it('show gauges as they were', () => {
    const { times, lines } = curves(steady(60), 'running', 10_000, 60_000, 10);
    expect(lines[0]!.values).toEqual(times.map((time) => time / 1000 - ((time / 1000) % 2)));
  });

  it('mark restarts, and count through them', () => {
    const fed = new Fed();
    for (const [index, tokens] of [100, 120, 140, 20, 40].entries()) {
      fed.page('d', index * 2000, counterText(TOKENS, LABELS, tokens));
    }
    const { lines, restarts } = curves(fed, 'generation-tokens', 0, 8000);
    expect(lines[0]!.values).toEqual([10, 10, 10, 10]);
    expect(restarts).toEqual([{ at: 6000, key: lines[0]!.key }]);
  });

  it('of buckets have a line for each, of all engines together', () => {
    const fed = new Fed();
    for (const endpoint of ['decode-a', 'decode-b']) {
      fed.page(endpoint, 0, transfersText(LABELS, []));
      fed.page(endpoint, 2000, transfersText(LABELS, [...some(3, 0.001), ...some(2, 0.02), ...some(1, 9)]));
    }
    const { lines } = curves(fed, 'transfer-time-buckets', 0, 2000);
    const seen = lines.filter(({ values }) => values[0] !== 0).map(({ key, values }) => [key, values[0]]);
    expect(seen).toEqual([
      ['5', 6],
      ['25', 4],
      ['+Inf', 2],
    ]);
    expect(lines.map(({ key }) => key).slice(0, 3)).toEqual(['5', '10', '25']);
  });

  it('can all be computed, of nothing and of something', () => {
    const charts = CHARTS.map(({ id }) => id);
    const nothing = new Fed();
    const params = { from: 0, to: 10_000, points: 5, charts, by: 'pair' } as const;
    expect(nothing.deployment.history(params).map(({ chart }) => chart)).toEqual(charts);
    const fed = new Fed();
    fed.page('decode', 0, transfersText(LABELS, []));
    fed.page('decode', 2000, transfersText(LABELS, some(8)));
    fed.page('decode', 4000, transfersText(LABELS, some(20)));
    const found = Object.fromEntries(
      fed.deployment
        .history({ ...params, to: 4000, by: 'engine' })
        .map(({ chart, lines }) => [chart, lines[0]?.values.at(-1)]),
    );
    expect(found).toMatchObject({
      'link-load': 24,
      transfers: 6,
      'transfer-size': 4,
      descriptors: 64,
      'transfer-time-p90': 25,
      ttft: null,
      failed: null,
    });
    expect(found['transfer-time']).toBeCloseTo(20, 6);
    expect(found['post-share']).toBeCloseTo(5, 6);
  });
});
