import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';
import { counterText, Fed, gaugeText, LABELS, type Transfer, transfersText } from './pages';

const FAILED = 'vllm:nixl_num_failed_transfers';
const some = (count: number): Transfer[] =>
  Array.from({ length: count }, () => ({ time: 0.02, post: 0.001, bytes: 2 ** 22, descriptors: 64 }));

const update = (fed: Fed, now = 2000) =>
  fed.deployment.update(now, { running: true, windowSeconds: 60, source: 'live' });

describe('engines', () => {
  it('are sorted by number, then by model', () => {
    const fed = new Fed();
    const text = ['10', '2', '0', '1'].map((engine) => counterText(FAILED, { engine, model_name: 'm' }, 0)).join('');
    fed.page('d', 0, text + counterText(FAILED, { engine: '2', model_name: 'a' }, 0));
    const [endpoint] = fed.deployment.report().endpoints;
    expect(endpoint!.engines.map(({ engine, model }) => `${engine}${model}`)).toEqual(['0m', '1m', '2a', '2m', '10m']);
  });

  it('say when they came into sight', () => {
    const fed = new Fed();
    const page = (engine: string) => counterText(FAILED, { engine, model_name: 'm' }, 0);
    fed.page('a', 500, page('0'));
    fed.page('b', 2000, page('0'));
    fed.page('a', 2500, page('0'));
    expect(update(fed, 2500).engines.map(({ endpoint, firstPageAt }) => [endpoint, firstPageAt])).toEqual([
      ['a', 500],
      ['b', 2000],
    ]);
  });

  it('are told apart by workers and replicas, and keep labels of families out of it', () => {
    const fed = new Fed();
    const dynamo = {
      engine: '0',
      model: 'm',
      model_name: 'm',
      dynamo_namespace: 'dynamo',
      dynamo_component: 'backend',
    };
    const text = ['a', 'b'].map((worker_id) => transfersText({ ...dynamo, worker_id }, some(1))).join('');
    const finished = counterText('vllm:request_success', { ...dynamo, worker_id: 'a', finished_reason: 'stop' }, 4);
    fed.page('d', 0, text + finished);
    expect(update(fed).engines.map(({ key }) => key)).toHaveLength(2);
    expect(new Set(update(fed).engines.map(({ key }) => key)).size).toBe(2);
    const ray = new Fed();
    const lines = (id: string) =>
      `# TYPE ray_vllm_nixl_num_failed_transfers_total counter\nray_vllm_nixl_num_failed_transfers_total{ReplicaId="${id}",WorkerId="w${id}",engine="0",model_name="m"} 3\n`;
    ray.page(
      'r',
      0,
      '# TYPE ray_vllm_num_requests_running gauge\nray_vllm_num_requests_running{ReplicaId="1",WorkerId="w1",engine="0",model_name="m"} 0\n',
    );
    expect(ray.deployment.report().endpoints[0]!.state).toBe('no-nixl');
    ray.page('r', 2000, lines('1'));
    expect(ray.engine('r').failedTransfers).toBe(3);
    expect(ray.deployment.report().endpoints[0]!.state).toBe('ok');
  });

  it('have one usage where every process of a front end shows its own', () => {
    const fed = new Fed();
    const usage = [0, 0, 0.653, 0, 0, 0, 0, 0].map(
      (value, pid) => `vllm:kv_cache_usage_perc{engine="0",model_name="m",pid="${270 + pid}"} ${value}`,
    );
    fed.page('d', 0, `# TYPE vllm:kv_cache_usage_perc gauge\n${usage.join('\n')}\n`);
    expect(update(fed).engines.map(({ serving }) => serving.kvUsage)).toEqual([0.653]);
  });

  it('have their figures under names of older releases', () => {
    const fed = new Fed();
    const old = (tokens: number) =>
      gaugeText('vllm:gpu_cache_usage_perc', LABELS, 0.25) +
      counterText('vllm:gpu_prefix_cache_queries', LABELS, tokens) +
      counterText('vllm:gpu_prefix_cache_hits', LABELS, tokens / 4) +
      `vllm:time_per_output_token_seconds_bucket{engine="0",model_name="m",le="0.01"} 0\n` +
      `vllm:time_per_output_token_seconds_bucket{engine="0",model_name="m",le="+Inf"} ${tokens}\n` +
      `vllm:time_per_output_token_seconds_count{engine="0",model_name="m"} ${tokens}\n` +
      `vllm:time_per_output_token_seconds_sum{engine="0",model_name="m"} ${tokens * 0.04}\n`;
    fed.page('d', 0, old(100));
    fed.page('d', 2000, old(500));
    const { serving } = update(fed).engines[0]!;
    expect(serving).toMatchObject({ kvUsage: 0.25, prefixHitRate: 0.25, p90ItlMs: { gt: 10, le: null } });
    expect(serving.avgItlMs).toBeCloseTo(40, 9);
  });

  it('are not counted twice where a release shows a figure under both names', () => {
    const fed = new Fed();
    fed.page(
      'd',
      0,
      gaugeText('vllm:kv_cache_usage_perc', LABELS, 0.5) + gaugeText('vllm:gpu_cache_usage_perc', LABELS, 0.5),
    );
    expect(update(fed).engines[0]!.serving.kvUsage).toBe(0.5);
  });

  it('have the labels of their configuration, without a model of its own', () => {
    const fed = new Fed();
    const info = (engine: string, dtype: string) =>
      `vllm:cache_config_info{engine="${engine}",block_size="16",cache_dtype="${dtype}"} 1.0\n`;
    const text =
      info('0', 'auto') +
      info('1', 'fp8') +
      counterText(FAILED, LABELS, 0) +
      counterText(FAILED, { ...LABELS, engine: '1' }, 0);
    fed.page('d', 0, text);
    const { engines } = fed.deployment.watched(60, DEFAULT_THRESHOLDS);
    expect(engines.map((engine) => engine.info('vllm:cache_config_info')?.cache_dtype)).toEqual(['auto', 'fp8']);
  });

  it('sleep where they say so', () => {
    const fed = new Fed();
    const states = (awake: number, offloaded: number) =>
      gaugeText('vllm:engine_sleep_state', { ...LABELS, sleep_state: 'awake' }, awake) +
      gaugeText('vllm:engine_sleep_state', { ...LABELS, sleep_state: 'weights_offloaded' }, offloaded);
    fed.page('d', 0, states(1, 0));
    expect(update(fed).engines[0]!.asleep).toBe(false);
    fed.page('d', 2000, states(0, 1));
    expect(update(fed).engines.map(({ asleep }) => asleep)).toEqual([true]);
  });

  it('do not come from metrics of NIXL that no table has: those are shown as they are', () => {
    const fed = new Fed();
    fed.page('d', 0, `vllm:nixl_num_pending_sends{engine="7",model_name="x"} 3\n${counterText(FAILED, LABELS, 0)}`);
    expect(update(fed).engines).toHaveLength(1);
    expect(update(fed).others).toEqual([
      { name: 'vllm:nixl_num_pending_sends', endpoint: 'd', labels: { engine: '7', model_name: 'x' }, value: 3 },
    ]);
  });

  it('that were replaced are forgotten where there are very many', () => {
    const fed = new Fed();
    const worker = (number: number) => counterText(FAILED, { ...LABELS, WorkerId: `w${number}` }, 5);
    for (let turn = 0; turn < 1500; turn += 1) fed.page('d', turn * 2000, worker(0) + worker(turn + 1));
    const { engines } = fed.deployment.report().endpoints[0]!;
    expect(engines.length).toBeLessThan(257);
    expect(engines.filter(({ failedTransfers }) => failedTransfers === 0)).toHaveLength(1);
    const [endpoint] = update(fed).endpoints;
    expect(endpoint!.problem).toBeNull();
    const many = Array.from({ length: 1500 }, (_, number) => worker(number)).join('');
    fed.page('d', 4e6, many);
    expect(update(fed).endpoints[0]!.problem).toMatch(/left out/);
  });

  it('may have any text for a model', () => {
    const fed = new Fed();
    const model = '<img src=x onerror="x">,{le="5"}';
    const escaped = model.replaceAll('"', '\\"');
    fed.page('d', 0, `vllm:nixl_num_failed_transfers_total{engine="0",model_name="${escaped}"} 0\n`);
    expect(fed.engine('d').model).toBe(model);
  });
});

