import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../../server/src/knowledge/source';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';
import type { Verdict, VerdictKind } from '../../../server/src/metrics/verdict';
import { look, VERDICTS } from '../../../server/src/metrics/verdicts';
import { type Figures, healthyDecode, healthyPrefill, type WatchedParts, watchedOf } from '../../support/engine-window';
import { said, verdicts } from './support';

const root = join(import.meta.dirname, '../../..');

function kind(id: string, ...found: Partial<Verdict>[]): VerdictKind {
  const verdict = { id, severity: 'info', title: id, endpoint: null, engine: null, message: id } as const;
  return {
    id,
    about: id,
    look: () => found.map((one) => ({ ...verdict, evidence: [], settings: [], sources: [], ...one })),
  };
}

describe('look', () => {
  it('sorts by severity, endpoint and engine', () => {
    const kinds = [
      kind('a', { endpoint: 'x', engine: '10' }, { endpoint: 'x', engine: '9' }, { endpoint: 'x' }, {}),
      kind('b', { severity: 'critical', endpoint: 'z' }, { severity: 'warning', endpoint: 'y', engine: '1' }),
    ];
    const order = look(watchedOf({}), undefined, kinds).map(({ id, endpoint, engine }) => [id, endpoint, engine]);
    expect(order).toEqual([
      ['b', 'z', null],
      ['b', 'y', '1'],
      ['a', null, null],
      ['a', 'x', null],
      ['a', 'x', '9'],
      ['a', 'x', '10'],
    ]);
  });

  it('lets a failing kind cost its own verdicts only, all of them', () => {
    const failing: VerdictKind = {
      id: 'failing',
      about: '',
      *look(watched) {
        yield* kind('failing', {}).look(watched);
        throw new Error('broken');
      },
    };
    const problems: string[] = [];
    const found = look(watchedOf({}), (id, error) => problems.push(`${id}: ${(error as Error).message}`), [
      failing,
      kind('other', {}),
    ]);
    expect(found.map(({ id }) => id)).toEqual(['other']);
    expect(problems).toEqual(['failing: broken']);
    expect(look(watchedOf({}), undefined, [failing])).toEqual([]);
  });

  it('has every kind once, as the documentation has', () => {
    const ids = VERDICTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const page = readFileSync(join(root, 'docs/metrics-verdicts.md'), 'utf8');
    const headings = [...page.matchAll(/^## ([a-z-]+)$/gm)].map(([, id]) => id);
    expect(headings.sort()).toEqual([...ids].sort());
    for (const { about } of VERDICTS) expect(page.replace(/\s+/g, ' ')).toContain(about);
  });

  it('has every threshold in the documentation', () => {
    const page = readFileSync(join(root, 'docs/metrics-verdicts.md'), 'utf8');
    for (const [name, value] of Object.entries(DEFAULT_THRESHOLDS))
      expect(page).toContain(`| \`${name}\` | ${value} |`);
  });
});

/** Every figure is there or not, whatever it is. */
const value = fc.oneof(
  fc.constantFrom(0, 1, 3, 10, 1e4),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
  fc.constant(Number.NaN),
);
const families = [...Object.keys(healthyDecode().counters!), ...Object.keys(healthyDecode().gauges!)];
const anyTable = fc.dictionary(fc.constantFrom(...families), value, { noNullPrototype: true });
const anyEngine = fc.record<Figures>(
  {
    role: fc.constantFrom('prefill', 'decode', 'both'),
    endpoint: fc.constantFrom('a', 'b'),
    engine: fc.constantFrom('0', '1', '2', '3'),
    seconds: fc.constantFrom(0, 2, 60, 3600),
    counters: anyTable,
    gauges: anyTable,
    histograms: fc.dictionary(fc.constantFrom(...Object.keys(healthyDecode().histograms!)), fc.tuple(value, value), {
      noNullPrototype: true,
    }),
  },
  { requiredKeys: [] },
);

type Histograms = NonNullable<Figures['histograms']>;

function times(histograms: Histograms, factor: number): Histograms {
  const scaled = Object.entries(histograms).map(
    ([name, [count, sum]]) => [name, [count * factor, sum * factor]] as const,
  );
  return Object.fromEntries(scaled);
}

/** A pair of some engines that exchange KV well, busy or idle. */
const healthyPair: fc.Arbitrary<WatchedParts> = fc
  .record({
    requests: fc.integer({ min: 0, max: 5000 }),
    ranks: fc.constantFrom(1, 2, 4, 8),
    seconds: fc.constantFrom(2, 10, 60, 300, 3600),
    megabytes: fc.double({ min: 0.1, max: 2000, noNaN: true }),
    rate: fc.double({ min: 1500, max: 40_000, noNaN: true }),
    pieces: fc.integer({ min: 1, max: 50_000 }),
    post: fc.double({ min: 0, max: 0.95, noNaN: true }),
    prompt: fc.integer({ min: 200, max: 20_000 }),
    cached: fc.double({ min: 0, max: 1, noNaN: true }),
    answer: fc.integer({ min: 5, max: 2000 }),
    usage: fc.double({ min: 0, max: 0.9, noNaN: true }),
    decodes: fc.integer({ min: 1, max: 4 }),
    waiting: fc.integer({ min: 0, max: 50 }),
    rdma: fc.boolean(),
    push: fc.boolean(),
  })
  .map((one) => {
    const moved = Math.round(one.requests * (1 - one.cached));
    const transfers = moved * one.ranks;
    const seconds = (transfers * one.megabytes) / one.rate;
    const histograms = {
      'vllm:nixl_xfer_time_seconds': [transfers, seconds],
      'vllm:nixl_post_time_seconds': [transfers, seconds * one.post],
      'vllm:nixl_bytes_transferred': [transfers, transfers * one.megabytes * 2 ** 20],
      'vllm:nixl_num_descriptors': [transfers, transfers * one.pieces],
    } as const;
    const gauges = { 'vllm:kv_cache_usage_perc': one.usage, 'vllm:num_requests_waiting': one.waiting };
    const deferred = { 'vllm:num_requests_waiting_by_reason': { capacity: 0, deferred: one.waiting } };
    const all = one.requests * one.decodes;
    // Where prefill pushes, it counts what all of decode would have.
    const total = times(histograms, one.decodes);
    const prefill = healthyPrefill(
      {
        seconds: one.seconds,
        gauges,
        counters: {
          'vllm:prompt_tokens': all * one.prompt,
          'vllm:prompt_tokens_by_source': { local_compute: all * one.prompt },
        },
        ...(one.push && { histograms: total }),
      },
      all,
    );
    const decode = (index: number) =>
      healthyDecode(
        {
          endpoint: `decode-${index}`,
          seconds: one.seconds,
          gauges: { ...gauges, ...deferred },
          // Requests wait for their turn to be transferred, but none of them all the time.
          lowest: {
            'vllm:num_requests_waiting_by_reason': { capacity: 0, deferred: 0 },
            'vllm:num_requests_waiting': 0,
          },
          counters: {
            'vllm:prompt_tokens': one.requests * one.prompt,
            'vllm:prompt_tokens_by_source': {
              local_compute: one.requests,
              local_cache_hit: (one.requests - moved) * (one.prompt - 1),
              external_kv_transfer: moved * (one.prompt - 1),
            },
            'vllm:generation_tokens': one.requests * one.answer,
          },
          ...(!one.push && { histograms }),
          ...(one.push && { histograms: times(histograms, 0) }),
        },
        one.requests,
      );
    return {
      engines: [prefill, ...Array.from({ length: one.decodes }, (_, index) => decode(index))],
      hints: { prefill: { rdmaConfigured: one.rdma }, decode: { rdmaConfigured: one.rdma } },
    };
  });

describe('whatever the figures', () => {
  it('a healthy pair gives no critical verdict and no warning', () => {
    fc.assert(
      fc.property(healthyPair, (parts) => {
        expect(said(parts).filter((one) => !one.endsWith(' info'))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('no kind fails, and all that is said is whole', () => {
    fc.assert(
      fc.property(fc.array(anyEngine, { maxLength: 6 }), (engines) => {
        for (const verdict of verdicts({ engines })) {
          expect([verdict.message, verdict.title, ...verdict.evidence].join('\n')).not.toMatch(
            /undefined|NaN|null|\[object/,
          );
          expect(verdict.title.split(' ').length).toBeLessThanOrEqual(5);
          expect(verdict.title.split(' ').length).toBeGreaterThanOrEqual(2);
          expect(verdict.message).toMatch(/^[\w].*[.]$/s);
          for (const source of verdict.sources) expect(readSource(source).url).toBeDefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('an engine without figures is not spoken of', () => {
    expect(said({ engines: [{ role: 'prefill' }, { role: 'decode' }, { endpoint: 'x' }] })).toEqual([]);
  });
});
