import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MetricsSource, MetricsUpdate, StartMetricsParams } from '../../../protocol/metrics';
import { PageReader } from '../../../server/src/metrics/exposition';
import { findScenario, Simulation, serve } from '../../../server/src/metrics/simulator';
import { Tokens } from '../../../server/src/metrics/sources';
import { DemoSource } from '../../../server/src/metrics/sources/demo-source';
import { Desk } from '../../../server/src/metrics/worker/desk';
import type { Report } from '../../../server/src/metrics/worker/messages';
import { Tape } from '../../../server/src/metrics/worker/tape';
import { summaryOf, Watcher } from '../../../server/src/metrics/worker/watcher';
import { pageServer, Servers } from '../sources/support';

let servers: Servers;
let folder: string;

beforeEach(async () => {
  servers = new Servers();
  folder = await mkdtemp(join(tmpdir(), 'nixl watcher '));
});
afterEach(async () => {
  await servers.close();
  await rm(folder, { recursive: true });
});

/** Watches until something holds. */
async function watch(params: StartMetricsParams, until: (watcher: Watcher) => boolean): Promise<Watcher> {
  return new Promise((resolve) => {
    const changed = () => {
      if (until(watcher)) resolve(watcher);
    };
    const watcher = new Watcher(params, { tokens: new Tokens(), changed });
    watcher.start();
  });
}

/** A demonstration begins with what is past. */
function hasPast(watcher: Watcher): boolean {
  const { recorded } = watcher.told().update;
  return recorded !== null && recorded.to - recorded.from > 4 * 60_000;
}

