import { describe, expect, it } from 'vitest';
import { PageReader } from '../../../server/src/metrics/exposition';
import type { Page, Sample } from '../../../server/src/metrics/page';
import { SCENARIOS, type Scenario, Simulation, withEngines } from '../../../server/src/metrics/simulator';
import { Figures, figuresAt, START, scenarioNamed, simulationOf } from './support';

const MOMENTS = [0, 7, 15, 22, 31, 40, 47, 60, 80, 100];

describe.each(SCENARIOS.filter(({ id }) => id !== 'fleet'))('scenario $id', (scenario: Scenario) => {
  const simulation = new Simulation(scenario, { start: START });
  const readers = new Map(simulation.endpoints.map(({ label }) => [label, new PageReader(() => true)]));
  const pages = MOMENTS.map((second) => {
    const at = START + second * 1000;
    return new Map(
      simulation.endpoints.flatMap(({ label }): [string, Page][] => {
        const text = simulation.page(label, at);
        return text === undefined ? [] : [[label, readers.get(label)!.readBytes(Buffer.from(text), at)]];
      }),
    );
  });

  it('has buckets that rise to the count', () => {
    for (const page of pages.flatMap((byLabel) => [...byLabel.values()])) {
      for (const [, samples] of histograms(page)) {
        const buckets = samples.filter(({ series }) => series.part === 'bucket');
        const count = samples.find(({ series }) => series.part === 'count')!.value;
        const sum = samples.find(({ series }) => series.part === 'sum')!.value;
        const values = buckets.map(({ value }) => value);
        expect(values).toEqual([...values].sort((a, b) => a - b));
        expect(buckets.at(-1)!.series.le).toBe(Number.POSITIVE_INFINITY);
        expect(buckets.at(-1)!.value).toBe(count);
        expect(count === 0 ? sum === 0 : sum >= 0).toBe(true);
        expect(sum).toBeGreaterThanOrEqual(leastSum(buckets) * (1 - 1e-9));
      }
    }
  });

  it('has counters that rise, unless the process started anew', () => {
    for (const { label } of simulation.endpoints) {
      let before: Page | undefined;
      for (const page of pages.map((byLabel) => byLabel.get(label))) {
        if (page && before && page.processStart === before.processStart && scenario.id !== 'restarts') {
          const earlier = new Map(before.samples.map(({ series, value }) => [series, value]));
          const fallen = page.samples.filter(
            ({ series, value }) => grows(series) && value < (earlier.get(series) ?? 0),
          );
          expect(fallen.map(({ series }) => series.family)).toEqual([]);
        }
        before = page ?? before;
      }
    }
  });

  it('moves blocks of the size that they have, each with its pieces', () => {
    for (const page of pages.flatMap((byLabel) => [...byLabel.values()])) {
      const total = (family: string, part: 'sum' | 'count') =>
        page.samples
          .filter(({ series }) => series.family === family && series.part === part)
          .reduce((sum, { value }) => sum + value, 0);
      const { model, connector } = scenario;
      const side = scenario[connector === 'pull' ? 'decode' : 'prefill'];
      const blockBytes = (side.blockSize * model.bytesPerToken) / side.tensorParallel;
      const bytes = total('vllm:nixl_bytes_transferred', 'sum');
      expect(bytes % blockBytes).toBe(0);
      expect(total('vllm:nixl_num_descriptors', 'sum')).toBe((bytes / blockBytes) * model.piecesPerBlock);
      const counts = ['xfer_time_seconds', 'post_time_seconds', 'bytes_transferred', 'num_descriptors'].map((name) =>
        total(`vllm:nixl_${name}`, 'count'),
      );
      expect(new Set(counts).size).toBe(1);
      expect(total('vllm:nixl_post_time_seconds', 'sum')).toBeLessThanOrEqual(
        total('vllm:nixl_xfer_time_seconds', 'sum'),
      );
    }
  });

  it('uses no more memory than there is, and no less than none', () => {
    for (const page of pages.flatMap((byLabel) => [...byLabel.values()])) {
      for (const { series, value } of page.samples) {
        if (!series.family.endsWith('cache_usage_perc')) continue;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }
  });

  it('knows where all prompt tokens came from', () => {
    for (const page of pages.flatMap((byLabel) => [...byLabel.values()])) {
      if (!page.families.has('vllm:prompt_tokens_by_source')) continue;
      const value = (family: string) =>
        page.samples.filter(({ series }) => series.family === family).reduce((sum, sample) => sum + sample.value, 0);
      const created = (family: string) =>
        page.samples
          .filter(({ series }) => series.family === family && series.part === 'created')
          .reduce((sum, sample) => sum + sample.value, 0);
      const tokens = (family: string) => value(family) - created(family);
      expect(tokens('vllm:prompt_tokens_by_source')).toBeCloseTo(tokens('vllm:prompt_tokens'), 3);
    }
  });
});

function histograms(page: Page): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  for (const sample of page.samples) {
    const { family, part, set } = sample.series;
    if (part === 'value' || part === 'created') continue;
    const key = `${family}${set.key}`;
    found.set(key, [...(found.get(key) ?? []), sample]);
  }
  for (const [key, samples] of found) if (!samples.some(({ series }) => series.part === 'bucket')) found.delete(key);
  return found;
}

