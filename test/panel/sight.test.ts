import { describe, expect, test } from 'vitest';
import { closer } from '../../client/webview/charts/view';
import { shortened } from '../../client/webview/format';
import { health } from '../../client/webview/health';
import { figuresOf } from '../../client/webview/sections/pair-figures';
import { totals } from '../../client/webview/totals';
import type { EndpointState, EngineRow, MetricsUpdate, TransferFigures } from '../../protocol/metrics';
import { Feed, type FeedOptions, START } from '../../scripts/panel/feed.mts';

function updateOf(mood: FeedOptions['mood'], decode = 1): MetricsUpdate {
  return new Feed({ prefill: 1, decode, mood }).update(START);
}

/** Other figures of one role in the window. */
function withWindow(update: MetricsUpdate, role: EngineRow['role'], change: Partial<TransferFigures>): MetricsUpdate {
  const engines = update.engines.map((row) =>
    row.role === role ? { ...row, window: { ...row.window, ...change } } : row,
  );
  return { ...update, engines };
}

/** Transfers that one role has counted since its start. */
function counted(update: MetricsUpdate, role: EngineRow['role'], transfers: number): MetricsUpdate {
  const engines = update.engines.map((row) =>
    row.role === role ? { ...row, sinceStart: { ...row.sinceStart, transfers } } : row,
  );
  return { ...update, engines };
}

function only(update: MetricsUpdate, side: 'prefill' | 'decode'): MetricsUpdate {
  const other = side === 'prefill' ? 'decode' : 'prefill';
  return {
    ...update,
    endpoints: update.endpoints.filter(({ label }) => label.startsWith(side)),
    engines: update.engines.filter(({ role }) => role === side),
    pairs: update.pairs.map((pair) => ({ ...pair, [other]: [] })),
  };
}

function withState(update: MetricsUpdate, label: string, state: EndpointState, silentMs: number): MetricsUpdate {
  const endpoints = update.endpoints.map((row) =>
    row.label === label ? { ...row, state, lastPageAt: update.at - silentMs } : row,
  );
  return { ...update, endpoints };
}

describe('that nothing moves is said only of what was watched', () => {
  test('less than the window: the true span', () => {
    const update = { ...updateOf('idle'), recorded: { from: START - 12_000, to: START } };
    expect(health(update)).toEqual({ tone: 'unknown', text: 'Watching for 12 s: no transfer was counted so far.' });
  });

  test('decode has one page so far: zero and unknown are not zero', () => {
    const update = withWindow(updateOf('idle'), 'decode', { transfers: null });
    const { tone, text } = health({ ...update, recorded: { from: START - 4000, to: START } });
    expect(tone).toBe('unknown');
    expect(text).toBe('Watching for 4 s: no transfer was counted so far; decode has no figures of transfers yet.');
    expect(totals(update).transfers).toBeNull();
    expect(totals(withWindow(updateOf('healthy'), 'prefill', { transfers: null })).transfers).toBeGreaterThan(0);
  });

  test('one of several on the side that counts', () => {
    const update = updateOf('idle', 2);
    const engines = update.engines.map((row) =>
      row.key === 'decode-1/0' ? { ...row, window: { ...row.window, transfers: null } } : row,
    );
    expect(health({ ...update, engines }).text).toBe(
      'No transfer was counted in the last 60 s; decode-1 has no figures of transfers.',
    );
  });

  test('one that came into sight within the window', () => {
    const update = updateOf('idle', 2);
    const engines = update.engines.map((row) =>
      row.key === 'decode-1/0' ? { ...row, firstPageAt: START - 4000 } : row,
    );
    expect(health({ ...update, engines })).toEqual({
      tone: 'unknown',
      text: 'No transfer was counted in the last 60 s; decode-1 has been in sight for 4 s only.',
    });
    expect(health(counted({ ...update, engines }, 'prefill', 40)).tone).toBe('idle');
  });

  test('the side that does not count may be unknown', () => {
    const update = counted(withWindow(updateOf('idle'), 'prefill', { transfers: null }), 'decode', 40);
    expect(health(update)).toEqual({ tone: 'idle', text: 'No KV was transferred in the last 60 s.' });
  });

  test('only prefill is watched: decode is who counts', () => {
    const { tone, text } = health(only(updateOf('idle'), 'prefill'));
    expect(tone).toBe('unknown');
    expect(text).toBe(
      'Prefill counted no transfer in the last 60 s; decode, which counts them unless the connector pushes, is not in sight.',
    );
  });

  test('only prefill is watched, and it counts: the connector pushes', () => {
    const update = counted(only(updateOf('idle'), 'prefill'), 'prefill', 7);
    expect(health(update)).toEqual({ tone: 'idle', text: 'No KV was transferred in the last 60 s.' });
  });

  test('only decode is watched', () => {
    expect(health(only(updateOf('idle'), 'decode')).text).toMatch(
      /^Decode counted no transfer in the last 60 s; prefill/,
    );
    const update = counted(only(updateOf('idle'), 'decode'), 'decode', 7);
    expect(health(update).text).toBe('No KV was transferred in the last 60 s.');
  });

  test('nothing tells who decodes', () => {
    const update = updateOf('idle');
    const engines = update.engines.map((row) => (row.role === 'decode' ? { ...row, role: null } : row));
    const pairs = update.pairs.map((pair) => ({ ...pair, decode: [] }));
    expect(health({ ...update, engines, pairs }).text).toMatch(/is not told from the others yet\.$/);
    const { tone, text } = health({ ...update, pairs: [] });
    expect(tone).toBe('unknown');
    expect(text).toBe('No transfer was counted in the last 60 s; who prefills and who decodes is not known.');
  });

  test('transfers fail, and nobody knows of others', () => {
    const update = { ...updateOf('first-page'), recorded: { from: START - 20_000, to: START } };
    const { tone, text } = health(withWindow(update, 'decode', { failedTransfers: 3 }));
    expect(tone).toBe('warning');
    expect(text).toBe('3 transfers failed in the 20 s that were watched; how many transfers succeeded is not known.');
  });
});

