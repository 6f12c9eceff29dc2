import type { MetricsSource } from '../../../protocol/metrics';
import { PageReader } from '../../../server/src/metrics/exposition';
import type { PlanInput } from '../../../server/src/metrics/generate';
import { Deployment } from '../../../server/src/metrics/model';
import { findScenario, type Scenario, Simulation } from '../../../server/src/metrics/simulator';
import { DEFAULT_THRESHOLDS } from '../../../server/src/metrics/thresholds';

export const START = Date.UTC(2026, 8, 1);

export function scenarioNamed(id: string): Scenario {
  const found = findScenario(id);
  if (!found) throw new Error(`There is no scenario ${id}.`);
  return found;
}

export interface Seen {
  /** The address of each endpoint, as in settings; nothing: engines are known by their labels alone. */
  readonly address?: (label: string, index: number) => string;
  readonly sources?: readonly MetricsSource[];
  readonly thresholds?: Partial<typeof DEFAULT_THRESHOLDS>;
  readonly seconds?: number;
  /** Labels that Prometheus puts to all series of an endpoint. */
  readonly labels?: (label: string) => string;
}

/** A simulated deployment as somebody saw it who watched for a minute. */
export function seen(
  scenario: Scenario,
  { address, sources = [], thresholds, seconds = 60, labels }: Seen = {},
): PlanInput {
  const simulation = new Simulation(scenario, { start: START });
  const deployment = new Deployment();
  const readers = new Map(simulation.endpoints.map(({ label }) => [label, new PageReader()]));
  for (let at = START; at <= START + seconds * 1000; at += 5000) {
    for (const { label } of simulation.endpoints) {
      const plain = simulation.page(label, at);
      if (plain === undefined) continue;
      const text = labels ? plain.replaceAll(/^(vllm:\w+\{)/gm, `$1${labels(label)},`) : plain;
      const page = readers.get(label)!.readBytes(Buffer.from(text), at);
      deployment.page(label, `http://${label}`, { page, latencyMs: null });
    }
  }
  const own = simulation.endpoints.map(({ label, role }, index) => ({
    kind: 'endpoint' as const,
    label,
    url: address?.(label, index) ?? '',
    role,
  }));
  return {
    watched: deployment.watched(seconds, { ...DEFAULT_THRESHOLDS, ...thresholds }),
    sources: address ? own : sources,
  };
}
