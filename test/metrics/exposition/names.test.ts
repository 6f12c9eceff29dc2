import { describe, expect, it } from 'vitest';
import { lookupMetric } from '../../../server/src/knowledge';
import { PageReader, readSeriesName, wantedByDefault, wantedFamilies } from '../../../server/src/metrics/exposition';
import { figures, read } from './support';

describe('names', () => {
  it.each([
    ['vllm:nixl_xfer_time_seconds_bucket', 'vllm:nixl_xfer_time_seconds', 'bucket'],
    ['vllm:nixl_xfer_time_seconds_created', 'vllm:nixl_xfer_time_seconds', 'created'],
    ['vllm:nixl_num_failed_transfers_total', 'vllm:nixl_num_failed_transfers', 'value'],
    ['vllm:nixl_num_failed_transfers', 'vllm:nixl_num_failed_transfers', 'value'],
    ['vllm:iteration_tokens_total_count', 'vllm:iteration_tokens_total', 'count'],
    ['vllm:mooncake_store_operation_total', 'vllm:mooncake_store_operation', 'value'],
    ['ray_vllm_num_preemptions_total', 'vllm:num_preemptions', 'value'],
    ['ray_vllm:num_preemptions_total', 'vllm:num_preemptions', 'value'],
    ['vllm_num_preemptions_total', 'vllm:num_preemptions', 'value'],
    ['vllm_nixl_new_thing_total', 'vllm:nixl_new_thing', 'value'],
    ['ray_vllm_nixl_new_thing_sum', 'vllm:nixl_new_thing', 'sum'],
    ['agent_tx_bytes', 'agent_tx_bytes_total', 'value'],
    ['agent_tx_bytes_total', 'agent_tx_bytes_total', 'value'],
    ['agent_xfer_time', 'agent_xfer_time', 'value'],
    ['agent_xfer_time_total', 'agent_xfer_time_total', 'value'],
    ['agent_xfer_time_us_bucket', 'agent_xfer_time_us', 'bucket'],
    ['agent_memory_registered', 'agent_memory_registered', 'value'],
  ])('%s is %s, %s', (name, family, part) => {
    expect(readSeriesName(name)).toEqual({ family, part });
  });

  it.each([
    'agent_build_info',
    'vllm_router_requests',
    'python_info',
    'nixl_xfer_time',
    'ray_serve_requests',
    'lmcache:num_hit_tokens',
    '',
  ])('%s is nobody of ours', (name) => {
    expect(readSeriesName(name)).toBeUndefined();
  });

  it('wants everything of NIXL, what a view of prefill and decode needs, and what that replaced', () => {
    const wanted = [
      'vllm:nixl_anything',
      'vllm:kv_cache_usage_perc',
      'vllm:gpu_cache_usage_perc',
      'agent_errors_total',
    ];
    const others = [
      'vllm:request_prompt_tokens',
      'vllm:iteration_tokens_total',
      'vllm:current_qps',
      'agent_build_info',
    ];
    expect(wanted.filter(wantedByDefault)).toEqual(wanted);
    expect(others.filter(wantedByDefault)).toEqual([]);
  });

  it('wants families by the names that it reads', () => {
    for (const family of wantedFamilies()) {
      expect(lookupMetric(family)).toBeDefined();
      expect(readSeriesName(family)).toEqual({ family, part: 'value' });
    }
  });
});

