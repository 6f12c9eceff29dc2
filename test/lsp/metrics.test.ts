import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  ChartHistory,
  DemoScenariosResult,
  ExportResult,
  GenerateResult,
  MetricsSource,
  MetricsSummary,
  MetricsUpdate,
  OfferedEndpoint,
  StartMetricsParams,
} from '../../protocol/metrics';
import { findScenario, type Scenario, Simulation, serve } from '../../server/src/metrics/simulator';
import { pageServer, Servers, sendPage } from '../metrics/sources/support';
import { LspClient } from '../support/lsp-client';

const uri = 'file:///project/p%20d/decode.yaml';
const manifest = `apiVersion: v1
kind: Pod
metadata: { name: decode, labels: { app: decode } }
spec:
  hostNetwork: true
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.25.1
      args:
        - m
        - --port=8200
        - --kv-transfer-config
        - '{"kv_connector":"NixlConnector","kv_role":"kv_consumer"}'
      env:
        - { name: NIXL_TELEMETRY_ENABLE, value: "n" }
---
apiVersion: v1
kind: Service
metadata: { name: decode-svc, namespace: llm }
spec:
  selector: { app: decode }
  ports: [{ port: 80, targetPort: 8200 }]
`;

/** Every transfer fails, and none was ever counted. */
const FAILING = [0, 20, 40].map(
  (failed) => `# TYPE vllm:nixl_xfer_time_seconds histogram
vllm:nixl_xfer_time_seconds_bucket{engine="0",le="0.005",model_name="m"} 0.0
vllm:nixl_xfer_time_seconds_bucket{engine="0",le="+Inf",model_name="m"} 0.0
vllm:nixl_xfer_time_seconds_sum{engine="0",model_name="m"} 0.0
vllm:nixl_xfer_time_seconds_count{engine="0",model_name="m"} 0.0
# TYPE vllm:nixl_num_failed_transfers_total counter
vllm:nixl_num_failed_transfers_total{engine="0",model_name="m"} ${failed}.0
`,
);

let client: LspClient;
let servers: Servers;
let updates: MetricsUpdate[];
let summaries: MetricsSummary[];
/** Everything that the server said, as text. */
let said: string[];
let wake: () => void;

beforeEach(async () => {
  client = await LspClient.start();
  servers = new Servers();
  updates = [];
  summaries = [];
  said = [];
  wake = () => undefined;
  client.connection.onNotification('nixl/metrics/update', (update: MetricsUpdate) => {
    updates.push(update);
    said.push(JSON.stringify(update));
    wake();
  });
  client.connection.onNotification('nixl/metrics/summary', (summary: MetricsSummary) => {
    summaries.push(summary);
    wake();
  });
});

afterEach(async () => {
  client.process.kill();
  await servers.close();
});

async function ask<R>(method: string, params: object = {}): Promise<R> {
  const result = await client.connection.sendRequest<R>(`nixl/metrics/${method}`, params);
  said.push(JSON.stringify(result));
  return result;
}

