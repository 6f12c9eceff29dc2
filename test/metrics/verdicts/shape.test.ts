import { describe, expect, it } from 'vitest';
import { type Figures, healthyDecode, healthyPrefill } from '../../support/engine-window';
import { of } from './support';

const MB = 2 ** 20;
const USAGE = 'vllm:kv_cache_usage_perc';
const ITL = 'vllm:inter_token_latency_seconds';
const PREEMPTIONS = 'vllm:num_preemptions';

interface Shape {
  readonly count?: number;
  readonly ms?: number;
  readonly postMs?: number;
  readonly megabytes?: number;
  readonly descriptors?: number;
}

/** A decode whose transfers are like this on average: 64 MB in 80 ms, of 64 pieces, where nothing else is said. */
function moving(
  { count = 100, ms = 80, postMs = 1, megabytes = 64, descriptors = 64 }: Shape,
  over: Figures = {},
): Figures {
  return healthyDecode({
    ...over,
    histograms: {
      'vllm:nixl_xfer_time_seconds': [count, (count * ms) / 1000],
      'vllm:nixl_post_time_seconds': [count, (count * postMs) / 1000],
      'vllm:nixl_bytes_transferred': [count, count * megabytes * MB],
      'vllm:nixl_num_descriptors': [count, count * descriptors],
      ...over.histograms,
    },
  });
}

describe('tcp-like-throughput', () => {
  const rdma = { decode: { rdmaConfigured: true } };

  it('warns where the configuration asks for RDMA', () => {
    const [verdict] = of('tcp-like-throughput', { engines: [moving({})], hints: rdma });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode', side: 'decode' });
    expect(verdict!.message).toMatch(/^A transfer runs at 800 MB\/s, as over TCP, although RDMA is configured/);
    expect(verdict!.settings.map(({ name }) => name)).toEqual(['UCX_TLS', 'UCX_NET_DEVICES']);
  });

  it.each<[string, Figures]>([
    ['fast transfers', moving({ ms: 20 })],
    ['few transfers', moving({ count: 9 })],
    ['small transfers', moving({ megabytes: 2, ms: 50, descriptors: 8 })],
    ['small pieces', moving({ descriptors: 4096 })],
    ['transfers that wait to be submitted', moving({ postMs: 50 })],
    ['transfers that share the wire', moving({ count: 3000 })],
    ['transfers that end within a few steps', moving({}, { histograms: { [ITL]: [1000, 40] } })],
    ['figures that are not there', { role: 'decode' }],
  ])('is silent about %s', (_, decode) => {
    expect(of('tcp-like-throughput', { engines: [decode], hints: rdma })).toEqual([]);
  });

  it('is silent where nothing asks for RDMA', () => {
    expect(of('tcp-like-throughput', { engines: [moving({})] })).toEqual([]);
    expect(of('tcp-like-throughput', { engines: [moving({})], hints: { decode: { rdmaConfigured: false } } })).toEqual(
      [],
    );
    expect(of('tcp-like-throughput', { engines: [moving({})], hints: { prefill: { rdmaConfigured: true } } })).toEqual(
      [],
    );
  });
});

describe('small-descriptors', () => {
  it('informs about slow transfers in many pieces', () => {
    const [verdict] = of('small-descriptors', { engines: [moving({ megabytes: 88, ms: 330, descriptors: 5380 })] });
    expect(verdict).toMatchObject({ severity: 'info', endpoint: 'decode' });
    expect(verdict!.message).toContain('pieces of 16.7 KiB and runs at 267 MB/s');
  });

  it.each<[string, Figures]>([
    ['large pieces', moving({})],
    ['fast transfers', moving({ descriptors: 4096, ms: 20 })],
    ['small transfers', moving({ megabytes: 1, ms: 5, descriptors: 64 })],
    ['few transfers', moving({ count: 9, descriptors: 4096 })],
    ['no transfers', moving({ count: 0 })],
    ['figures that are not there', { role: 'decode' }],
  ])('is silent about %s', (_, decode) => {
    expect(of('small-descriptors', { engines: [decode] })).toEqual([]);
  });
});

