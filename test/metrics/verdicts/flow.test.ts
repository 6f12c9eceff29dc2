import { describe, expect, it } from 'vitest';
import { type Figures, healthyDecode, healthyPrefill } from '../../support/engine-window';
import { of, said } from './support';

const XFER = 'vllm:nixl_xfer_time_seconds';
const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';
const SOURCE = 'vllm:prompt_tokens_by_source';
const TTFT = 'vllm:time_to_first_token_seconds';
const asleep = { gauges: { 'vllm:engine_sleep_state': { awake: 0, weights_offloaded: 1, discard_all: 0 } } };

/** An engine that is there and does nothing. */
function idle(role: 'prefill' | 'decode', over: Figures = {}): Figures {
  const make = role === 'prefill' ? healthyPrefill : healthyDecode;
  return make(
    {
      ...over,
      counters: { 'vllm:request_success': 0, ...over.counters },
      gauges: { 'vllm:num_requests_running': 0, ...over.gauges },
    },
    0,
  );
}

it('says nothing of a healthy pair, of one side of it, and of an idle one', () => {
  expect(said({ engines: [healthyPrefill(), healthyDecode()] })).toEqual([]);
  expect(said({ engines: [healthyPrefill()] })).toEqual([]);
  expect(said({ engines: [healthyDecode()] })).toEqual([]);
  expect(said({ engines: [idle('prefill'), idle('decode')] })).toEqual([]);
});

describe('decode-recomputes', () => {
  const computing = (computed: number, over: Figures = {}) =>
    healthyDecode({
      ...over,
      counters: {
        [SOURCE]: { local_compute: computed, local_cache_hit: 0, external_kv_transfer: 100_000 - computed },
        ...over.counters,
      },
    });

  it('warns where transfers fail meanwhile', () => {
    const decode = computing(60_000, { counters: { 'vllm:nixl_num_failed_transfers': 30 } });
    const [verdict] = of('decode-recomputes', { engines: [healthyPrefill(), decode] });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode' });
    expect(verdict!.message).toContain(
      'computed 60 % of its prompt tokens itself in the last 60 s, while KV fails to arrive',
    );
    expect(verdict!.settings).toEqual([{ kind: 'field', name: 'kv_load_failure_policy' }]);
  });

  it('warns where prefill computed the same prompts', () => {
    const [verdict] = of('decode-recomputes', { engines: [healthyPrefill(), computing(100_000)] });
    expect(verdict!.severity).toBe('warning');
    expect(verdict!.message).toContain('`kv_transfer_params`');
  });

  it('concludes it from cache hits where the release does not tell', () => {
    const old = (external: number) => {
      const decode = healthyDecode({
        counters: {
          'vllm:prefix_cache_queries': 100_000,
          'vllm:prefix_cache_hits': 1000,
          'vllm:external_prefix_cache_hits': external,
        },
      });
      const { [SOURCE]: _, ...counters } = decode.counters!;
      return { engines: [healthyPrefill(), { ...decode, counters }] };
    };
    expect(of('decode-recomputes', old(0))).toMatchObject([{ severity: 'warning' }]);
    expect(of('decode-recomputes', old(98_900))).toEqual([]);
  });

  it('informs where the router may have meant it', () => {
    const prefill = healthyPrefill({}, 30);
    expect(of('decode-recomputes', { engines: [prefill, computing(70_000)] })).toMatchObject([{ severity: 'info' }]);
    expect(of('decode-recomputes', { engines: [computing(70_000)] })).toMatchObject([{ severity: 'info' }]);
  });

  it.each([
    [
      'the last block of each prompt',
      healthyDecode({ counters: { [SOURCE]: { local_compute: 1600, external_kv_transfer: 800 } } }),
    ],
    ['few tokens', healthyDecode({ counters: { [SOURCE]: { local_compute: 900, external_kv_transfer: 0 } } }, 1)],
    [
      'prompts that are in its own cache',
      healthyDecode({ counters: { [SOURCE]: { local_compute: 100, local_cache_hit: 99_900 } } }),
    ],
    ['a share below the threshold', computing(9_000)],
    ['an engine of both roles', { ...computing(90_000), role: 'both' as const }],
    ['an engine without the family', { role: 'decode' as const }],
  ])('is silent about %s', (_, decode) => {
    expect(of('decode-recomputes', { engines: [healthyPrefill(), decode] })).toEqual([]);
  });
});

