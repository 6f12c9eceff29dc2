import { describe, expect, test } from 'vitest';
import table from '../../schemas/metrics.json';
import {
  lookupMetric,
  metricNames,
  metricSeries,
  metricSpelling,
  metricThere,
  nearestMetrics,
  readMetricName,
  respellMetric,
} from '../../server/src/knowledge';

const all = Object.keys(table.metrics);

describe('lookup', () => {
  test.each([
    ['vllm:nixl_xfer_time_seconds', 'vllm:nixl_xfer_time_seconds', '', 'plain'],
    ['vllm:nixl_xfer_time_seconds_bucket', 'vllm:nixl_xfer_time_seconds', '_bucket', 'plain'],
    ['vllm:nixl_num_failed_transfers_total', 'vllm:nixl_num_failed_transfers', '_total', 'plain'],
    ['vllm:nixl_num_failed_transfers_created', 'vllm:nixl_num_failed_transfers', '_created', 'plain'],
    ['vllm:iteration_tokens_total_sum', 'vllm:iteration_tokens_total', '_sum', 'plain'],
    ['vllm:iteration_tokens_total', 'vllm:iteration_tokens_total', '', 'plain'],
    ['vllm:kv_offload_total_bytes_total', 'vllm:kv_offload_total_bytes', '_total', 'plain'],
    ['vllm:mooncake_store_operation_total', 'vllm:mooncake_store_operation', '_total', 'plain'],
    ['ray_vllm_nixl_bytes_transferred_sum', 'vllm:nixl_bytes_transferred', '_sum', 'ray'],
    ['ray_vllm:prompt_tokens_total', 'vllm:prompt_tokens', '_total', 'ray-colon'],
    ['vllm_num_requests_waiting', 'vllm:num_requests_waiting', '', 'underscore'],
    ['lmcache:num_hit_tokens_total', 'lmcache:num_hit_tokens', '_total', 'plain'],
    ['agent_rx_bytes', 'agent_rx_bytes', '', 'plain'],
    ['agent_rx_bytes_total', 'agent_rx_bytes_total', '', 'plain'],
    ['http_request_duration_seconds_count', 'http_request_duration_seconds', '_count', 'plain'],
    ['llm_d_epp_disagg_decision_total', 'llm_d_epp_disagg_decision_total', '', 'plain'],
  ])('%s', (name, family, suffix, spelling) => {
    const found = readMetricName(name)!;
    expect({ family: found.fact.name, suffix, spelling }).toEqual({
      family,
      suffix: found.suffix,
      spelling: found.spelling,
    });
    expect(lookupMetric(name)?.name).toBe(family);
    expect(respellMetric(found, family + suffix)).toBe(name);
  });

  test.each([
    'vllm:num_requests_running_total',
    'vllm:kv_cache_usage_perc_bucket',
    'vllm:nothing',
    'vllm',
    '',
    'toString',
  ])('nothing is known of %s', (name) => {
    expect(lookupMetric(name)).toBeUndefined();
  });

  test('every series of every metric leads back to it', () => {
    for (const name of all) {
      const fact = lookupMetric(name)!;
      expect(fact.name).toBe(name);
      for (const series of metricSeries(fact)) expect([series, lookupMetric(series)?.name]).toEqual([series, name]);
    }
  });
});