describe('submission-bound', () => {
  it('informs where posting takes most of the time', () => {
    const [verdict] = of('submission-bound', { engines: [moving({ ms: 10, postMs: 6, descriptors: 2000 })] });
    expect(verdict).toMatchObject({ severity: 'info' });
    expect(verdict!.message).toContain('Of 10 ms that a transfer takes, 6 ms (60 %)');
    expect(verdict!.evidence).toContain('descriptors of one transfer: 2,000');
  });

  it.each<[string, Figures]>([
    ['a smaller part', moving({ postMs: 30 })],
    ['a part of very little', moving({ ms: 1, postMs: 0.9 })],
    ['few transfers', moving({ count: 9, ms: 10, postMs: 6 })],
    ['figures that are not there', { role: 'decode' }],
  ])('is silent about %s', (_, decode) => {
    expect(of('submission-bound', { engines: [decode] })).toEqual([]);
  });
});

describe('imbalance', () => {
  const rank = (engine: string, usage: number, over: Figures = {}) =>
    healthyDecode({ ...over, engine, gauges: { [USAGE]: usage, ...over.gauges } });

  it('informs about ranks that differ', () => {
    const [verdict] = of('imbalance', { engines: [rank('0', 0.8), rank('1', 0.4)] });
    expect(verdict).toMatchObject({ severity: 'info', endpoint: 'decode', engine: null, group: 'decode m' });
    expect(verdict!.message).toMatch(/^decode\/0 uses 80 % of its KV cache and decode\/1 40 %/);
  });

  it('warns where the fullest is full or preempts', () => {
    expect(of('imbalance', { engines: [rank('0', 0.99), rank('1', 0.4)] })).toMatchObject([{ severity: 'warning' }]);
    const preempting = rank('0', 0.9, { counters: { [PREEMPTIONS]: 4 } });
    expect(of('imbalance', { engines: [preempting, rank('1', 0.4)] })).toMatchObject([{ severity: 'warning' }]);
  });

  it('informs about latency', () => {
    const slow = rank('1', 0.3, { histograms: { [ITL]: [1000, 30] } });
    const [verdict] = of('imbalance', { engines: [rank('0', 0.3), slow] });
    expect(verdict!.message).toContain('the next token takes 30 ms on decode/1 and 12 ms on decode/0');
  });

  it.each<[string, readonly Figures[]]>([
    ['one rank', [rank('0', 0.9)]],
    ['ranks alike', [rank('0', 0.8), rank('1', 0.7)]],
    ['ranks with much room', [rank('0', 0.4), rank('1', 0.1)]],
    ['prefill beside decode', [rank('0', 0.8), healthyPrefill()]],
    ['other models', [rank('0', 0.8), rank('1', 0.2, { model: 'other' })]],
    [
      'a sleeping rank',
      [rank('0', 0.8), rank('1', 0, { gauges: { 'vllm:engine_sleep_state': { awake: 0, discard_all: 1 } } })],
    ],
    ['a restarted rank', [rank('0', 0.8), rank('1', 0.1, { restarts: 1 })]],
    ['few tokens of one rank', [rank('0', 0.3), rank('1', 0.3, { histograms: { [ITL]: [5, 5] } })]],
    ['figures that are not there', [{ role: 'decode' }, { role: 'decode', engine: '1' }]],
  ])('is silent about %s', (_, engines) => {
    expect(of('imbalance', { engines })).toEqual([]);
  });

  it('is silent about ranks whose figures are old', () => {
    const engines = [rank('0', 0.8), rank('1', 0.1, { endpoint: 'other' })];
    expect(of('imbalance', { engines, endpoints: [{ label: 'other', state: 'stale' }] })).toEqual([]);
  });
});

describe('kv-cache-full', () => {
  const full = (over: Figures = {}) => healthyDecode({ ...over, gauges: { [USAGE]: 0.99, ...over.gauges } });
  const REASON = 'vllm:num_requests_waiting_by_reason';

  it('warns where requests wait for room or are preempted', () => {
    const [verdict] = of('kv-cache-full', { engines: [full({ gauges: { [REASON]: { capacity: 4, deferred: 9 } } })] });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode' });
    expect(verdict!.message).toMatch(/^The KV cache is 99 % full, and 4 requests wait\./);
    expect(of('kv-cache-full', { engines: [full({ counters: { [PREEMPTIONS]: 1 } })] })[0]!.message).toContain(
      '1 request was preempted',
    );
  });

  it('says of prefill that it waits for decode', () => {
    const prefill = healthyPrefill({ gauges: { [USAGE]: 1, [REASON]: { capacity: 2 } } });
    expect(of('kv-cache-full', { engines: [prefill] })[0]!.message).toContain('until decode has fetched it');
  });

  it('informs where it hurts nobody', () => {
    expect(of('kv-cache-full', { engines: [full()] })).toMatchObject([{ severity: 'info' }]);
    expect(of('kv-cache-full', { engines: [full({ gauges: { [REASON]: { deferred: 4 } } })] })).toMatchObject([
      { severity: 'info' },
    ]);
  });

  it('calls it full from nine tenths on, whatever the threshold', () => {
    const titles = (usage: number) =>
      of('kv-cache-full', { engines: [full({ gauges: { [USAGE]: usage } })], thresholds: { kvUsage: 0.01 } }).map(
        ({ title }) => title,
      );
    expect(titles(0.012)).toEqual(['KV cache fills up']);
    expect(titles(0.9)).toEqual(['KV cache is full']);
  });

  it('is silent below the threshold, about a sleeping engine and without the figure', () => {
    const asleep = full({ gauges: { 'vllm:engine_sleep_state': { awake: 0, discard_all: 1 } } });
    expect(of('kv-cache-full', { engines: [healthyDecode(), asleep, { role: 'prefill' }] })).toEqual([]);
    expect(of('kv-cache-full', { engines: [full()], thresholds: { kvUsage: 0.995 } })).toEqual([]);
  });
});