describe('one-side-silent', () => {
  it('warns where decode gets nothing that prefill finished', () => {
    const [verdict] = of('one-side-silent', { engines: [healthyPrefill(), idle('decode')] });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode', title: 'Decode gets no requests' });
    expect(verdict!.message).toMatch(/^Prefill finished 100 requests in the last 60 s and decode got none/);
  });

  it('informs where decode computes all and prefill gets nothing, as routers may mean it', () => {
    const decode = healthyDecode({
      counters: { [SOURCE]: { local_compute: 100_000, local_cache_hit: 0, external_kv_transfer: 0 } },
      histograms: { [XFER]: [0, 0] },
    });
    expect(of('one-side-silent', { engines: [idle('prefill'), decode] })).toMatchObject([
      { severity: 'info', endpoint: 'prefill', title: 'Prefill gets no requests' },
    ]);
  });

  it('informs where KV comes from a prefill that is not watched', () => {
    expect(of('one-side-silent', { engines: [idle('prefill'), healthyDecode()] })).toMatchObject([
      { severity: 'info' },
    ]);
  });

  it.each<[string, readonly Figures[]]>([
    ['one side in sight', [healthyPrefill()]],
    ['a sleeping side', [healthyPrefill(), idle('decode', asleep)]],
    ['a short window', [healthyPrefill(), idle('decode', { seconds: 20 })]],
    ['a restarted side', [healthyPrefill(), idle('decode', { restarts: 1 })]],
    [
      'a decode that still runs requests',
      [healthyPrefill(), idle('decode', { gauges: { 'vllm:num_requests_running': 3 } })],
    ],
    ['another decode that works', [healthyPrefill(), idle('decode'), healthyDecode({ endpoint: 'decode-2' })]],
    [
      'a decode whose transfers fail',
      [healthyPrefill(), idle('decode', { counters: { 'vllm:nixl_num_failed_transfers': 1 } })],
    ],
    [
      'a decode whose requests end with an error',
      [healthyPrefill(), idle('decode', { counters: { 'vllm:request_success': { error: 1, stop: 0 } } })],
    ],
    ['few requests', [healthyPrefill({}, 9), idle('decode')]],
    [
      'a prefill that answers on its own',
      [healthyPrefill({ counters: { 'vllm:generation_tokens': 9000 } }), idle('decode')],
    ],
    [
      'prompts in the cache of decode',
      [
        idle('prefill'),
        healthyDecode({
          counters: { [SOURCE]: { local_compute: 100, local_cache_hit: 99_900, external_kv_transfer: 0 } },
          histograms: { [XFER]: [0, 0] },
        }),
      ],
    ],
    ['figures that are not there', [healthyPrefill(), { role: 'decode' }]],
  ])('is silent about %s', (_, engines) => {
    expect(of('one-side-silent', { engines })).toEqual([]);
  });

  it('is silent about a side whose scrapes fail, and where nothing is known of pairs', () => {
    const engines = [healthyPrefill(), idle('decode')];
    for (const state of ['stale', 'down'] as const) {
      expect(of('one-side-silent', { engines, endpoints: [{ label: 'decode', state }] })).toEqual([]);
    }
    expect(of('one-side-silent', { engines, unpaired: true })).toEqual([]);
  });

  it('is silent where a page without figures may be that of a decode which serves', () => {
    const engines = [healthyPrefill(), idle('decode')];
    expect(of('one-side-silent', { engines, endpoints: [{ label: 'decode-2', state: 'disabled' }] })).toEqual([]);
  });
});

describe('transfers-stuck', () => {
  const waiting = (over: Figures = {}) =>
    idle('decode', {
      ...over,
      gauges: {
        'vllm:num_requests_waiting': 3,
        'vllm:num_requests_waiting_by_reason': { deferred: 3, capacity: 0 },
        ...over.gauges,
      },
    });
  const REASON = 'vllm:num_requests_waiting_by_reason';

  it('warns where requests wait all the time and nothing ends', () => {
    const [verdict] = of('transfers-stuck', { engines: [idle('prefill'), waiting()] });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode', side: 'prefill' });
    expect(verdict!.message).toMatch(/^3 requests wait for KV on decode, and in the last 60 s no transfer ended/);
  });

  it('warns about older releases where nothing else can be the reason', () => {
    const { [REASON]: _, ...gauges } = waiting().gauges!;
    expect(of('transfers-stuck', { engines: [{ ...waiting(), gauges }] })).toMatchObject([{ severity: 'warning' }]);
    const full = { ...gauges, 'vllm:kv_cache_usage_perc': 1 };
    expect(of('transfers-stuck', { engines: [{ ...waiting(), gauges: full }] })).toEqual([]);
  });

  it.each<[string, readonly Figures[]]>([
    ['requests that came just now', [waiting({ lowest: { [REASON]: { deferred: 0 } } })]],
    ['transfers that end here', [waiting({ histograms: { [XFER]: [1, 0.1] } })]],
    ['transfers that prefill pushes', [healthyPrefill({ histograms: { [XFER]: [5, 0.1] } }), waiting()]],
    ['transfers that fail', [waiting({ counters: { 'vllm:nixl_num_failed_transfers': 1 } })]],
    ['requests that wait for room', [waiting({ gauges: { [REASON]: { deferred: 0, capacity: 5 } } })]],
    ['a sleeping engine', [waiting({ gauges: { ...asleep.gauges, [REASON]: { deferred: 3 } } })]],
    ['a short window', [waiting({ seconds: 10 })]],
    ['figures that are not there', [{ role: 'decode' }]],
  ])('is silent about %s', (_, engines) => {
    expect(of('transfers-stuck', { engines })).toEqual([]);
  });

  it('informs about many where it is not known how long they wait', () => {
    const many = { [REASON]: { deferred: 12 } };
    const engines = [waiting({ gauges: many, lowest: { [REASON]: { deferred: 0 } } })];
    expect(of('transfers-stuck', { engines })).toMatchObject([{ severity: 'info' }]);
  });
});