describe('a watcher', () => {
  it('shows a demonstration with its past, saves it, and plays it again with the same figures', async () => {
    const demo: MetricsSource = { kind: 'demo', label: 'demo', scenario: 'healthy' };
    const watcher = await watch({ sources: [demo], intervalMs: 1000 }, hasPast);
    watcher.stop();
    const { update } = watcher.told();
    expect(update).toMatchObject({ running: false, source: 'demo', intervalMs: 1000, windowSeconds: 60 });
    expect(update.pairs.length).toBeGreaterThan(0);
    expect(update.recorded!.to - update.recorded!.from).toBeGreaterThan(4 * 60_000);
    expect(await watcher.export({ format: 'recording', folder })).toEqual({ files: expect.any(Number) });
    expect((await readdir(folder)).sort()).toEqual(update.endpoints.map(({ label }) => label).sort());

    const recording: MetricsSource = { kind: 'recording', label: 'again', path: folder };
    const replayed = await watch({ sources: [recording], intervalMs: 1000 }, (one) => !one.running);
    const again = replayed.told().update;
    expect(again).toMatchObject({ running: false, source: 'recording', recorded: update.recorded });
    const figures = (one: typeof update) =>
      one.engines.map(({ endpoint, engine, model, role, sinceStart, restarts }) => {
        return { endpoint, engine, model, role, sinceStart, restarts };
      });
    const byLabel = (rows: ReturnType<typeof figures>) => rows.sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
    expect(byLabel(figures(again))).toEqual(byLabel(figures(update)));
    expect(again.verdicts.map(({ id }) => id)).toEqual(update.verdicts.map(({ id }) => id));
  });

  it('tells nothing of the past of a demonstration before it has come to now', async () => {
    const sources: MetricsSource[] = [{ kind: 'demo', label: 'demo', scenario: 'healthy' }];
    const told: MetricsUpdate[] = [];
    const watcher = await watch({ sources, intervalMs: 5 }, (one) => {
      told.push(one.told().update);
      return told.length === 3;
    });
    watcher.stop();
    const [first] = told;
    expect(first!.recorded!.to - first!.recorded!.from).toBeGreaterThan(4 * 60_000);
    for (const { endpoints, verdicts } of told) {
      expect(endpoints.map(({ state }) => state)).toEqual(['ok', 'ok']);
      expect(verdicts).toEqual([]);
    }
  });

  it('judges nothing of the past of a demonstration, and then what is now', async () => {
    const sources: MetricsSource[] = [{ kind: 'demo', label: 'demo', scenario: 'telemetry-off' }];
    let told = false;
    const changed = () => {
      told = true;
    };
    const watcher = new Watcher({ sources, intervalMs: 1000 }, { tokens: new Tokens(), changed });
    watcher.start();
    let looks = 0;
    for (; !told; await breathe()) {
      const { update } = watcher.told();
      const { recorded } = update;
      if (told || !recorded || recorded.to - recorded.from < 60_000 || recorded.to > Date.now() - 60_000) continue;
      looks += 1;
      expect(update.verdicts).toEqual([]);
    }
    watcher.stop();
    expect(looks).toBeGreaterThan(0);
    expect(watcher.told().update.verdicts.map(({ id }) => id)).toContain('telemetry-off');
  });

  it('knows of a demonstration whether it is behind', async () => {
    const began = Date.now();
    const source = new DemoSource({ label: 'demo', scenario: 'healthy', intervalMs: 1000 });
    const seen: { readonly at: number; readonly isBehind: boolean }[] = [];
    await new Promise<void>((resolve) => {
      source.start({
        page: (_, __, { page }) => {
          seen.push({ at: page.at, isBehind: source.isBehind });
          if (page.at >= began) resolve();
        },
        failure: () => undefined,
      });
    });
    source.stop();
    expect(seen[0]!.at).toBeLessThan(began - 4 * 60_000);
    for (const { at, isBehind } of seen.slice(0, 100)) expect({ at, isBehind }).toEqual({ at, isBehind: true });
    expect(seen.at(-1)!.isBehind).toBe(false);
  });

  it('does not call an endpoint down that was not asked yet', () => {
    const source: MetricsSource = { kind: 'endpoint', label: 'one', url: 'http://127.0.0.1:9' };
    const watcher = new Watcher({ sources: [source], intervalMs: 1000 }, { tokens: new Tokens(), changed: () => {} });
    const { update } = watcher.told();
    expect(update.verdicts).toEqual([]);
    expect(update.endpoints).toMatchObject([{ label: 'one', lastPageAt: null, problem: null }]);
    expect(summaryOf(update)).toMatchObject({ worst: null, verdicts: 0, ok: 0, endpoints: 1 });
  });

  it('exports what it has seen as CSV and JSON', async () => {
    const demo: MetricsSource = { kind: 'demo', label: 'demo', scenario: 'healthy' };
    const watcher = await watch({ sources: [demo], intervalMs: 1000 }, hasPast);
    watcher.stop();
    const { text: csv } = await watcher.export({ format: 'csv' });
    const lines = csv!.split('\r\n');
    expect(lines[0]).toBe('time,chart,unit,engine,value');
    expect(lines.length).toBeGreaterThan(500);
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,[\w-]+,[^,]+,[^,]+,[\d.e-]+$/);
    const { text: json } = await watcher.export({ format: 'json' });
    const { history, engines } = JSON.parse(json!);
    expect(history.length).toBeGreaterThan(3);
    expect(engines.length).toBeGreaterThan(1);
  });

  it('asks real endpoints, and says since when a verdict holds', async () => {
    const served = await serve(new Simulation(findScenario('healthy')!, { start: Date.now() - 60_000 }));
    const sources = served.endpoints.map(({ label, role, url }): MetricsSource => {
      return { kind: 'endpoint', label, role, url };
    });
    const gone: MetricsSource = {
      kind: 'endpoint',
      label: 'gone',
      url: 'http://me:hunter22@127.0.0.1:9/?token=abcdef',
    };
    const watcher = await watch({ sources: [...sources, gone], intervalMs: 100 }, (one) => {
      const { endpoints } = one.told().update;
      return endpoints.every(({ label, state }) => state === (label === 'gone' ? 'down' : 'ok'));
    });
    const { update, cards } = watcher.told();
    const down = cards.find(({ card }) => card.endpoint === 'gone')!;
    expect(down.card.id).toBe('endpoint-down');
    expect(watcher.told().cards.find(({ card }) => card.endpoint === 'gone')!.card.since).toBe(down.card.since);
    expect(JSON.stringify(update)).not.toMatch(/hunter22|abcdef/);
    watcher.stop();
    await served.close();
  });

  it('keeps endpoints of different sources apart that have one name', async () => {
    const url = await servers.http(pageServer());
    const demo: MetricsSource = { kind: 'demo', label: 'demo', scenario: 'healthy' };
    const direct: MetricsSource = { kind: 'endpoint', label: 'decode', url };
    const watcher = await watch({ sources: [demo, direct], intervalMs: 500 }, (one) => {
      return one.told().update.endpoints.filter(({ state }) => state === 'ok').length === 3;
    });
    watcher.stop();
    const { endpoints } = watcher.told().update;
    expect(endpoints.map(({ label }) => label).sort()).toEqual(['decode', 'decode (demo)', 'prefill']);
    expect(endpoints.find(({ label }) => label === 'decode')!.url).toBe(`${url}/metrics`);
  });

  it('goes on without a proxy that cannot be read', async () => {
    const url = await servers.http(pageServer());
    const said: string[] = [];
    const source: MetricsSource = { kind: 'endpoint', label: 'one', url };
    const watcher = await new Promise<Watcher>((resolve) => {
      const changed = () => resolve(made);
      const made = new Watcher(
        { sources: [source], intervalMs: 10, network: { proxy: 'http://[' } },
        { tokens: new Tokens(), changed, log: (message) => said.push(message) },
      );
      made.start();
    });
    watcher.stop();
    expect(watcher.told().update.endpoints).toMatchObject([{ label: 'one', state: 'ok' }]);
    expect(said).toEqual([expect.stringMatching(/^The proxy of the settings is not used: /)]);
  });
});

