import { describe, expect, it } from 'vitest';
import { PageReader } from '../../../server/src/metrics/exposition';
import { figures, fixture, read, words } from './support';

const qwen = 'engine="0",model_name="Qwen/Qwen2-7B-Instruct"';

describe('pages of vLLM', () => {
  it('reads the front end in Python, one process', () => {
    const page = read(fixture('python-single'));
    expect(page).toMatchObject({ format: 'text', complete: true, faults: 0, processStart: 1764000000.25 });
    const found = figures(page);
    expect(found).toMatchObject({
      [`vllm:nixl_xfer_time_seconds bucket 0.005 ${qwen}`]: 2,
      [`vllm:nixl_xfer_time_seconds bucket 5 ${qwen}`]: 3,
      [`vllm:nixl_xfer_time_seconds bucket Infinity ${qwen}`]: 4,
      [`vllm:nixl_xfer_time_seconds count ${qwen}`]: 4,
      [`vllm:nixl_xfer_time_seconds sum ${qwen}`]: 6.317897,
      [`vllm:nixl_xfer_time_seconds created ${qwen}`]: 1764000012.3456788,
      [`vllm:nixl_bytes_transferred bucket 8589934592 ${qwen}`]: 4,
      [`vllm:nixl_num_failed_transfers value ${qwen}`]: 0,
      [`vllm:nixl_num_failed_transfers created ${qwen}`]: 1764000012.3456788,
      [`vllm:prompt_tokens value ${qwen}`]: 34567,
      [`vllm:prompt_tokens_by_source value ${qwen},source="external_kv_transfer"`]: 34000,
      'vllm:cache_config_info value block_size="16",cache_dtype="auto",engine="0"': 1,
    });
    expect(Object.keys(found).filter((name) => name.startsWith('vllm:nixl_bytes_transferred bucket'))).toHaveLength(13);
  });

  it('leaves out what nobody wants, and says that it is there', () => {
    const page = read(fixture('python-single'));
    const families = new Set(page.samples.map(({ series }) => series.family));
    for (const name of ['vllm:request_prompt_tokens', 'vllm:iteration_tokens_total']) {
      expect(families.has(name)).toBe(false);
      expect(page.families.has(name)).toBe(true);
    }
    expect([...page.families].filter((name) => !name.startsWith('vllm:'))).toEqual([]);
  });

  it('keeps the name of a histogram that ends in _total', () => {
    const page = read(fixture('python-single'), new PageReader((family) => family === 'vllm:iteration_tokens_total'));
    expect(figures(page)).toMatchObject({
      [`vllm:iteration_tokens_total bucket 16 ${qwen}`]: 1,
      [`vllm:iteration_tokens_total sum ${qwen}`]: 12,
      [`vllm:iteration_tokens_total count ${qwen}`]: 1,
    });
  });

  it('reads the front end in Python, several processes: the same series in another order', () => {
    const page = read(fixture('python-multi-process'));
    const single = read(fixture('python-two-ranks'));
    expect(page).toMatchObject({ format: 'text', complete: true, faults: 0 });
    expect(page.processStart).toBeUndefined();
    expect(page.samples.filter(({ series }) => series.part === 'created')).toEqual([]);
    const without = single.samples.filter(({ series }) => series.part !== 'created').map(words);
    expect(page.samples.map(words).sort()).toEqual(without.sort());
  });

  it('tells two ranks apart', () => {
    const found = figures(read(fixture('python-two-ranks')));
    expect(found[`vllm:num_requests_running value ${qwen}`]).toBe(3);
    expect(found[`vllm:num_requests_running value ${qwen.replace('"0"', '"1"')}`]).toBe(4);
  });

  it('reads the front end in Rust', () => {
    const page = read(fixture('rust-openmetrics'));
    const labels = 'engine="0",model_name="model"';
    expect(page).toMatchObject({ format: 'openmetrics', complete: true, faults: 0 });
    expect(figures(page)).toMatchObject({
      [`vllm:prompt_tokens value ${labels}`]: 34567503,
      [`vllm:nixl_xfer_time_seconds count ${labels}`]: 1,
      [`vllm:nixl_xfer_time_seconds sum ${labels}`]: 0.03,
      [`vllm:nixl_xfer_time_seconds bucket 0.025 ${labels}`]: 0,
      [`vllm:nixl_xfer_time_seconds bucket 0.05 ${labels}`]: 1,
      [`vllm:nixl_bytes_transferred sum ${labels}`]: 8192,
      [`vllm:nixl_num_failed_transfers value ${labels}`]: 0,
    });
  });

  it('gives both front ends the same families', () => {
    const python = read(fixture('python-single')).families;
    const rust = [...read(fixture('rust-openmetrics')).families].filter((name) => name !== 'vllm:http_request_seconds');
    expect(rust.filter((name) => !python.has(name))).toEqual([]);
  });

  it('sees a restart: a smaller count, and another moment of creation', () => {
    const reader = new PageReader();
    const [before, after] = ['python-single', 'python-single-restarted'].map((name) => read(fixture(name), reader));
    expect(after!.processStart).toBe(1764000777.5);
    const count = `vllm:nixl_xfer_time_seconds count ${qwen}`;
    expect([figures(before!)[count], figures(after!)[count]]).toEqual([4, 1]);
    const series = before!.samples.map((sample) => sample.series);
    expect(after!.samples.every((sample, index) => sample.series === series[index])).toBe(true);
  });

  it('keeps the names of old releases', () => {
    const page = read(fixture('vllm-0.10'));
    expect(figures(page)).toMatchObject({
      'vllm:gpu_cache_usage_perc value engine="0",model_name="m"': 0.25,
      'vllm:gpu_prefix_cache_queries value engine="0",model_name="m"': 96,
      'vllm:time_per_output_token_seconds bucket 0.025 engine="0",model_name="m"': 1,
    });
    expect(page.families.has('vllm:num_requests_swapped')).toBe(true);
  });

  it('undoes what Ray does to names', () => {
    const page = read(fixture('ray'));
    const [first] = page.samples;
    expect(first!.series).toMatchObject({
      family: 'vllm:num_requests_running',
      set: { labels: { ReplicaId: 'default#llm#a1b2c3', engine: '0' } },
    });
    const found = figures(page);
    const key = first!.series.set.key;
    expect(found[`vllm:prompt_tokens value ${key}`]).toBe(512);
    expect(found[`vllm:nixl_num_failed_transfers value ${key}`]).toBe(3);
    expect(found[`vllm:nixl_xfer_time_seconds bucket 0.005 ${key}`]).toBe(2);
    expect(page.samples.filter(({ series }) => series.family === 'vllm:prompt_tokens')).toHaveLength(1);
    expect(page.families.has('ray_serve_num_http_requests')).toBe(false);
    const colons = read(fixture('ray').replaceAll('ray_vllm_', 'ray_vllm:'));
    expect(figures(colons)).toEqual(found);
  });

  it('takes the labels of Dynamo as they are', () => {
    const own = 'dynamo_component="backend",dynamo_endpoint="generate",worker_id="4a713c17c835edfd"';
    const text = fixture('python-single').replaceAll('{engine', `{${own},engine`);
    expect(figures(read(text))[`vllm:nixl_xfer_time_seconds count ${own.replace(',worker', `,${qwen},worker`)}`]).toBe(
      4,
    );
  });

  it('reads a name of a model with everything in it', () => {
    const { samples, faults } = read(fixture('escaped-model'));
    const [sample] = samples.filter(({ series }) => series.family === 'vllm:nixl_xfer_time_seconds');
    expect(faults).toBe(0);
    expect(sample!.series.set.labels.model_name).toBe(
      'evil "model", }{ \\ <b onclick=alert(1)>x</b>\nsecond line é 模型',
    );
    expect(sample!.series.set.key).toContain('"evil \\"model\\", }{ \\\\ <b onclick=alert(1)>x</b>\\nsecond');
  });
});