describe('prefills-stranded', () => {
  it('informs where fewer requests come to decode', () => {
    const [verdict] = of('prefills-stranded', { engines: [healthyPrefill(), healthyDecode({}, 60)] });
    expect(verdict).toMatchObject({ severity: 'info', endpoint: 'prefill', group: 'prefill → decode' });
    expect(verdict!.message).toContain('38 (38 %) were not seen on decode');
  });

  it('warns where as much KV expires', () => {
    const prefill = healthyPrefill({ counters: { [EXPIRED]: 30 } });
    expect(of('prefills-stranded', { engines: [prefill, healthyDecode({}, 60)] })).toMatchObject([
      { severity: 'warning' },
    ]);
  });

  it.each<[string, readonly Figures[]]>([
    ['transfers that prefix hits save', [healthyPrefill(), healthyDecode({ histograms: { [XFER]: [20, 0.1] } })]],
    ['several transfers of each request', [healthyPrefill(), healthyDecode({ histograms: { [XFER]: [800, 0.1] } })]],
    ['requests under way', [healthyPrefill(), healthyDecode({ gauges: { 'vllm:num_requests_waiting': 40 } }, 60)]],
    [
      'requests that failed on decode',
      [healthyPrefill(), healthyDecode({ counters: { 'vllm:request_success': { error: 40, stop: 60 } } }, 60)],
    ],
    [
      'a prefill that answers on its own',
      [healthyPrefill({ counters: { 'vllm:generation_tokens': 9000 } }), healthyDecode({}, 60)],
    ],
    ['few requests', [healthyPrefill({}, 9), healthyDecode({}, 1)]],
    ['figures that are not there', [healthyPrefill(), healthyDecode({ endpoint: 'd' }, 60), { role: 'decode' }]],
  ])('is silent about %s', (_, engines) => {
    expect(of('prefills-stranded', { engines })).toEqual([]);
  });

  it('is silent where a page without figures may be that of a decode, unless KV expires', () => {
    const endpoints = [{ label: 'decode-2', state: 'disabled' as const }];
    expect(of('prefills-stranded', { engines: [healthyPrefill(), healthyDecode({}, 60)], endpoints })).toEqual([]);
    const expiring = healthyPrefill({ counters: { [EXPIRED]: 30 } });
    expect(of('prefills-stranded', { engines: [expiring, healthyDecode({}, 60)], endpoints })).toHaveLength(1);
  });

  it('leaves a silent decode to the verdict about that', () => {
    expect(said({ engines: [healthyPrefill(), idle('decode', { histograms: { [TTFT]: [0, 0] } })] })).toEqual([
      'one-side-silent warning',
    ]);
  });
});

describe('role-contradicted', () => {
  const asDecode = healthyDecode({ endpoint: 'a', role: 'prefill' });
  const asPrefill = healthyPrefill({ endpoint: 'b', role: 'decode' });

  it('warns where the two sides are swapped', () => {
    const found = of('role-contradicted', { engines: [asDecode, asPrefill] });
    expect(found).toMatchObject([
      { endpoint: 'a', severity: 'warning', title: 'Prefill works as decode' },
      { endpoint: 'b', severity: 'warning', title: 'Decode works as prefill' },
    ]);
    expect(found[0]!.message).toContain('swapped');
  });

  it('informs where clients that ask for one token look the same', () => {
    expect(of('role-contradicted', { engines: [healthyPrefill(), asPrefill] })).toMatchObject([{ severity: 'info' }]);
  });

  it.each<[string, readonly Figures[]]>([
    ['roles that fit', [healthyPrefill(), healthyDecode()]],
    ['roles that are known by behaviour only', [{ ...asDecode, roleFrom: 'behaviour' }]],
    ['prefill that pushes', [healthyPrefill({ histograms: { [XFER]: [100, 1] } })]],
    [
      'prefill that reads back what decode has',
      [
        healthyPrefill({
          counters: { [SOURCE]: { local_compute: 10_000, external_kv_transfer: 90_000 } },
          histograms: { [XFER]: [100, 1] },
        }),
      ],
    ],
    ['tokens from a cache below', [{ ...asDecode, histograms: { ...asDecode.histograms, [XFER]: [0, 0] } }]],
    ['few requests', [healthyDecode({ role: 'prefill' }, 5)]],
    ['figures that are not there', [{ role: 'prefill' }]],
  ])('is silent about %s', (_, engines) => {
    expect(of('role-contradicted', { engines })).toEqual([]);
  });
});