describe('types of names that no table knows', () => {
  const families = (text: string): string[] => [...read(text).families];

  it('go by what the page says', () => {
    expect(figures(read('# TYPE vllm:nixl_x_total histogram\nvllm:nixl_x_total_bucket{le="1"} 2\n'))).toEqual({
      'vllm:nixl_x_total bucket 1': 2,
    });
    expect(figures(read('# TYPE vllm:nixl_x_count gauge\nvllm:nixl_x_count 2\n'))).toEqual({
      'vllm:nixl_x_count value': 2,
    });
    expect(figures(read('# TYPE vllm:nixl_x_total counter\nvllm:nixl_x_total 2\n'))).toEqual({
      'vllm:nixl_x value': 2,
    });
    expect(figures(read('# TYPE vllm:nixl_x counter\nvllm:nixl_x_total 2\n# EOF\n'))).toEqual({
      'vllm:nixl_x value': 2,
    });
    expect(figures(read('# TYPE vllm:nixl_x_bucket untyped\nvllm:nixl_x_bucket{le="1"} 2\n'))).toEqual({
      'vllm:nixl_x bucket 1': 2,
    });
    expect(figures(read('# TYPE vllm:nixl_x summary\nvllm:nixl_x{quantile="0.5"} 2\nvllm:nixl_x_sum 3\n'))).toEqual({
      'vllm:nixl_x value quantile="0.5"': 2,
      'vllm:nixl_x sum': 3,
    });
  });

  it('tell a moment of creation from a gauge of that name', () => {
    const counter = '# TYPE vllm:nixl_x_total counter\nvllm:nixl_x_total 2\n';
    const created = '# TYPE vllm:nixl_x_created gauge\nvllm:nixl_x_created 1.7e9\n';
    expect(figures(read(counter + created))).toEqual({ 'vllm:nixl_x value': 2, 'vllm:nixl_x created': 1.7e9 });
    expect(families(counter + created)).toEqual(['vllm:nixl_x']);
    expect(figures(read(created))).toEqual({ 'vllm:nixl_x_created value': 1.7e9 });
    expect(figures(read('vllm:nixl_x_created 1.7e9\n'))).toEqual({ 'vllm:nixl_x created': 1.7e9 });
  });

  it('may change from page to page, and within one', () => {
    const known = 'vllm:num_requests_running 1\n';
    const bare = 'vllm:nixl_x_total 2\n';
    const counter = `# TYPE vllm:nixl_x_total counter\n${bare}`;
    const gauge = `# TYPE vllm:nixl_x_total gauge\n${bare}`;
    const [asCounter, asGauge] = ['vllm:nixl_x value', 'vllm:nixl_x_total value'];
    const reader = new PageReader();
    for (const [text, name] of [
      [counter, asCounter],
      [counter, asCounter],
      [gauge, asGauge],
      [gauge, asGauge],
      [bare, asCounter],
      [counter, asCounter],
    ] as const) {
      expect(Object.keys(figures(read(known + text + known, reader)))).toEqual([
        'vllm:num_requests_running value',
        name,
      ]);
    }
    expect(figures(read(counter + gauge + counter, reader))).toEqual({ [asCounter]: 2, [asGauge]: 2 });
    expect(figures(read(gauge + counter + gauge, reader))).toEqual({ [asCounter]: 2, [asGauge]: 2 });
  });

  it('decide what is wanted', () => {
    const reader = new PageReader((family) => family === 'vllm:x_total');
    const text = 'vllm:x_total 1\n# TYPE vllm:x_total gauge\nvllm:x_total 2\n';
    expect(figures(read(text, reader))).toEqual({ 'vllm:x_total value': 2 });
  });

  it('are declared without a series, too', () => {
    expect(families('# TYPE vllm:nixl_num_kv_expired_reqs_total counter\n# TYPE agent_tx_bytes counter\n')).toEqual([
      'vllm:nixl_num_kv_expired_reqs',
      'agent_tx_bytes_total',
    ]);
    expect(families('# TYPE "vllm:nixl_x" gauge\n# TYPE go_info gauge\n# HELP vllm:nixl_y text\n')).toEqual([
      'vllm:nixl_x',
    ]);
    expect(families('vllm:request_success_total{a="b"} 1\nvllm:unheard_of 1\nagent_build_info 1\n')).toEqual([
      'vllm:request_success',
      'vllm:unheard_of',
    ]);
  });
});

describe('the format', () => {
  it.each([
    ['# TYPE vllm:x_total counter\nvllm:x_total 1\n', 'text', true],
    ['# TYPE vllm:x counter\nvllm:x_total 1\n', 'openmetrics', false],
    ['# TYPE agent_tx_bytes counter\nagent_tx_bytes 1\n', 'text', true],
    ['# TYPE x untyped\nx 1\n', 'text', true],
    ['# TYPE x unknown\nx 1\n', 'openmetrics', false],
    ['# UNIT x_seconds seconds\nx_seconds 1\n', 'openmetrics', false],
    ['x 1\n# EOF\n', 'openmetrics', true],
    ['x 1\n# EOF', 'openmetrics', true],
    ['x 1\r\n# EOF\r\n', 'openmetrics', true],
    ['x 1\n# EOF of file\n', 'text', true],
    ['# EOF\nx', 'openmetrics', false],
  ] as const)('of %j is %s, complete: %s', (text, format, complete) => {
    expect(read(text)).toMatchObject({ format, complete });
  });
});
