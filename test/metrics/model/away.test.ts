import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';
import { look } from '../../../server/src/metrics/verdicts';
import { counterText, Fed, LABELS, type Transfer, transfersText } from './pages';

const MB = 2 ** 20;
const some = (count: number): Transfer[] =>
  Array.from({ length: count }, () => ({ time: 0.002, post: 0.0005, bytes: 8 * MB, descriptors: 512 }));
const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';
const FAILED = 'vllm:nixl_num_failed_transfers';
const page = (transfers: number, expired = 0) =>
  transfersText(LABELS, some(transfers)) + counterText(EXPIRED, LABELS, expired) + counterText(FAILED, LABELS, 0);

/** Two minutes of a pair, of which each side answers as long as it says. */
function pair(until: { readonly prefill: number; readonly decode: number }): Fed {
  const fed = new Fed();
  for (const role of ['prefill', 'decode'] as const) {
    fed.deployment.expect(role, `http://${role}/metrics`, role);
    for (let at = 0; at <= 120_000; at += 2000) {
      if (at > until[role]) fed.lost(role, at);
      else fed.page(role, at, role === 'decode' ? page(at / 1000) : page(0, at / 2000));
    }
  }
  return fed;
}

const update = (fed: Fed, now = 120_000) =>
  fed.deployment.update(now, { running: true, windowSeconds: 30, source: 'live' });

describe('an engine that is away for longer than the window', () => {
  it('has no figures, and not zero', () => {
    const { engines, pairs } = update(pair({ prefill: 120_000, decode: 90_000 }));
    const decode = engines.find(({ endpoint }) => endpoint === 'decode')!;
    for (const value of Object.values(decode.window)) expect(value).toBeNull();
    for (const value of Object.values(decode.serving)) expect(value).toBeNull();
    expect(decode.sinceStart.transfers).toBe(90);
    // Prefill counts no transfers; that of the pair is not its zero.
    expect(pairs[0]!.window).toMatchObject({
      transfers: null,
      transfersPerSecond: null,
      linkLoadMBps: null,
      inFlight: null,
      failedTransfers: null,
      kvExpired: 15,
    });
  });

  it('takes only what it counts from the pair', () => {
    const [found] = update(pair({ prefill: 90_000, decode: 120_000 })).pairs;
    expect(found!.window).toMatchObject({ transfers: 30, transfersPerSecond: 1, failedTransfers: 0, kvExpired: null });
  });

  it('has figures over the time that was seen', () => {
    const fed = pair({ prefill: 120_000, decode: 100_000 });
    // The window begins at 90 s; the last page came at 100 s.
    expect(update(fed).pairs[0]!.window).toMatchObject({ transfers: 10, transfersPerSecond: 1, linkLoadMBps: 8 });
    const seconds = (now: number) => {
      const { engines } = fed.deployment.watched(30, DEFAULT_THRESHOLDS, now);
      return engines.find(({ id }) => id.endpoint === 'decode')!.seconds;
    };
    expect(seconds(120_000)).toBe(10);
    // What was counted while it was away is told with the time that it took.
    fed.page('decode', 150_000, page(150));
    expect(seconds(150_000)).toBe(50);
    expect(update(fed, 150_000).engines.find(({ endpoint }) => endpoint === 'decode')!.window).toMatchObject({
      transfers: 50,
      transfersPerSecond: 1,
    });
  });
});

describe('an endpoint that was not asked yet', () => {
  it('is not called down, but hides its engines', () => {
    const fed = new Fed();
    fed.deployment.expect('decode', 'http://decode/metrics', 'decode');
    const found = () => look(fed.deployment.watched(60, DEFAULT_THRESHOLDS, 0)).map(({ id }) => id);
    expect(found()).toEqual([]);
    expect(fed.deployment.watched(60, DEFAULT_THRESHOLDS, 0).endpoints).toMatchObject([{ asked: false }]);
    fed.lost('decode', 0);
    expect(found()).toEqual(['endpoint-down']);
  });
});
