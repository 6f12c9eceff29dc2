import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Scenario, Simulation } from '../../../server/src/metrics/simulator';
import { exporterNumber, pythonNumber, rustFloat } from '../../../server/src/metrics/simulator/pages/numbers';
import { QWEN_7B } from '../../../server/src/metrics/simulator/scenarios';
import { START, scenarioNamed } from './support';

const GOLDEN = join(import.meta.dirname, '../../fixtures/simulator');

/** What is looked at of a page; the rest is more of the same. */
const SHOWN =
  /^(?:# (?:HELP|TYPE) )?(?:ray_)?(?:vllm[:_](?:num_requests_(?:running|waiting_by_reason)|kv_cache_usage_perc|gpu_cache_usage_perc|prompt_tokens(?:_by_source)?|nixl_(?:bytes_transferred|xfer_time|num_failed_transfers|num_kv)|iteration_tokens|cache_config_info)|process_start|process_cpu|http_requests|http_request_size)/;

function small(difference: Partial<Scenario>): Scenario {
  const base = scenarioNamed('healthy');
  const requests = [1, 2, 3].map((at) => ({ at, promptTokens: 2000 * at, outputTokens: 5 }));
  return {
    ...base,
    model: { ...QWEN_7B, maxModelLen: 100 },
    load: { kind: 'list', requests },
    warmUp: 0,
    ...difference,
  };
}

const PAGES: readonly (readonly [string, Scenario, string])[] = [
  ['python', small({}), 'decode'],
  ['python-multi', small({ frontEnd: 'python-multi', decode: { ...small({}).decode, dataParallel: 2 } }), 'decode'],
  ['python-multi-0.11', small({ frontEnd: 'python-multi', vllm: '0.11.1' }), 'decode'],
  ['python-0.10', small({ vllm: '0.10.2' }), 'decode'],
  ['rust', small({ frontEnd: 'rust' }), 'decode'],
  ['ray', small({ shownBy: 'ray' }), 'decode'],
  ['ray-before', small({ shownBy: 'ray-colon', vllm: '0.10.2' }), 'decode'],
  ['dynamo', small({ shownBy: 'dynamo' }), 'prefill'],
  ['markup', small({ model: { ...scenarioNamed('markup').model, maxModelLen: 100 } }), 'prefill'],
];

describe('the page', () => {
  it.each(PAGES)('%s', async (name, scenario, label) => {
    const lines = new Simulation(scenario, { start: START }).page(label, START + 20_000)!.split('\n');
    const shown = lines.filter((line) => SHOWN.test(line) || line === '# EOF');
    await expect(`${shown.join('\n')}\n`).toMatchFileSnapshot(join(GOLDEN, `${name}.prom`));
  });

  it.each(['0.9', '1.2', '1.4', 'main'] as const)('of the exporter of NIXL %s', async (exporter) => {
    const page = new Simulation(small({ exporter }), { start: START }).page('decode-nixl', START + 20_000);
    await expect(page).toMatchFileSnapshot(join(GOLDEN, `nixl-exporter-${exporter}.prom`));
  });

  it('ends as its format wants it', () => {
    for (const [, scenario, label] of PAGES) {
      const page = new Simulation(scenario, { start: START }).page(label, START)!;
      expect(page.endsWith(scenario.frontEnd === 'rust' ? '\n# EOF\n' : '\n')).toBe(true);
      expect(page.includes('# EOF')).toBe(scenario.frontEnd === 'rust');
    }
  });
});

describe('numbers', () => {
  // As Python's client library 0.16 prints them; see test/external for a comparison with the library itself.
  it.each([
    [0, '0.0', '0.0', '0'],
    [15, '15.0', '15.0', '15'],
    [0.005, '0.005', '0.005', '0.005'],
    [4.57e-5, '4.57e-05', '0.0000457', '4.57e-05'],
    [131_072, '131072.0', '131072.0', '131072'],
    [2_097_152, '2.097152e+06', '2097152.0', '2097152'],
    [8_589_934_592, '8.589934592e+09', '8589934592.0', '8589934592'],
    [123_456_789_012.5, '1.234567890125e+011', '123456789012.5', '123456789012.5'],
    [1e6, '1e+06', '1000000.0', '1000000'],
    [1e21, '1e+21', '1e21', '1e+21'],
    [-3_000_000, '-3000000.0', '-3000000.0', '-3000000'],
    [Number.POSITIVE_INFINITY, '+Inf', 'inf', '+Inf'],
    [Number.NaN, 'NaN', 'NaN', 'Nan'],
  ])('%d', (value, python, rust, exporter) => {
    expect([pythonNumber(value), rustFloat(value), exporterNumber(value)]).toEqual([python, rust, exporter]);
  });
});
