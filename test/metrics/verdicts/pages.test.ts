import { describe, expect, it } from 'vitest';
import type { EndpointState } from '../../../protocol/metrics';
import { healthyDecode, healthyPrefill } from '../../support/engine-window';
import { of } from './support';

const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';
const STATES: readonly EndpointState[] = ['ok', 'stale', 'down', 'refused', 'no-nixl', 'disabled'];

/** The states of an endpoint at which a kind speaks. */
function speaksAt(id: string): readonly EndpointState[] {
  return STATES.filter((state) => of(id, { endpoints: [{ label: 'a', state }] }).length > 0);
}

describe('endpoint-down', () => {
  it('speaks of endpoints that nobody answers at, or that refuse', () => {
    expect(speaksAt('endpoint-down')).toEqual(['down', 'refused']);
  });

  it('says what is wrong', () => {
    const endpoints = [{ label: 'decode', state: 'down' as const, problem: 'Nobody listens at localhost:8200' }];
    const [verdict] = of('endpoint-down', { endpoints });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode', engine: null });
    expect(verdict!.message).toContain(
      'nothing is known of its engines. Nobody listens at localhost:8200. See whether',
    );
  });
});

describe('stats-disabled', () => {
  it('speaks of pages without a figure of vLLM, and names both causes', () => {
    expect(speaksAt('stats-disabled')).toEqual(['disabled']);
    const [verdict] = of('stats-disabled', { endpoints: [{ label: 'decode', state: 'disabled' }] });
    expect(verdict!.severity).toBe('warning');
    expect(verdict!.message).toMatch(/`--disable-log-stats`, or this port belongs to something else/);
  });
});

describe('nixl-figures-missing', () => {
  const page = (families: readonly string[], over = {}) => ({
    endpoints: [{ label: 'decode', state: 'no-nixl' as const, families: new Set(families), ...over }],
  });
  const vllm = ['vllm:num_requests_running', 'vllm:kv_cache_usage_perc', 'vllm:prompt_tokens_by_source'];

  it('speaks of pages of vLLM without those of NIXL', () => {
    expect(speaksAt('nixl-figures-missing')).toEqual(['no-nixl']);
  });

  it.each<[string, Parameters<typeof of>[1], string]>([
    ['the Rust front end', page(vllm, { openMetrics: true }), 'format of the Rust front end'],
    ['an old release', page(['vllm:num_requests_running', 'vllm:gpu_prefix_cache_hit_rate']), 'from 0.11.1 on'],
    ['another connector', page([...vllm, 'vllm:mooncake_store_operation']), '`MooncakeStoreConnector`'],
    ['a router', page([...vllm, 'vllm:num_incoming_requests']), 'router of production-stack'],
    ['no connector', page(vllm), '`--kv-transfer-config` reaches this engine'],
  ])('names %s', (_, parts, words) => {
    const [verdict] = of('nixl-figures-missing', parts);
    expect(verdict).toMatchObject({ severity: 'info', endpoint: 'decode' });
    expect(verdict!.message).toContain(words);
  });

  it('names Ray before the first event', () => {
    const engines = [{ endpoint: 'decode', labels: { ReplicaId: 'r1' }, role: 'decode' as const }];
    const [verdict] = of('nixl-figures-missing', { ...page(vllm), engines });
    expect(verdict!.message).toContain('Ray shows a family only after its first event');
    expect(verdict!.severity).toBe('info');
  });

  it('warns where the configuration says that KV moves', () => {
    const engines = [{ endpoint: 'decode', role: 'decode' as const }];
    expect(of('nixl-figures-missing', { ...page(vllm), engines })).toMatchObject([
      { severity: 'warning', side: 'decode' },
    ]);
    const guessed = [{ ...engines[0]!, roleFrom: 'labels' as const }];
    expect(of('nixl-figures-missing', { ...page(vllm), engines: guessed })).toMatchObject([{ severity: 'info' }]);
  });
});