describe('config-drift', () => {
  const config = (labels: Record<string, string>) => ({ infos: { 'vllm:cache_config_info': labels } });
  const still = { histograms: { 'vllm:nixl_xfer_time_seconds': [0, 0] as const } };
  const pair = (prefill: Record<string, string>, decode: Record<string, string>, over: Figures = still) => [
    healthyPrefill(config(prefill)),
    healthyDecode({ ...over, ...config(decode) }),
  ];

  it('warns about another type of KV', () => {
    const [verdict] = of('config-drift', { engines: pair({ cache_dtype: 'fp8' }, { cache_dtype: 'auto' }) });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode', group: 'prefill → decode' });
    expect(verdict!.message).toMatch(
      /^Prefill keeps KV as `fp8`, decode as `auto`: the handshake refuses such a pair, and every request fails/,
    );
    expect(verdict!.settings).toEqual([{ kind: 'flag', name: 'kv-cache-dtype' }]);
  });

  it('names the first release that refuses it where the page is that of any', () => {
    const bare = ['prefill', 'decode'].map((role, index) => ({
      role: role as 'prefill' | 'decode',
      infos: { 'vllm:cache_config_info': { cache_dtype: ['fp8', 'auto'][index]! } },
    }));
    expect(of('config-drift', { engines: bare })[0]!.message).toContain('refuses such a pair from vLLM 0.13.0 on');
  });

  it('warns about a block on decode that is no multiple of that on prefill', () => {
    const [verdict] = of('config-drift', { engines: pair({ block_size: '64' }, { block_size: '16' }) });
    expect(verdict!.severity).toBe('warning');
    expect(verdict!.message).toContain('64 tokens on prefill and 16 on decode; no release that is known takes');
  });

  it.each([
    ['0.11.0', 'warning'],
    ['0.30.0', 'info'],
    [undefined, 'info'],
  ])('judges a multiple by the release %s: %s', (vllm, severity) => {
    // No more than any release shows: a page that only newer ones have would be believed.
    const engines = ['16', '64'].map((block_size, index) => ({
      role: (['prefill', 'decode'] as const)[index]!,
      infos: { 'vllm:cache_config_info': { block_size } },
    }));
    const hints = vllm === undefined ? {} : { decode: { versions: { vllm } } };
    expect(of('config-drift', { engines, hints })).toMatchObject([{ severity }]);
  });

  it('informs where transfers go through all the same', () => {
    const engines = pair({ cache_dtype: 'fp8', block_size: '64' }, { cache_dtype: 'auto', block_size: '16' }, {});
    const [verdict] = of('config-drift', { engines });
    expect(verdict!.severity).toBe('info');
    expect(verdict!.evidence).toHaveLength(4);
  });

  it.each<[string, readonly Figures[]]>([
    [
      'fields that may differ',
      pair(
        { num_gpu_blocks: '1', enable_prefix_caching: 'True', gpu_memory_utilization: '0.9' },
        { num_gpu_blocks: '2', enable_prefix_caching: 'False', gpu_memory_utilization: '0.8' },
      ),
    ],
    [
      'values that are not known',
      pair({ block_size: 'None', cache_dtype: '' }, { block_size: '16', cache_dtype: 'auto' }),
    ],
    ['one side in sight', [healthyPrefill(config({ block_size: '64' }))]],
    ['figures that are not there', [{ role: 'prefill' }, { role: 'decode' }]],
  ])('is silent about %s', (_, engines) => {
    expect(of('config-drift', { engines })).toEqual([]);
  });
});