async function until<T>(found: () => T | undefined | false): Promise<T> {
  for (;;) {
    const value = found();
    if (value !== undefined && value !== false) return value;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const start = (sources: readonly MetricsSource[], more: Partial<StartMetricsParams> = {}) =>
  ask('start', { sources, intervalMs: 500, ...more });

const look = (visible: boolean) => ask('subscribe', { visible });

describe('live metrics', () => {
  it('are updated while somebody looks, summed up always, and stop', async () => {
    const asked: IncomingMessage[] = [];
    const url = await servers.http(pageServer(asked));
    await start([{ kind: 'endpoint', label: 'decode', role: 'decode', url }]);
    await until(() => summaries.some(({ ok, endpoints }) => ok === 1 && endpoints === 1));
    expect(updates).toEqual([]);
    await look(true);
    const update = await until(() => updates.find(({ engines }) => engines.length > 0));
    expect(update).toMatchObject({
      running: true,
      source: 'live',
      endpoints: [{ label: 'decode', state: 'ok', url: `${url}/metrics`, problem: null }],
      engines: [{ endpoint: 'decode', engine: '0', model: 'm', role: 'decode' }],
    });
    await look(false);
    const [seen, scraped] = [updates.length, asked.length];
    await until(() => asked.length > scraped + 1 && summaries.length > 3);
    expect(updates.length).toBe(seen);
    const to = Date.now();
    const history = await ask<ChartHistory[]>('history', {
      from: to - 10_000,
      to,
      points: 20,
      charts: update.charts.map(({ id }) => id),
      by: 'engine',
    });
    expect(history.length).toBe(update.charts.length);
    expect(history[0]!.times.length).toBeGreaterThan(0);
    await look(true);
    await ask('stop');
    await until(() => updates.at(-1)?.running === false);
    const asks = asked.length;
    expect(await ask<ExportResult>('export', { format: 'csv' })).toMatchObject({
      text: expect.stringMatching(/^time,/),
    });
    await client.stats();
    expect(asked.length).toBe(asks);
  });

  it('lead from a verdict to the line of the configuration, and keep a token to themselves', async () => {
    let page = 0;
    const authorizations = new Set<string | undefined>();
    const url = await servers.http((request, response) => {
      authorizations.add(request.headers.authorization);
      sendPage(response, FAILING[Math.min(page, FAILING.length - 1)]!);
      page += 1;
    });
    const other = await servers.http(pageServer());
    await client.open(uri, manifest);
    await ask('token', { origin: url, token: 'secret-token' });
    await start([
      { kind: 'endpoint', label: 'decode', role: 'decode', url },
      { kind: 'endpoint', label: 'prefill', role: 'prefill', url: other },
    ]);
    await look(true);
    const update = await until(() => updates.find(({ verdicts }) => verdicts.some(({ id }) => id === 'telemetry-off')));
    const card = update.verdicts.find(({ id }) => id === 'telemetry-off')!;
    expect(card).toMatchObject({ severity: 'critical', endpoint: 'decode', engine: '0' });
    const line = card.lines.find(({ name }) => name === 'NIXL_TELEMETRY_ENABLE')!;
    expect(line.place).toMatchObject({ uri, text: 'decode.yaml:15', range: { start: { line: 14, character: 49 } } });
    expect(authorizations).toEqual(new Set(['Bearer secret-token']));
    await ask('export', { format: 'json' });
    expect(said.join('\n')).not.toContain('secret-token');
    expect(client.logged.join('\n')).not.toContain('secret-token');
  });

  it('offer the endpoints of open documents, and contact nobody', async () => {
    expect(await ask<OfferedEndpoint[]>('offered')).toEqual([]);
    await client.open(uri, manifest);
    const offered = await ask<OfferedEndpoint[]>('offered');
    expect(offered).toEqual([
      {
        label: 'decode',
        url: 'http://decode-svc.llm.svc/metrics',
        role: 'decode',
        reason: 'port 8200 of decode: Service decode-svc, in the cluster, in decode.yaml',
        uri,
        range: { start: { line: 10, character: 17 }, end: { line: 10, character: 21 } },
      },
    ]);
  });

  it('show a demonstration, and save and replay it', async () => {
    const { scenarios } = await ask<DemoScenariosResult>('scenarios');
    expect(scenarios.map(({ id }) => id)).toContain('healthy');
    await look(true);
    await start([{ kind: 'demo', label: 'demo', scenario: 'healthy' }]);
    await until(() => updates.find(({ pairs }) => pairs.some(({ window }) => (window.transfers ?? 0) > 0)));
    const alerts = await ask<GenerateResult>('generate', { what: 'alerts' });
    expect(alerts).toMatchObject({ language: 'yaml', text: expect.stringContaining('vllm:nixl_') });
    const folder = await mkdtemp(join(tmpdir(), 'nixl recording '));
    const { files } = await ask<ExportResult>('export', { format: 'recording', folder });
    expect(files).toBeGreaterThan(100);
    expect((await readdir(folder)).sort()).toEqual(['decode', 'prefill']);
    await start([{ kind: 'recording', label: 'again', path: folder }]);
    const ended = await until(() => updates.findLast(({ source, running }) => source === 'recording' && !running));
    expect(ended.engines.length).toBeGreaterThan(1);
    await rm(folder, { recursive: true });
  });

  it('say why nothing is there to be shown', async () => {
    expect(await ask('history', { from: 0, to: 1, points: 1, charts: [], by: 'engine' })).toEqual([]);
    expect(await ask('export', { format: 'csv' })).toEqual({ problem: 'Nothing was watched yet.' });
    await expect(ask('generate', { what: 'alerts' })).rejects.toThrow('Nothing was watched yet');
    await expect(ask('start', { sources: [], intervalMs: 2000 })).rejects.toThrow('There is nothing to watch.');
    await look(true);
    await start([{ kind: 'recording', label: 'gone', path: '/no/such/folder' }]);
    const update = await until(() => updates.find(({ running }) => !running));
    expect(update.endpoints).toMatchObject([
      { label: 'gone', state: 'down', problem: '/no/such/folder does not exist.' },
    ]);
  });

  it('make labels different, and end with the server', async () => {
    const url = await servers.http(pageServer());
    await look(true);
    await start([
      { kind: 'endpoint', label: 'one', url },
      { kind: 'endpoint', label: 'one', url: `${url}/other` },
      { kind: 'endpoint', label: 'twice', url },
    ]);
    const update = await until(() => updates.at(-1));
    expect(update.endpoints.map(({ label }) => label)).toEqual(['one', 'one (2)']);
    expect(await client.stop()).toBe(0);
  });

  it('bear what evil endpoints send, and what they call a model', async () => {
    const evil: Scenario = findScenario('healthy')!;
    const model = '<img src=x onerror=alert(1)>"\\';
    const served = await serve(
      new Simulation({ ...evil, model: { ...evil.model, name: model } }, { start: Date.now() - 30_000 }),
    );
    const endless = await servers.http((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        while (!response.destroyed && response.write(`# ${'x'.repeat(60_000)}\n`));
      };
      response.on('drain', more);
      more();
    });
    const html = await servers.http((_request, response) => sendPage(response, '<html>', 'text/html'));
    await look(true);
    await start([
      ...served.endpoints.map(({ label, url }): MetricsSource => ({ kind: 'endpoint', label, url })),
      { kind: 'endpoint', label: 'endless', url: endless },
      { kind: 'endpoint', label: 'html', url: html },
    ]);
    const update = await until(() =>
      updates.find(({ endpoints }) =>
        endpoints.every(({ label, state, problem }) => {
          return label === 'endless' || label === 'html' ? problem !== null : state === 'ok';
        }),
      ),
    );
    expect(update.engines[0]!.model).toBe(model);
    expect(update.endpoints.find(({ label }) => label === 'html')).toMatchObject({ state: 'refused' });
    expect(update.endpoints.find(({ label }) => label === 'endless')).toMatchObject({
      state: 'refused',
      problem: 'The answer is larger than 64 MB.',
    });
    await served.close();
  });
});