describe('pages of the exporter of NIXL', () => {
  const agent = 'agent_name="5d0f2c36-9a57-4d10-8f9a-2f4a39a5b0c1"';
  const host = 'hostname="node-7"';
  const category = 'category="NIXL_TELEMETRY_TRANSFER"';

  it.each([
    ['nixl-0.9', `${agent},${category},${host}`],
    ['nixl-1.2', `${agent},${category},${host}`],
    ['nixl-1.4', `${agent},${host}`],
    ['nixl-main', `agent_instance="0",${agent},${host},local_rank="3",pid="214"`],
  ])('reads the counters of %s under one name', (name, labels) => {
    const page = read(fixture(name));
    expect(page).toMatchObject({ format: 'text', complete: true, faults: 0 });
    expect(figures(page)).toMatchObject({
      [`agent_tx_bytes_total value ${labels}`]: 917504,
      [`agent_rx_requests_num_total value ${labels}`]: 16,
    });
    expect(page.families.has('agent_rx_bytes_total')).toBe(true);
  });

  it('keeps the time of the last transfer apart from the sum of all', () => {
    const found = figures(read(fixture('nixl-1.4')));
    expect(found[`agent_xfer_time value ${agent},${host}`]).toBe(1381);
    expect(found[`agent_xfer_time_total value ${agent},${host}`]).toBe(22096);
    expect(found[`agent_errors_total value ${agent},${host},status="no_telemetry"`]).toBe(3);
  });

  it('reads its histograms', () => {
    const { samples } = read(fixture('nixl-main'));
    const buckets = samples.filter(({ series }) => series.family === 'agent_xfer_time_us' && series.part === 'bucket');
    expect(buckets.map(({ series }) => series.le).slice(-2)).toEqual([10_000_000, Number.POSITIVE_INFINITY]);
  });
});

describe('pages that break off', () => {
  it.each(['python-single', 'rust-openmetrics', 'ray', 'nixl-1.4'])(
    'drops the last line of %s, wherever it is cut',
    (name) => {
      const whole = Buffer.from(fixture(name));
      const all = figures(read(whole.toString()));
      const reader = new PageReader();
      for (let length = 1; length < whole.length; length += 61) {
        const page = reader.readBytes(whole.subarray(0, length), 0);
        if (whole[length - 1] !== 0x0a) expect(page.complete).toBe(false);
        const found = figures(page);
        for (const key of Object.keys(found)) expect([key, found[key]]).toEqual([key, all[key]]);
      }
    },
  );

  it('knows that OpenMetrics has an end', () => {
    const text = fixture('rust-openmetrics');
    expect(read(text.replace('# EOF\n', ''))).toMatchObject({ format: 'openmetrics', complete: false });
    expect(read(text.replace('# EOF\n', '# EOF'))).toMatchObject({ format: 'openmetrics', complete: true });
    expect(read(text.replace('# EOF\n', '# EO'))).toMatchObject({ format: 'openmetrics', complete: false });
  });
});
