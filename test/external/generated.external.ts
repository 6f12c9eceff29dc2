import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../server/src/metrics/generate';
import { SCENARIOS, withEngines } from '../../server/src/metrics/simulator';
import { scenarioNamed, seen } from '../metrics/generate/support';
import { need, PROMTOOL, run } from './programs';
import { seriesOf } from './series';

const instance = (_: string, index: number) => `10.0.0.${index + 1}:8100`;
const address = (label: string, index: number) => `http://${instance(label, index)}/metrics`;

let folder: string;

beforeAll(async () => {
  await need(PROMTOOL, 'prometheus');
  folder = await mkdtemp(join(tmpdir(), 'nixl-rules-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function checkRules(name: string, text: string) {
  const file = join(folder, name);
  await writeFile(file, text);
  const { code, stdout, stderr } = await run(PROMTOOL, ['check', 'rules', '--lint=all', '--lint-fatal', file]);
  return { file, code, said: stdout + stderr };
}

describe('alert rules are taken by Prometheus', () => {
  it.each(SCENARIOS.map(({ id }) => id))('%s', async (id) => {
    const { text } = generate('alerts', seen(withEngines(scenarioNamed(id), 4), { address, seconds: 30 }));
    const { code, said } = await checkRules(`${id}.yaml`, text);
    expect(said).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  it('without any engine', async () => {
    const input = seen(scenarioNamed('idle'));
    const { text } = generate('alerts', { ...input, watched: { ...input.watched, engines: [], pairs: [] } });
    expect((await checkRules('empty.yaml', text)).code).toBe(0);
  });
});

describe('queries of the dashboard are taken by Prometheus', () => {
  it.each(['healthy', 'idle', 'dynamo', 'ray', 'markup', 'push'])('%s', async (id) => {
    const { text } = generate('dashboard', seen(scenarioNamed(id), { address }));
    const { panels } = JSON.parse(text) as { panels: { targets?: { expr: string }[] }[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(30);
    const rules = expressions.map((expr, index) => ({
      record: `query:number_${index}`,
      expr: expr.replaceAll('$__rate_interval', '1m').replaceAll(/"\$(?:job|model|instance|engine)"/g, '".*"'),
    }));
    // JSON is YAML.
    const { code, said } = await checkRules(`${id}-dashboard.yaml`, JSON.stringify({ groups: [{ name: 'q', rules }] }));
    expect(said).toContain(`SUCCESS: ${expressions.length} rules found`);
    expect(code).toBe(0);
  });
});

/** Whatever fired within twelve minutes of each scenario; nothing else. */
const FIRING: Readonly<Record<string, readonly string[]>> = {
  healthy: [],
  push: [],
  'tensor-parallel': [],
  'data-parallel': [],
  dynamo: [],
  idle: [],
  // Those that decode had not fetched yet when it ended.
  restarts: ['NixlKvExpired'],
  outage: [],
  'telemetry-off': ['NixlNoTransfers', 'NixlTelemetryOff', 'NixlTransferFailureShare', 'NixlTransfersFailing'],
  failing: ['NixlKvExpired', 'NixlTransferFailureShare', 'NixlTransfersFailing'],
  expiring: ['NixlKvExpired'],
  late: ['NixlKvExpired', 'NixlLateNotifications'],
  recompute: ['NixlDecodeRecomputes', 'NixlKvExpired'],
  silent: ['NixlKvExpired', 'NixlNoTransfers'],
  stuck: ['NixlKvExpired', 'NixlNoTransfers', 'NixlTransfersStuck'],
};

describe('alert rules fire, and others do not', () => {
  it.each(Object.entries(FIRING))('%s: %j', async (id, alerts) => {
    const scenario = scenarioNamed(id);
    const { text } = generate('alerts', seen(scenario, { address, seconds: 100 }));
    await checkRules(`${id}.yaml`, text);
    const test = {
      rule_files: [`${id}.yaml`],
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: seriesOf(scenario, { intervalSeconds: 15, minutes: 12, text, instance }),
          promql_expr_test: [
            {
              expr: 'group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[12m]))',
              eval_time: '12m',
              exp_samples: alerts.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
            },
          ],
        },
      ],
    };
    const file = join(folder, `${id}-test.yaml`);
    await writeFile(file, JSON.stringify(test));
    const { code, stdout, stderr } = await run(PROMTOOL, ['test', 'rules', file]);
    expect(stdout + stderr).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});