describe('endpoint-shared', () => {
  it('warns where several servers answer at one address', () => {
    const endpoints = [{ label: 'decode', shared: true }];
    const [verdict] = of('endpoint-shared', { engines: [healthyDecode()], endpoints });
    expect(verdict).toMatchObject({ severity: 'warning', endpoint: 'decode', engine: null });
    expect(verdict!.message).toContain('Watch each engine at its own address');
    expect(of('endpoint-shared', { engines: [healthyDecode()] })).toEqual([]);
  });
});

describe('metric-missing', () => {
  const without = (...names: string[]) => {
    const prefill = healthyPrefill();
    const drop = <T>(table: Readonly<Record<string, T>> = {}) =>
      Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)));
    return { ...prefill, counters: drop(prefill.counters), gauges: drop(prefill.gauges) };
  };

  it('names the first release of each, and what stays unseen', () => {
    const engines = [without(EXPIRED, 'vllm:num_requests_waiting_by_reason')];
    const [verdict] = of('metric-missing', { engines });
    expect(verdict).toMatchObject({ severity: 'info', endpoint: 'prefill', engine: null });
    expect(verdict!.message).toContain(`\`${EXPIRED}\` (vLLM 0.15.0 and newer)`);
    expect(verdict!.message).toContain('`vllm:num_requests_waiting_by_reason` (vLLM 0.20.0 and newer)');
    expect(verdict!.message).toContain(
      ', which hides KV that expires on prefill and requests that wait for KV. Update',
    );
  });

  it('speaks once for endpoints that lack the same', () => {
    const engines = ['a', 'b', 'c'].map((endpoint) => ({ ...without(EXPIRED), endpoint }));
    const found = of('metric-missing', { engines });
    expect(found).toHaveLength(1);
    expect(found[0]!.message).toContain('a (and 2 more)');
  });

  it('is silent where nothing is missing, and where absence proves nothing', () => {
    expect(of('metric-missing', { engines: [healthyPrefill(), healthyDecode()] })).toEqual([]);
    expect(of('metric-missing', { engines: [without('vllm:nixl_num_notifications_after_expiry')] })).toEqual([]);
    expect(of('metric-missing', { engines: [{ ...without(EXPIRED), labels: { WorkerId: 'w' } }] })).toEqual([]);
    expect(
      of('metric-missing', { engines: [without(EXPIRED)], endpoints: [{ label: 'prefill', openMetrics: true }] }),
    ).toEqual([]);
    expect(
      of('metric-missing', { engines: [without(EXPIRED)], endpoints: [{ label: 'prefill', state: 'stale' }] }),
    ).toEqual([]);
    const nixlOnly = { role: 'decode' as const, histograms: { 'vllm:nixl_xfer_time_seconds': [1, 1] as const } };
    expect(of('metric-missing', { engines: [nixlOnly] })).toEqual([]);
  });
});

describe('old-metrics', () => {
  const page = (...families: string[]) => ({ endpoints: [{ label: 'a', families: new Set(families) }] });

  it('says which, until when, and what instead', () => {
    const [verdict] = of('old-metrics', page('vllm:time_per_output_token_seconds', 'vllm:gpu_cache_usage_perc'));
    expect(verdict).toMatchObject({ severity: 'info', endpoint: 'a' });
    expect(verdict!.evidence).toEqual([
      'vllm:gpu_cache_usage_perc: last in vLLM 0.11; instead: vllm:kv_cache_usage_perc',
      'vllm:time_per_output_token_seconds: last in vLLM 0.14; instead: vllm:inter_token_latency_seconds',
    ]);
  });

  it('is silent about current ones, and about names that are those of a router', () => {
    expect(of('old-metrics', page('vllm:kv_cache_usage_perc', 'vllm:something_new'))).toEqual([]);
    expect(of('old-metrics', page('vllm:num_requests_swapped', 'vllm:num_incoming_requests'))).toEqual([]);
    expect(of('old-metrics', page('vllm:num_requests_swapped', 'vllm:cache_config_info'))).toHaveLength(1);
  });
});
