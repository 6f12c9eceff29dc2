import { describe, expect, test } from 'vitest';
import { health } from '../../client/webview/health';
import { figuresOf, figuresText, sides } from '../../client/webview/sections/pair-figures';
import { totals } from '../../client/webview/totals';
import type { EngineRow, MetricsUpdate, TransferFigures } from '../../protocol/metrics';
import { Feed, type FeedOptions, START } from '../../scripts/panel/feed.mts';

function updateOf(mood: FeedOptions['mood']): MetricsUpdate {
  return new Feed({ prefill: 2, decode: 2, mood }).update(START);
}

function withWindows(update: MetricsUpdate, change: Partial<TransferFigures>): MetricsUpdate {
  const engines = update.engines.map((row): EngineRow => ({ ...row, window: { ...row.window, ...change } }));
  return { ...update, engines };
}

describe('the first line', () => {
  test('says that KV moves, how fast, and that nothing fails', () => {
    const { tone, text } = health(updateOf('healthy'));
    expect(tone).toBe('good');
    expect(text).toMatch(
      /^Prefill and decode exchange KV: [\d.]+ transfers\/s, [\d.]+ ms each, [\d.]+ MB\/s on the link; nothing fails\.$/,
    );
  });

  test('counts what fails and what cannot be seen', () => {
    const { tone, text } = health(updateOf('failing'));
    expect(tone).toBe('critical');
    expect(text).toContain('24 transfers failed, the KV of 8 requests expired in the last 60 s');
    expect(text).toContain('1 of 4 endpoints cannot be seen: 1 stale');
  });

  test('tells nothing moving from nothing known', () => {
    expect(health(updateOf('idle'))).toEqual({ tone: 'idle', text: 'No KV was transferred in the last 60 s.' });
    const unknown = { ...updateOf('first-page'), recorded: { from: START, to: START } };
    expect(health(unknown)).toEqual({ tone: 'unknown', text: 'The first figures come with the second page.' });
  });

  test('does not say that nothing fails where nobody counts failures', () => {
    const { text } = health(withWindows(updateOf('healthy'), { failedTransfers: null }));
    expect(text).toMatch(/on the link\.$/);
  });

  test('says that nothing arrives where all transfers fail', () => {
    const zero = { transfers: 0, transfersPerSecond: 0, avgTransferMs: null, failedTransfers: 9, kvExpired: 0 };
    const { tone, text } = health(withWindows(updateOf('healthy'), zero));
    expect(tone).toBe('critical');
    expect(text).toBe('No KV arrives: 36 transfers failed in the last 60 s, and no transfer succeeded.');
  });

  test('names the states of endpoints that show nothing of NIXL', () => {
    const { tone, text } = health(updateOf('no-nixl'));
    expect(tone).toBe('critical');
    expect(text).toBe('No endpoint shows figures of NIXL: 4 without NIXL.');
  });

  test('waits while nobody has answered', () => {
    const update = updateOf('healthy');
    const endpoints = update.endpoints.map((row) => ({
      ...row,
      state: 'down' as const,
      lastPageAt: null,
      problem: null,
    }));
    expect(health({ ...update, endpoints })).toEqual({ tone: 'unknown', text: 'Asking 4 endpoints…' });
  });

  test('one side in sight is not called an exchange', () => {
    const update = updateOf('healthy');
    const pairs = update.pairs.map((pair) => ({ ...pair, prefill: [] }));
    expect(health({ ...update, pairs }).text).toMatch(/^KV moves, with one side in sight:/);
  });
});

describe('totals', () => {
  test('the mean is weighted by transfers, not by engines', () => {
    const [first, second] = updateOf('healthy').engines.slice(2) as [EngineRow, EngineRow];
    const of = (row: EngineRow, transfers: number, avgTransferMs: number) => ({
      ...row,
      window: { ...row.window, transfers, avgTransferMs },
    });
    expect(totals({ engines: [of(first, 1, 100), of(second, 9, 10)] }).avgMs).toBeCloseTo(19);
  });

  test('unknown on every engine is unknown; on one it is left out', () => {
    const { engines } = updateOf('healthy');
    expect(totals({ engines: [] }).failed).toBeNull();
    const one = engines.map((row, at) => ({ ...row, window: { ...row.window, failedTransfers: at === 0 ? 5 : null } }));
    expect(totals({ engines: one }).failed).toBe(5);
  });
});

describe('the figures of a pair', () => {
  test('as text they are what is on the page', () => {
    const { pairs } = updateOf('failing');
    const text = figuresText(pairs, 'heading');
    expect(text.split('\n').slice(0, 3)).toEqual(['heading', '', 'Qwen/Qwen3-32B\t2 prefill → 2 decode']);
    for (const { name, value } of figuresOf(pairs[0]!)) expect(text).toContain(`${name}\t${value}`);
  });

  test('failures are marked, zero and unknown are not', () => {
    const bad = (mood: FeedOptions['mood']) =>
      figuresOf(updateOf(mood).pairs[0]!).flatMap(({ name, bad }) => (bad ? [name] : []));
    expect(bad('failing')).toEqual(['Failed', 'Expired']);
    expect(bad('healthy')).toEqual([]);
    expect(bad('first-page')).toEqual([]);
  });

  test('a side that is not in sight is said so', () => {
    const pair = { ...updateOf('healthy').pairs[0]!, prefill: [] };
    expect(sides(pair)).toBe('prefill not in sight → 2 decode');
  });
});