describe('states', () => {
  it('say what is missing', () => {
    const fed = new Fed();
    fed.page('nixl', 0, counterText(FAILED, LABELS, 0));
    fed.page('vllm', 0, gaugeText('vllm:num_requests_running', LABELS, 0));
    fed.page('http', 0, 'http_requests_total{handler="/metrics"} 4\n');
    fed.lost('gone', 0);
    const states = () =>
      Object.fromEntries(fed.deployment.report().endpoints.map(({ endpoint, state }) => [endpoint, state]));
    expect(states()).toEqual({ nixl: 'ok', vllm: 'no-nixl', http: 'disabled', gone: 'down' });
    fed.lost('nixl', 2000);
    expect(states()).toMatchObject({ nixl: 'stale' });
    fed.page('nixl', 4000, counterText(FAILED, LABELS, 0));
    expect(states()).toMatchObject({ nixl: 'ok' });
    for (let at = 6000; at <= 20_000; at += 2000) fed.page('nixl', at, counterText(FAILED, LABELS, 0));
    expect(states()).toMatchObject({ nixl: 'ok', vllm: 'stale' });
  });

  it('tell of servers that take turns behind one address', () => {
    const fed = new Fed();
    const from = (start: number) => `process_start_time_seconds ${start}\n${counterText(FAILED, LABELS, 0)}`;
    for (const [index, start] of [1, 2, 1].entries()) fed.page('d', index * 2000, from(start));
    expect(update(fed).endpoints[0]!.problem).toMatch(/take turns/);
  });
});

