import { describe, expect, it } from 'vitest';
import { type ListedRequest, type Scenario, Simulation } from '../../../server/src/metrics/simulator';
import { QWEN_7B, TCP } from '../../../server/src/metrics/simulator/scenarios';
import { Figures, figuresAt, START, scenarioNamed } from './support';

/** The machines of a public lab note: vLLM 0.25.1, Qwen2-7B, one engine each, blocks of 16 tokens. */
function lab(requests: readonly ListedRequest[]): Scenario {
  const base = scenarioNamed('healthy');
  const side = { blockSize: 16, gpuBlocks: 40_000, prefixHits: 0 };
  return {
    ...base,
    model: QWEN_7B,
    vllm: '0.25.1',
    prefill: { ...base.prefill, ...side },
    decode: { ...base.decode, ...side },
    load: { kind: 'list', requests },
    link: { ...TCP, megabytesPerSecond: 274, spread: 0.1 },
    warmUp: 0,
  };
}

describe('one request of nine tokens', () => {
  const simulation = new Simulation(lab([{ at: 1, promptTokens: 9, outputTokens: 12 }]), { start: START });
  const decode = figuresAt(simulation, 'decode', 30);
  const prefill = figuresAt(simulation, 'prefill', 30);

  it('moves one block to decode', () => {
    expect(decode.sum('vllm:nixl_bytes_transferred', 'sum')).toBe(917_504);
    expect(decode.sum('vllm:nixl_bytes_transferred', 'count')).toBe(1);
    expect(decode.sum('vllm:nixl_num_descriptors', 'sum')).toBe(56);
  });

  it('brings all tokens but the last', () => {
    const of = (source: string) => decode.sum('vllm:prompt_tokens_by_source', 'value', { source });
    expect([of('external_kv_transfer'), of('local_compute'), of('local_cache_hit')]).toEqual([8, 1, 0]);
    expect(decode.sum('vllm:generation_tokens')).toBe(12);
  });

  it('leaves the figures of transfers on prefill at zero', () => {
    for (const family of ['xfer_time_seconds', 'post_time_seconds', 'bytes_transferred', 'num_descriptors']) {
      expect(prefill.sum(`vllm:nixl_${family}`, 'count')).toBe(0);
    }
    expect(prefill.sum('vllm:prompt_tokens_by_source', 'value', { source: 'local_compute' })).toBe(9);
    expect(prefill.sum('vllm:request_success', 'value', { finished_reason: 'length' })).toBe(1);
  });
});

/** Prompt tokens that had to be moved, and what was measured of 32 requests. */
const MEASURED = [
  { tokens: 512, gigabytes: 0.94, averageMs: 113.9, descriptors: 1792 },
  { tokens: 1537, gigabytes: 2.82, averageMs: 330.2, descriptors: 5380 },
  { tokens: 7667, gigabytes: 14.069, averageMs: 1602.7, descriptors: 26_834 },
];

describe.each(MEASURED)('32 requests of $tokens tokens over TCP', ({ tokens, gigabytes, averageMs, descriptors }) => {
  const requests = Array.from({ length: 32 }, (_, index) => ({
    at: 1 + 3 * index,
    promptTokens: tokens,
    outputTokens: 8,
  }));
  const decode = figuresAt(new Simulation(lab(requests), { start: START }), 'decode', 200);

  it('have the sizes that were measured', () => {
    expect(decode.sum('vllm:nixl_bytes_transferred', 'count')).toBe(32);
    expect(decode.sum('vllm:nixl_bytes_transferred', 'sum') / 1e9 / gigabytes).toBeCloseTo(1, 1);
    expect(decode.mean('vllm:nixl_num_descriptors') / descriptors).toBeCloseTo(1, 1);
    expect(decode.sum('vllm:nixl_bytes_transferred', 'sum') / decode.sum('vllm:nixl_num_descriptors', 'sum')).toBe(
      16_384,
    );
  });

  it('take about as long', () => {
    expect(decode.mean('vllm:nixl_xfer_time_seconds') * 1000).toBeGreaterThan(averageMs * 0.9);
    expect(decode.mean('vllm:nixl_xfer_time_seconds') * 1000).toBeLessThan(averageMs * 1.1);
    expect(decode.mean('vllm:nixl_post_time_seconds')).toBeLessThan(decode.mean('vllm:nixl_xfer_time_seconds') / 20);
  });
});

describe('other figures that were seen', () => {
  it('telemetry that is off: failures only, and answers that are errors', () => {
    const simulation = new Simulation(scenarioNamed('telemetry-off'), { start: START });
    const decode = figuresAt(simulation, 'decode', 60);
    expect(decode.sum('vllm:nixl_num_failed_transfers')).toBeGreaterThan(100);
    expect(decode.sum('vllm:nixl_xfer_time_seconds', 'count')).toBe(0);
    const errors = decode.sum('vllm:request_success', 'value', { finished_reason: 'error' });
    expect(errors).toBe(decode.sum('vllm:nixl_num_failed_transfers'));
    expect(figuresAt(simulation, 'prefill', 60).sum('vllm:nixl_num_kv_expired_reqs')).toBe(0);
  });

  it('usage of several processes before 0.12: a row for each, of which one knows', () => {
    const base = scenarioNamed('data-parallel');
    const simulation = new Simulation({ ...base, vllm: '0.11.0' }, { start: START });
    const text = simulation.page('decode', START + 30_000)!;
    const rows = text.split('\n').filter((line) => line.startsWith('vllm:kv_cache_usage_perc{'));
    expect(rows).toHaveLength(16);
    expect(rows.every((row) => /,pid="\d+"} /.test(row))).toBe(true);
    expect(rows.filter((row) => !row.endsWith(' 0.0')).length).toBeLessThanOrEqual(4);
    expect(new Figures(text).of('vllm:num_requests_running')).toHaveLength(4);
  });

  it('labels of Dynamo', () => {
    const text = new Simulation(scenarioNamed('dynamo'), { start: START }).page('decode-0', START)!;
    expect(text).toMatch(
      /^vllm:num_requests_running\{dynamo_component="backend",dynamo_endpoint="generate",dynamo_namespace="dynamo",engine="0",model="[^"]+",model_name="[^"]+",worker_id="[0-9a-f]{16}"\} \d+\.0$/m,
    );
  });
});