describe('one side does not answer', () => {
  test.each(['stale', 'down', 'refused'] as const)('%s: no green tick, and its figures are the last ones', (state) => {
    const { tone, text } = health(withState(updateOf('healthy'), 'decode-0', state, 24_000));
    expect(tone).toBe('warning');
    expect(text).toMatch(/^Decode has not answered with figures for 24 s; the last figures were [\d.]+ transfers\/s, /);
    expect(text).not.toMatch(/exchange KV|nothing fails/);
  });

  test('one of several is named', () => {
    const { text } = health(withState(updateOf('healthy', 2), 'decode-1', 'stale', 24_000));
    expect(text).toMatch(/^decode-1 has not answered with figures for 24 s;/);
  });

  test('nor is it said that nothing moves', () => {
    const { tone, text } = health(withState(updateOf('idle'), 'decode-0', 'stale', 24_000));
    expect(tone).toBe('warning');
    expect(text).toMatch(/^Decode has not answered with figures for 24 s; no transfer is in the last figures\./);
  });

  test('who answers without figures of NIXL has answered', () => {
    const update = withState(withWindow(updateOf('idle'), 'decode', { transfers: null }), 'decode-0', 'no-nixl', 400);
    const { tone, text } = health(update);
    expect(tone).toBe('unknown');
    expect(text).toContain('decode has no figures of transfers');
    expect(text).not.toContain('not answered');
  });
});

describe('small words', () => {
  test('one waits, two wait', () => {
    const queue = (waitingDeferred: number) => {
      const pair = updateOf('healthy').pairs[0]!;
      const figures = figuresOf({ ...pair, decodeServing: { ...pair.decodeServing, waitingDeferred } });
      return figures.find(({ name }) => name === 'Queue')?.detail;
    };
    expect(queue(1)).toBe('1 waits for KV');
    expect(queue(2)).toBe('2 wait for KV');
  });

  test('the percentile of the first token is that of decode', () => {
    const figures = figuresOf(updateOf('healthy').pairs[0]!);
    expect(figures.find(({ name }) => name === 'First token')?.detail).toBe('decode P90 250–500 ms');
  });

  test('a name of ordinary length stays; a longer one keeps both ends', () => {
    expect(shortened('x'.repeat(80))).toBe('x'.repeat(80));
    const short = shortened(`${'a'.repeat(100)}-FP8`);
    expect([...short]).toHaveLength(80);
    expect(short).toMatch(/^a+…a+-FP8$/);
  });
});

test('a closer look does not reach into what is to come', () => {
  expect(closer({ from: 0, to: 1000 }, 1000, 1000)).toEqual({ from: 500, to: 1000 });
  expect(closer({ from: 0, to: 1000 }, 400, 1000)).toEqual({ from: 150, to: 650 });
});
