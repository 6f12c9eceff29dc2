import { PageReader } from '../../../server/src/metrics/exposition';
import type { Page } from '../../../server/src/metrics/page';
import { findScenario, type Scenario, Simulation } from '../../../server/src/metrics/simulator';

export const START = Date.UTC(2026, 8, 1);

export function scenarioNamed(id: string): Scenario {
  const found = findScenario(id);
  if (!found) throw new Error(`There is no scenario ${id}.`);
  return found;
}

export function simulationOf(id: string, seed = 1): Simulation {
  return new Simulation(scenarioNamed(id), { seed, start: START });
}

/** Values of a page by the name as it is registered, and sums over labels. */
export class Figures {
  private readonly page: Page;

  constructor(text: string) {
    this.page = new PageReader(() => true).readBytes(Buffer.from(text), START);
  }

  sum(family: string, part: 'value' | 'sum' | 'count' = 'value', only: Readonly<Record<string, string>> = {}): number {
    return this.of(family, part, only).reduce((sum, value) => sum + value, 0);
  }

  of(family: string, part: 'value' | 'sum' | 'count' = 'value', only: Readonly<Record<string, string>> = {}): number[] {
    return this.page.samples
      .filter(({ series }) => series.family === family && series.part === part)
      .filter(({ series }) => Object.entries(only).every(([name, value]) => series.set.labels[name] === value))
      .map(({ value }) => value);
  }

  mean(family: string): number {
    return this.sum(family, 'sum') / this.sum(family, 'count');
  }

  get processStart(): number | undefined {
    return this.page.processStart;
  }

  declares(family: string): boolean {
    return this.page.families.has(family);
  }
}

export function figuresAt(simulation: Simulation, label: string, seconds: number): Figures {
  const text = simulation.page(label, START + seconds * 1000);
  if (text === undefined) throw new Error(`Nobody answers at ${label}.`);
  return new Figures(text);
}
