import { describe, expect, it } from 'vitest';
import { PageReader } from '../../../server/src/metrics/exposition';
import { Deployment } from '../../../server/src/metrics/model';
import { SCENARIOS, type Scenario, Simulation } from '../../../server/src/metrics/simulator';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';
import { look } from '../../../server/src/metrics/verdicts';
import { START } from './support';

/** What each scenario is about, as verdicts; nothing: whoever looks sees nothing wrong. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  healthy: [],
  'telemetry-off': ['telemetry-off'],
  failing: ['transfers-failing'],
  expiring: ['kv-expired'],
  late: ['late-notifications', 'kv-expired'],
  recompute: ['decode-recomputes'],
  silent: ['one-side-silent', 'kv-expired'],
  stuck: ['transfers-stuck'],
  handshake: ['transfers-failing', 'decode-recomputes'],
  tcp: ['tcp-like-throughput'],
  fragments: ['small-descriptors', 'submission-bound'],
  imbalance: ['imbalance'],
  drift: ['config-drift'],
  restarts: ['kv-expired'],
  // Told by the state of the endpoint.
  outage: [],
  sleeping: [],
  'kv-full': ['kv-cache-full'],
  'stats-disabled': ['stats-disabled'],
  push: [],
  'tensor-parallel': [],
  'data-parallel': [],
  rust: [],
  'rust-before': ['nixl-figures-missing'],
  old: ['old-metrics'],
  'no-expiry': ['metric-missing'],
  // Ray shows no counter of prefill before it counted something.
  ray: ['nixl-figures-missing'],
  'ray-before': ['old-metrics'],
  dynamo: [],
  'nixl-exporter': ['transfers-failing'],
  'nixl-exporter-next': [],
  markup: [],
  idle: [],
};

/** Everything that was said while somebody watched for two minutes, a minute after the start. */
function saidOf(scenario: Scenario): ReadonlySet<string> {
  const simulation = new Simulation(scenario, { start: START });
  const deployment = new Deployment();
  const readers = new Map(simulation.endpoints.map(({ label }) => [label, new PageReader()]));
  const rdma = { rdmaConfigured: true };
  const said = new Set<string>();
  for (let second = 0; second <= 180; second += 5) {
    const at = START + second * 1000;
    for (const { label } of simulation.endpoints) {
      const text = simulation.page(label, at);
      const url = `http://${label}/metrics`;
      if (text === undefined) {
        deployment.failure(label, url, { state: 'down', problem: 'Nothing listens there.', at, nextAt: null });
        continue;
      }
      const page = readers.get(label)!.readBytes(Buffer.from(text), at);
      deployment.page(label, url, { page, latencyMs: null });
    }
    if (second < 80 || second % 20 > 0) continue;
    const watched = deployment.watched(60, DEFAULT_THRESHOLDS, at);
    for (const { id } of look({ ...watched, hints: { prefill: rdma, decode: rdma } })) said.add(id);
  }
  return said;
}

describe('what is to be seen in a scenario', () => {
  const [fleet, ...few] = [...SCENARIOS].sort((a, b) => b.prefill.endpoints - a.prefill.endpoints);

  it.each(few.map((scenario) => [scenario.id, scenario] as const))('%s', (id, scenario) => {
    const expected = SHOWN[id];
    if (expected === undefined) throw new Error(`Say what is to be seen in ${id}.`);
    const said = saidOf(scenario);
    if (expected.length === 0) expect([...said]).toEqual([]);
    else expect([...said]).toEqual(expect.arrayContaining([...expected]));
  });

  it('all but the fleet are told of here', () => {
    expect(fleet!.id).toBe('fleet');
    expect(Object.keys(SHOWN).sort()).toEqual(few.map(({ id }) => id).sort());
  });

  it('have ids of their own, and a sentence', () => {
    expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length);
    for (const { id, title, detail } of SCENARIOS) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(title).toMatch(/^[A-Z]/);
      expect(detail).toMatch(/\.$/);
    }
  });
});