describe('the exporter of NIXL', () => {
  const counters = (suffix: string, agent: string, factor: number, times = true) => {
    const line = (name: string, value: number) =>
      `# TYPE ${name}${suffix} counter\n${name}${suffix}{hostname="h1",agent_name="${agent}"} ${value * factor}\n`;
    return (
      line('agent_rx_bytes', 64 * 2 ** 20) +
      line('agent_tx_bytes', 0) +
      line('agent_rx_requests_num', 8) +
      line('agent_tx_requests_num', 0) +
      (times ? line('agent_xfer_time', 16_000) + line('agent_xfer_post_time', 4000) : '')
    );
  };

  it('has a row for each host, with times that are microseconds', () => {
    const fed = new Fed();
    fed.page('n', 0, counters('_total', 'a', 0) + counters('_total', 'b', 0));
    fed.page('n', 2000, counters('_total', 'a', 1) + counters('_total', 'b', 2));
    expect(fed.engine('n', 'h1')).toMatchObject({
      model: null,
      transfers: 24,
      avgTransferMs: 2,
      avgPostMs: 0.5,
      avgMBPerTransfer: 8,
      throughputMBps: 4000,
      p90TransferMs: null,
      failedTransfers: null,
    });
    expect(fed.deployment.watched(60, DEFAULT_THRESHOLDS).engines).toEqual([]);
    expect(fed.deployment.report().endpoints[0]!.state).toBe('ok');
  });

  it('counts an agent anew without the others of its host', () => {
    const fed = new Fed();
    fed.page('n', 0, counters('_total', 'a', 10) + counters('_total', 'b', 10));
    fed.page('n', 2000, counters('_total', 'a', 1) + counters('_total', 'b', 11));
    expect(fed.engine('n', 'h1').transfers).toBe(16);
  });

  it('is read without `_total` and without times, as before NIXL 1.1.0', () => {
    const fed = new Fed();
    const gauge = '# TYPE agent_xfer_time gauge\nagent_xfer_time{category="x",hostname="h1",agent_name="a"} 900\n';
    fed.page('n', 0, counters('', 'a', 1, false) + gauge);
    fed.page('n', 2000, counters('', 'a', 3, false) + gauge);
    expect(fed.engine('n', 'h1')).toMatchObject({ transfers: 16, avgTransferMs: null, avgMBPerTransfer: 8 });
    expect(update(fed).others).toMatchObject([{ name: 'agent_xfer_time', value: 900 }]);
  });

  it('has percentiles from its histogram, and failures from its errors', () => {
    const fed = new Fed();
    const text = (count: number) =>
      counters('_total', 'a', count) +
      `# TYPE agent_xfer_time_us histogram\n` +
      `agent_xfer_time_us_bucket{hostname="h1",agent_name="a",le="250"} ${8 * count}\n` +
      `agent_xfer_time_us_bucket{hostname="h1",agent_name="a",le="500"} ${10 * count}\n` +
      `agent_xfer_time_us_bucket{hostname="h1",agent_name="a",le="+Inf"} ${10 * count}\n` +
      `agent_xfer_time_us_sum{hostname="h1",agent_name="a"} ${3000 * count}\n` +
      `agent_xfer_time_us_count{hostname="h1",agent_name="a"} ${10 * count}\n` +
      ['backend', 'canceled']
        .map((status) => `agent_errors_total{hostname="h1",agent_name="a",status="${status}"} ${count}\n`)
        .join('');
    fed.page('n', 0, text(0));
    fed.page('n', 2000, text(2));
    expect(fed.engine('n', 'h1')).toMatchObject({
      transfers: 20,
      avgTransferMs: expect.closeTo(0.3, 9),
      p90TransferMs: { gt: 0.25, le: 0.5 },
      failedTransfers: 4,
    });
  });
});