describe('a tape', () => {
  it('stays within its budget, and keeps the first page and the newer half', () => {
    const tape = new Tape(20_000);
    const reader = new PageReader();
    for (let at = 1; at <= 1000; at += 1) {
      const text = `# TYPE vllm:nixl_num_failed_transfers_total counter\nvllm:nixl_num_failed_transfers_total{engine="0"} ${at}\n`;
      tape.add('one', reader.readBytes(Buffer.from(text), at));
      expect(tape.bytes).toBeLessThanOrEqual(20_000 + 200);
    }
    const times = [...tape.pages()].map(({ at }) => at);
    expect(times[0]).toBe(1);
    expect(times.slice(-20)).toEqual(Array.from({ length: 20 }, (_, index) => 981 + index));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('writes pages that read like those that came', () => {
    const text = `# TYPE vllm:nixl_xfer_time_seconds histogram
vllm:nixl_xfer_time_seconds_bucket{engine="0",le="0.005",model_name="a\\"b\\\\c\\nd"} 3.0
vllm:nixl_xfer_time_seconds_bucket{engine="0",le="+Inf",model_name="a\\"b\\\\c\\nd"} 4.0
vllm:nixl_xfer_time_seconds_sum{engine="0",model_name="a\\"b\\\\c\\nd"} 0.25
vllm:nixl_xfer_time_seconds_count{engine="0",model_name="a\\"b\\\\c\\nd"} 4.0
# TYPE vllm:nixl_xfer_time_seconds_created gauge
vllm:nixl_xfer_time_seconds_created{engine="0",model_name="a\\"b\\\\c\\nd"} 1.7e9
# TYPE vllm:nixl_num_failed_transfers_total counter
vllm:nixl_num_failed_transfers_total{engine="0"} 2.0
# TYPE vllm:nixl_num_pending_sends gauge
vllm:nixl_num_pending_sends{engine="0"} NaN
# TYPE vllm:nixl_num_kv_expired_reqs_total counter
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0"} 7.0
process_start_time_seconds 1.5e9
`;
    const tape = new Tape();
    const page = new PageReader().readBytes(Buffer.from(text), 5);
    tape.add('one', page);
    const [taped] = [...tape.pages()];
    const again = new PageReader().readBytes(Buffer.from(taped!.text), 5);
    const seen = ({ samples }: typeof page) =>
      samples
        .map(({ series: { family, part, le, set }, value }) => `${family} ${part} ${le} ${set.key} ${value}`)
        .sort();
    expect(seen(again)).toEqual(seen(page));
    expect([...again.families].sort()).toEqual([...page.families].sort());
    expect(again.processStart).toBe(1.5e9);
  });
});

describe('a desk', () => {
  it('sends summaries always, updates while somebody looks, and answers', async () => {
    const reports: Report[] = [];
    const waiting = new Set<() => void>();
    const desk = new Desk((report) => {
      reports.push(structuredClone(report));
      for (const wake of waiting) wake();
      waiting.clear();
    });
    const until = async (found: () => boolean) => {
      while (!found()) await new Promise<void>((resolve) => waiting.add(resolve));
    };
    const count = (kind: Report['kind']) => reports.filter((report) => report.kind === kind).length;
    desk.take({ kind: 'ask', id: 1, what: 'export', params: { format: 'csv' } });
    await until(() => count('answer') === 1);
    expect(reports).toEqual([{ kind: 'answer', id: 1, answer: { problem: 'Nothing was watched yet.' } }]);
    const sources: MetricsSource[] = [{ kind: 'demo', label: 'demo', scenario: 'healthy' }];
    desk.take({ kind: 'start', params: { sources, intervalMs: 50 } });
    await until(() => count('summary') >= 3);
    expect(count('update')).toBe(0);
    desk.take({ kind: 'subscribe', visible: true });
    expect(count('update')).toBe(1);
    await until(() => count('update') >= 3);
    desk.take({ kind: 'subscribe', visible: false });
    const before = count('update');
    const summaries = count('summary');
    await until(() => count('summary') >= summaries + 3);
    expect(count('update')).toBe(before);
    const to = Date.now();
    const params = { from: to - 60_000, to, points: 10, charts: ['link-load'], by: 'pair' };
    desk.take({ kind: 'ask', id: 2, what: 'history', params });
    await until(() => count('answer') === 2);
    expect(reports.at(-1)).toMatchObject({ id: 2, answer: [{ chart: 'link-load' }] });
    desk.take({ kind: 'subscribe', visible: true });
    desk.take({ kind: 'stop' });
    expect(reports.at(-1)).toMatchObject({ kind: 'update', update: { running: false } });
  });
});
