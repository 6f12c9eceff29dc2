import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineRow, TransferFigures } from '../../protocol/metrics';
import { PageReader } from '../../server/src/metrics/exposition';
import { generate } from '../../server/src/metrics/generate';
import { Deployment } from '../../server/src/metrics/model';
import { type Served, Simulation, serve } from '../../server/src/metrics/simulator';
import { Network, PrometheusSource, type Sink, Tokens } from '../../server/src/metrics/sources';
import { DEFAULT_THRESHOLDS } from '../../server/src/metrics/thresholds';
import { scenarioNamed } from '../metrics/generate/support';
import { freePort, need, PROMETHEUS, type Running, start } from './programs';

/** Failures soon, two engines behind each endpoint, and so much to do that every figure moves within seconds. */
const SCENARIO = {
  ...scenarioNamed('failing'),
  prefill: { ...scenarioNamed('failing').prefill, dataParallel: 2 },
  decode: { ...scenarioNamed('failing').decode, dataParallel: 2 },
  happenings: [{ kind: 'faults', at: 2, faults: { transfers: 0.3, policy: 'recompute' } } as const],
};
const RUST = { ...scenarioNamed('rust'), model: { ...SCENARIO.model, name: 'rust-model' } };

/** Scrapes of each endpoint that are waited for. */
const SCRAPES = 12;

interface Answered {
  readonly label: string;
  readonly at: number;
  readonly text: string;
}

let folder: string;
let prometheus: Running | undefined;
let origin: string;
const served: Served[] = [];
/** Every page as Prometheus got it. */
const answered: Answered[] = [];
/** The address of each endpoint, by which Prometheus names it. */
const instances = new Map<string, string>();
const pages: { readonly endpoint: string; readonly at: number }[] = [];
const asPrometheusTells = new Deployment();
const asScraped = new Deployment();

beforeAll(async () => {
  await need(PROMETHEUS, 'prometheus');
  folder = await mkdtemp(join(tmpdir(), 'nixl-prometheus-'));
  const enough = serveAll();
  await enough.ready;
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  await configure();
  prometheus = start(PROMETHEUS, [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await prometheus.saying('Server is ready to receive web requests');
  await enough.scraped;
  await readPrometheus();
  readScraped();
});

afterAll(async () => {
  await prometheus?.stop();
  await Promise.all(served.map((one) => one.close()));
  await rm(folder, { recursive: true, force: true });
});

function serveAll(): { readonly ready: Promise<void>; readonly scraped: Promise<void> } {
  let done: () => void;
  const scraped = new Promise<void>((resolve) => {
    done = resolve;
  });
  const counts = new Map<string, number>();
  const ready = Promise.all(
    [SCENARIO, RUST].map(async (scenario) => {
      const simulation = new Simulation(scenario, { start: Date.now() });
      const endpoints = simulation.endpoints.map((endpoint) => ({
        ...endpoint,
        label: `${scenario.id}/${endpoint.label}`,
      }));
      for (const { label } of endpoints) counts.set(label, 0);
      const page = (label: string, at: number) => {
        const text = simulation.page(label.split('/')[1]!, at)!;
        answered.push({ label, at, text });
        counts.set(label, counts.get(label)! + 1);
        if ([...counts.values()].every((count) => count >= SCRAPES)) done();
        return text;
      };
      const one = await serve({ endpoints, page });
      served.push(one);
      for (const { label, url } of one.endpoints) instances.set(new URL(url).host, label);
    }),
  ).then(() => undefined);
  return { ready, scraped };
}

/** Prometheus scrapes every second, and has the rules that are generated for what it scrapes. */
async function configure(): Promise<void> {
  const targets = [...instances].map(([instance, label]) => ({
    targets: [instance],
    labels: { endpoint: label },
  }));
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'vllm', static_configs: targets }],
  };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const watched = new Deployment();
  for (const one of served.flatMap(({ endpoints }) => endpoints)) {
    const text = new Simulation(one.label.startsWith('rust') ? RUST : SCENARIO, { start: 0 }).page(
      one.label.split('/')[1]!,
      5000,
    )!;
    const page = new PageReader().readBytes(Buffer.from(text), 5000);
    watched.page(one.label, one.url, { page, latencyMs: null });
  }
  const sources = served.flatMap(({ endpoints }) =>
    endpoints.map(({ label, url, role }) => ({ kind: 'endpoint' as const, label, url, role })),
  );
  const input = { watched: watched.watched(60, DEFAULT_THRESHOLDS), sources };
  await writeFile(join(folder, 'rules.yaml'), generate('alerts', input).text);
}

/** What the panel would know of it. */
async function readPrometheus(
  backfillMs = 0,
  hear: (...told: Parameters<Sink['page']>) => void = (endpoint, url, arrival) => {
    pages.push({ endpoint, at: arrival.page.at });
    asPrometheusTells.page(endpoint, url, arrival);
  },
): Promise<void> {
  const heard = new Set<string>();
  const network = new Network({});
  const source = new PrometheusSource(
    { label: 'prometheus', url: origin, intervalMs: 5000, backfillMs },
    { network, tokens: new Tokens() },
  );
  await new Promise<void>((resolve, reject) => {
    const sink: Sink = {
      page(endpoint, url, arrival) {
        hear(endpoint, url, arrival);
        heard.add(endpoint);
        if (heard.size === instances.size) queueMicrotask(resolve);
      },
      failure: (endpoint, _, { problem }) => reject(new Error(`${endpoint}: ${problem}`)),
    };
    source.start(sink);
  });
  source.stop();
}