/** What values are at least, by the lower edges of their buckets. */
function leastSum(buckets: readonly Sample[]): number {
  let least = 0;
  let reached = 0;
  let edge = 0;
  for (const { value, series } of buckets) {
    least += (value - reached) * edge;
    reached = value;
    edge = series.le!;
  }
  return least;
}

const GAUGES = /_perc$|_running$|_waiting|_state$|_info$|^agent_(?!.*_total$|[tr]x_(?:bytes|requests))/;

function grows({ family, part }: Sample['series']): boolean {
  return part === 'bucket' || part === 'sum' || part === 'count' || (part === 'value' && !GAUGES.test(family));
}

describe('a simulation', () => {
  it('gives the same pages for the same seed, and others for another one', () => {
    const pages = (seed: number) => {
      const simulation = simulationOf('failing', seed);
      return simulation.endpoints.map(({ label }) => simulation.page(label, START + 45_000));
    };
    expect(pages(7)).toEqual(pages(7));
    expect(pages(7)).not.toEqual(pages(8));
  });

  it('does not depend on how often it is asked', () => {
    const seldom = simulationOf('failing');
    const often = simulationOf('failing');
    for (let second = 0; second < 40; second++) often.page('decode', START + second * 1000);
    expect(often.page('prefill', START + 40_000)).toBe(seldom.page('prefill', START + 40_000));
  });

  it('does not go back', () => {
    const simulation = simulationOf('healthy');
    const page = simulation.page('decode', START + 20_000);
    expect(simulation.page('decode', START + 10_000)).toBe(page);
    expect(simulation.now).toBe(START + 20_000);
  });

  it('stands still while nobody asked for hours', () => {
    const simulation = simulationOf('healthy');
    const before = figuresAt(simulation, 'decode', 10).sum('vllm:prompt_tokens');
    const after = figuresAt(simulation, 'decode', 10 + 8 * 3600).sum('vllm:prompt_tokens');
    expect(after - before).toBeLessThan(100_000);
    expect(simulation.now).toBe(START + (10 + 8 * 3600) * 1000);
  });

  it('finishes on prefill what decode fetches', () => {
    const simulation = simulationOf('tensor-parallel');
    const prefill = figuresAt(simulation, 'prefill', 120);
    const decode = figuresAt(simulation, 'decode', 120);
    const finished = prefill.sum('vllm:request_success', 'value', { finished_reason: 'length' });
    const requests = decode.sum('vllm:nixl_xfer_time_seconds', 'count') / 4;
    const underWay = decode.sum('vllm:num_requests_waiting');
    expect(finished).toBeGreaterThan(200);
    // Those that are being handed over, or whose prompts decode had.
    expect(finished - requests - underWay).toBeLessThan(finished * 0.03 + 3);
  });

  it('has as many engines as it is asked for', () => {
    const labels = (engines: number) =>
      new Simulation(withEngines(scenarioNamed('healthy'), engines), { start: START }).endpoints.map(
        ({ label }) => label,
      );
    expect(labels(2)).toEqual(['prefill', 'decode']);
    expect(labels(5)).toEqual(['prefill-0', 'prefill-1', 'decode-0', 'decode-1', 'decode-2']);
    expect(labels(64)).toHaveLength(64);
  });

  it('fills pages up to the size that is asked for', () => {
    for (const id of ['healthy', 'rust', 'data-parallel', 'ray', 'dynamo']) {
      const simulation = new Simulation({ ...scenarioNamed(id), pageBytes: 500_000 }, { start: START });
      const page = simulation.page(simulation.endpoints.at(-1)!.label, START)!;
      expect(page.length).toBeGreaterThan(495_000);
      expect(page.length).toBeLessThan(505_000);
    }
  });
});