describe('facts', () => {
  test('name replacements that exist, are not gone themselves, and can be asked for in the same way', () => {
    for (const name of all) {
      const fact = lookupMetric(name)!;
      if (fact.replacedBy === undefined) continue;
      const other = lookupMetric(fact.replacedBy);
      expect([name, other?.range.until]).toEqual([name, undefined]);
      expect([name, other?.type]).toEqual([name, fact.type]);
    }
  });

  test('have buckets that rise, for histograms only', () => {
    for (const name of all) {
      const { type, buckets } = lookupMetric(name)!;
      if (!buckets) continue;
      expect([name, type]).toEqual([name, 'histogram']);
      expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
      expect(new Set(buckets).size).toBe(buckets.length);
    }
  });

  test('use every bucket list and every exporter', () => {
    const rows = Object.values(table.metrics) as { buckets?: unknown; exporter?: string }[];
    const buckets = new Set(rows.map((row) => row.buckets).filter((value) => typeof value === 'string'));
    expect([...buckets].sort()).toEqual(Object.keys(table.buckets).sort());
    expect([...new Set(rows.map((row) => row.exporter ?? 'vllm'))].sort()).toEqual(Object.keys(table.exporters).sort());
  });

  test('say who counts: decode where it pulls, prefill where it pushes', () => {
    expect(lookupMetric('vllm:nixl_bytes_transferred')).toMatchObject({
      countedBy: { pull: 'decode', push: 'prefill' },
      side: 'decode with `NixlConnector`, prefill with `NixlPushConnector`',
      labels: ['model_name', 'engine'],
      unit: 'bytes',
    });
    expect(lookupMetric('vllm:nixl_num_kv_expired_reqs')?.side).toBe('prefill');
    expect(lookupMetric('vllm:prompt_tokens_by_source')?.labelValues.source).toContain('external_kv_transfer');
  });

  test.each([
    ['vllm:kv_cache_usage_perc', '0.9.1', 'no'],
    ['vllm:kv_cache_usage_perc', '0.9.2', 'yes'],
    ['vllm:gpu_cache_usage_perc', '0.11.2', 'yes'],
    ['vllm:gpu_cache_usage_perc', '0.12.0', 'no'],
    ['vllm:time_per_output_token_seconds', '0.14.1', 'yes'],
    ['vllm:time_per_output_token_seconds', '0.15.0', 'no'],
    ['vllm:nixl_num_kv_expired_reqs', '0.14.1', 'no'],
    ['vllm:nixl_num_kv_expired_reqs', '0.15.0', 'yes'],
    ['vllm:nixl_xfer_time_seconds', '0.11.0', 'no'],
    ['vllm:nixl_num_notifications_after_expiry', '0.30.0', 'unknown'],
    ['vllm:prompt_tokens_recomputed', '0.20.0', 'no'],
    ['vllm:gpu_cache_usage_perc', undefined, 'unknown'],
  ])('%s in vLLM %s: %s', (name, vllm, there) => {
    expect(metricThere(lookupMetric(name)!, { vllm })).toBe(there);
  });

  test.each([
    ['agent_tx_bytes', '1.0.1', 'yes'],
    ['agent_tx_bytes', '1.1.0', 'no'],
    ['agent_tx_bytes_total', '1.0.1', 'no'],
    ['agent_errors_total', '1.3.0', 'no'],
    // 1.3.2 was built from an older branch than 1.3.1.
    ['agent_errors_total', '1.3.2', 'unknown'],
    ['agent_errors_total', '1.4.0', 'yes'],
  ])('%s in NIXL %s: %s', (name, nixl, there) => {
    expect(metricThere(lookupMetric(name)!, { nixl })).toBe(there);
  });
});

describe('names to propose', () => {
  test('are those of the release, transfers first', () => {
    const names = metricNames({ vllm: '0.25.1', nixl: '1.3.2' });
    expect(names).not.toContain('vllm:gpu_cache_usage_perc');
    expect(names).toContain('vllm:nixl_xfer_time_seconds');
    expect(names.indexOf('vllm:nixl_xfer_time_seconds')).toBeLessThan(names.indexOf('vllm:corrupted_requests'));
    expect(metricNames()).toContain('vllm:gpu_cache_usage_perc');
  });

  test.each([
    ['vllm:nixl_num_failed_transfer_total', ['vllm:nixl_num_failed_transfers_total']],
    ['vllm:nixl_xfer_time_second_sum', ['vllm:nixl_xfer_time_seconds_sum']],
    ['vllm:kv_cache_usage_percent', ['vllm:kv_cache_usage_perc']],
    ['vllm:num_preemption_total', ['vllm:num_preemptions_total']],
    ['vllm:num_request_waiting', ['vllm:num_requests_waiting']],
    // Other words make other metrics.
    ['vllm:prefix_cache_miss_total', []],
    ['vllm:request_failure_total', []],
    ['vllm:kv_offload_load_keys_total', []],
    ['vllm:deployment_replicas', []],
    ['num_requests_waitin', []],
  ])('near %s', (name, found) => {
    expect(nearestMetrics(name)).toEqual(found);
  });

  test('the spelling of a beginning is known', () => {
    expect(['vllm:n', 'vllm_', 'ray_vllm_x', 'ray_vllm:', 'x'].map(metricSpelling)).toEqual([
      'plain',
      'underscore',
      'ray',
      'ray-colon',
      'plain',
    ]);
  });
});