/** The pages that Prometheus got at the moments of which it tells, read directly. */
function readScraped(): void {
  const readers = new Map([...instances.values()].map((label) => [label, new PageReader()]));
  for (const { endpoint, at } of pages) {
    const label = labelOf(endpoint);
    // The moment is when the scrape began; the page came right after.
    const answer = answered.filter((one) => one.label === label && one.at >= at - 5).sort((a, b) => a.at - b.at)[0]!;
    const page = readers.get(label)!.readBytes(Buffer.from(answer.text), at);
    asScraped.page(label, `http://${label}`, { page, latencyMs: null });
  }
}

function labelOf(endpoint: string): string {
  const found = [...instances].find(([instance]) => endpoint.includes(instance));
  if (!found) throw new Error(`Prometheus names an engine ${endpoint}.`);
  return found[1];
}

function rowsOf(deployment: Deployment): EngineRow[] {
  const now = Math.max(...pages.map(({ at }) => at));
  return [...deployment.update(now, { running: true, windowSeconds: 60, source: 'prometheus' }).engines];
}

const COUNTS = ['transfers', 'failedTransfers', 'failedNotifications', 'kvExpired', 'lateNotifications'] as const;
const BANDS = ['p50TransferMs', 'p90TransferMs', 'p99TransferMs', 'p90PostMs'] as const;
const MEANS = [
  'avgTransferMs',
  'avgPostMs',
  'avgMBPerTransfer',
  'throughputMBps',
  'avgDescriptors',
  'linkLoadMBps',
  'inFlight',
  'transfersPerSecond',
  'bytesPerDescriptor',
  'postShare',
] as const;

function compare(told: TransferFigures, scraped: TransferFigures): void {
  for (const name of [...COUNTS, ...BANDS]) expect([name, told[name]]).toEqual([name, scraped[name]]);
  for (const name of MEANS) {
    const [one, other] = [told[name], scraped[name]];
    expect([name, one === null]).toEqual([name, other === null]);
    if (one !== null && other !== null) expect(Math.abs(one - other)).toBeLessThanOrEqual(0.01 * Math.abs(other));
  }
}

describe('a Prometheus server that scrapes the simulator', () => {
  it('has a page of every scrape', () => {
    for (const instance of instances.keys()) {
      const own = pages.filter(({ endpoint }) => endpoint.includes(instance));
      expect(own.length).toBeGreaterThanOrEqual(SCRAPES - 2);
    }
  });

  it('looks back at every scrape, piece by piece, and at no moment between them', async () => {
    const found: { readonly endpoint: string; readonly at: number; readonly note: string | undefined }[] = [];
    await readPrometheus(900_000, (endpoint, _, { page, note }) => found.push({ endpoint, at: page.at, note }));
    const moments = (list: readonly { endpoint: string; at: number }[]) =>
      list.map(({ endpoint, at }) => [endpoint, at]);
    const last = new Map(pages.map(({ endpoint, at }) => [endpoint, at]));
    const then = found.filter(({ endpoint, at }) => at <= last.get(endpoint)!);
    expect(moments(then).sort()).toEqual(moments(pages).sort());
    expect(found.filter(({ note }) => note !== undefined)).toEqual([]);
  });

  it('tells the same figures as the pages themselves', () => {
    const told = new Map(rowsOf(asPrometheusTells).map((row) => [`${labelOf(row.endpoint)} ${row.engine}`, row]));
    const scraped = rowsOf(asScraped);
    expect(told.size).toBe(6);
    expect(scraped).toHaveLength(6);
    for (const row of scraped) {
      const other = told.get(`${row.endpoint} ${row.engine}`)!;
      compare(other.window, row.window);
      compare(other.sinceStart, row.sinceStart);
      expect([other.model, other.role]).toEqual([row.model, row.role]);
      expect(other.serving.running).toBe(row.serving.running);
      expect(other.serving.waitingDeferred).toBe(row.serving.waitingDeferred);
      expect(other.serving.kvUsage).toBe(row.serving.kvUsage);
      expect(other.serving.p90TtftMs).toEqual(row.serving.p90TtftMs);
    }
    const decode = scraped.find(({ endpoint, engine }) => endpoint === 'failing/decode' && engine === '0')!;
    expect(decode.window.transfers).toBeGreaterThan(10);
    expect(decode.window.failedTransfers).toBeGreaterThan(0);
  });

  it('evaluates the rules that are generated for it', async () => {
    const answer = await fetch(`${origin}/api/v1/rules`);
    const { data } = (await answer.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string; state: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(data.groups).toHaveLength(2);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const firing = data.groups.map((group) =>
      group.rules.filter(({ state }) => state === 'firing').map(({ name }) => name),
    );
    expect(firing.map((names) => names.includes('NixlTransfersFailing'))).toContain(true);
    expect(firing.flat()).not.toContain('VllmEndpointDown');
    expect(firing.flat()).not.toContain('NixlTelemetryOff');
  });
});
