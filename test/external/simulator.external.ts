import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS, Simulation } from '../../server/src/metrics/simulator';
import { pythonNumber } from '../../server/src/metrics/simulator/pages/numbers';
import { Random } from '../../server/src/metrics/simulator/random';
import { need, PROMTOOL, PYTHON, run } from './programs';

const REWRITE = join(import.meta.dirname, 'rewrite.py');
const START = Date.UTC(2026, 8, 1);

const few = SCENARIOS.filter(({ id }) => id !== 'fleet');

function pagesOf(scenario: (typeof SCENARIOS)[number]): [string, string][] {
  const simulation = new Simulation(scenario, { start: START });
  return simulation.endpoints.flatMap(({ label, kind }): [string, string][] => {
    const page = simulation.page(label, START + 22_000);
    return page === undefined || kind === 'nixl-exporter' ? [] : [[label, page]];
  });
}

beforeAll(() => Promise.all([need(PROMTOOL, 'prometheus'), need(PYTHON, 'python3-prometheus-client')]));

describe('pages of the Python front end are what its library writes', () => {
  it.each(few.filter(({ frontEnd }) => frontEnd !== 'rust').map((one) => [one.id, one] as const))(
    '%s',
    async (_, scenario) => {
      for (const [, page] of pagesOf(scenario)) {
        const { code, stdout, stderr } = await run(PYTHON, [REWRITE, 'text'], page);
        expect(stderr).toBe('');
        expect(code).toBe(0);
        expect(stdout).toBe(page);
      }
    },
  );
});

describe('pages of the Rust front end', () => {
  it.each(few.filter(({ frontEnd }) => frontEnd === 'rust').map((one) => [one.id, one] as const))(
    '%s is OpenMetrics',
    async (_, scenario) => {
      for (const [, page] of pagesOf(scenario)) {
        const { code, stdout, stderr } = await run(PYTHON, [REWRITE, 'openmetrics'], page);
        expect([code, stderr]).toEqual([0, '']);
        expect(Number(stdout)).toBe(page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length);
      }
    },
  );
});

describe("pages of NIXL's exporter", () => {
  it.each(['0.9', '1.2', '1.4', 'main'] as const)('%s are read by Prometheus', async (exporter) => {
    const scenario = { ...few.find(({ id }) => id === 'nixl-exporter')!, exporter };
    const page = new Simulation(scenario, { start: START }).page('decode-nixl', START + 22_000)!;
    const { stderr } = await run(PROMTOOL, ['check', 'metrics'], page);
    // What it says of names is about NIXL's; it does not get that far with a page that it cannot read.
    expect(stderr).not.toContain('error while linting');
    const { code } = await run(PYTHON, [REWRITE, 'text'], page);
    expect(code).toBe(0);
  });
});

it('numbers are written as the library writes them', async () => {
  const random = new Random(5);
  const numbers = Array.from({ length: 5000 }, (_, index) => {
    const value = random.next() * 10 ** (Math.floor(random.next() * 40) - 20);
    return index % 3 === 0 ? Math.round(value) : value;
  });
  const { stdout } = await run(PYTHON, [REWRITE, 'numbers'], JSON.stringify(numbers));
  expect(numbers.map(pythonNumber)).toEqual(stdout.trim().split('\n'));
});