describe('what befalls deployments', () => {
  it('a restart: counters begin again, and so does the process', () => {
    const simulation = simulationOf('restarts');
    const before = figuresAt(simulation, 'decode', 29);
    expect(simulation.page('decode', START + 32_000)).toBeUndefined();
    const after = figuresAt(simulation, 'decode', 45);
    expect(after.sum('vllm:nixl_xfer_time_seconds', 'count')).toBeLessThan(
      before.sum('vllm:nixl_xfer_time_seconds', 'count'),
    );
    expect(after.processStart).toBeGreaterThan(before.processStart!);
  });

  it('failing transfers: some fail, most do not, and prefill waits for their notices', () => {
    const simulation = simulationOf('failing');
    const start = figuresAt(simulation, 'decode', 19);
    expect(start.sum('vllm:nixl_num_failed_transfers')).toBe(0);
    const decode = figuresAt(simulation, 'decode', 100);
    const failed = decode.sum('vllm:nixl_num_failed_transfers');
    expect(failed).toBeGreaterThan(5);
    expect(decode.sum('vllm:nixl_xfer_time_seconds', 'count')).toBeGreaterThan(10 * failed);
    const expired = figuresAt(simulation, 'prefill', 100).sum('vllm:nixl_num_kv_expired_reqs');
    expect(expired).toBeGreaterThan(0);
    expect(expired).toBeLessThanOrEqual(failed);
  });

  it('late notifications: prefill gave blocks away before decode read them', () => {
    const simulation = simulationOf('late');
    const prefill = figuresAt(simulation, 'prefill', 60);
    const late = prefill.sum('vllm:nixl_num_notifications_after_expiry');
    expect(late).toBeGreaterThan(10);
    expect(prefill.sum('vllm:nixl_num_kv_expired_reqs')).toBeGreaterThanOrEqual(late);
  });

  it('recomputing: decode computes whole prompts', () => {
    const decode = figuresAt(simulationOf('recompute'), 'decode', 60);
    const computed = decode.sum('vllm:prompt_tokens_by_source', 'value', { source: 'local_compute' });
    expect(computed / decode.sum('vllm:prompt_tokens')).toBeGreaterThan(0.1);
  });

  it('silence, and transfers that never end', () => {
    const count = (simulation: Simulation, seconds: number) =>
      figuresAt(simulation, 'decode', seconds).sum('vllm:nixl_xfer_time_seconds', 'count');
    const silent = simulationOf('silent');
    expect(count(silent, 60)).toBe(count(silent, 40));
    expect(figuresAt(silent, 'decode', 60).sum('vllm:num_requests_running')).toBe(0);
    const stuck = simulationOf('stuck');
    expect(count(stuck, 60)).toBe(count(stuck, 40));
    const waiting = { reason: 'deferred' };
    expect(figuresAt(stuck, 'decode', 60).sum('vllm:num_requests_waiting_by_reason', 'value', waiting)).toBeGreaterThan(
      20,
    );
  });

  it('an outage: nobody answers, and nothing was lost', () => {
    const simulation = simulationOf('outage');
    expect(simulation.page('decode', START + 26_000)).toBeUndefined();
    expect(simulation.page('prefill', START + 26_000)).toBeDefined();
    const after = figuresAt(simulation, 'decode', 46).sum('vllm:nixl_xfer_time_seconds', 'count');
    expect(after).toBeGreaterThan(300);
  });

  it('sleep, full caches, uneven ranks', () => {
    const asleep = figuresAt(simulationOf('sleeping'), 'decode-1', 30);
    expect(asleep.sum('vllm:engine_sleep_state', 'value', { sleep_state: 'awake' })).toBe(0);
    expect(asleep.sum('vllm:engine_sleep_state')).toBe(1);
    const full = figuresAt(simulationOf('kv-full'), 'decode', 90);
    expect(full.sum('vllm:num_preemptions')).toBeGreaterThan(0);
    expect(full.sum('vllm:kv_cache_usage_perc')).toBeGreaterThan(0.9);
    const [busy, idle] = figuresAt(simulationOf('imbalance'), 'decode', 60).of('vllm:kv_cache_usage_perc');
    expect(busy! - idle!).toBeGreaterThan(0.15);
  });

  it('statistics that are off: the HTTP server goes on counting', () => {
    const figures = simulationOf('stats-disabled').page('decode-1', START + 10_000)!;
    expect(figures).not.toContain('vllm:');
    expect(figures).toContain('http_requests_total{handler="/v1/completions",method="POST",status="2xx"}');
  });

  it('the push connector counts on prefill', () => {
    const simulation = simulationOf('push');
    expect(figuresAt(simulation, 'prefill', 10).sum('vllm:nixl_xfer_time_seconds', 'count')).toBeGreaterThan(100);
    expect(figuresAt(simulation, 'decode', 10).sum('vllm:nixl_xfer_time_seconds', 'count')).toBe(0);
  });
});

describe('releases', () => {
  const declared = (vllm: string) =>
    new Figures(new Simulation({ ...scenarioNamed('idle'), vllm }, { start: START }).page('prefill', START)!);

  it('have the families that they had', () => {
    expect(declared('0.10.2').declares('vllm:gpu_cache_usage_perc')).toBe(true);
    expect(declared('0.10.2').declares('vllm:nixl_xfer_time_seconds')).toBe(false);
    expect(declared('0.12.0').declares('vllm:gpu_cache_usage_perc')).toBe(false);
    expect(declared('0.12.0').declares('vllm:nixl_xfer_time_seconds')).toBe(true);
    expect(declared('0.12.0').declares('vllm:nixl_num_kv_expired_reqs')).toBe(false);
    expect(declared('0.15.0').declares('vllm:nixl_num_kv_expired_reqs')).toBe(true);
    expect(declared('0.16.0').declares('vllm:prompt_tokens_by_source')).toBe(true);
    expect(declared('0.19.0').declares('vllm:num_requests_waiting_by_reason')).toBe(false);
    expect(declared('0.32.0').declares('vllm:nixl_num_notifications_after_expiry')).toBe(true);
  });
});
