import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../server/src/cli/metrics/replay';
import type { EngineReport } from '../../server/src/metrics/model';
import { findScenario, type Scenario, Simulation } from '../../server/src/metrics/simulator';
import { need, PYTHON, run } from './programs';

/** What `figures.py` computes of the pages of a recording. */
type Expected = Readonly<
  Record<
    string,
    { readonly pages: number; readonly engines: readonly (EngineReport & { readonly restarts: number })[] }
  >
>;

const SCRIPT = join(import.meta.dirname, 'figures.py');
const START = 1_790_000_000_000;

let folder: string;

beforeAll(() => need(PYTHON, 'python3-prometheus-client'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nixl-figures-'));
});

afterEach(() => rm(folder, { recursive: true }));

const expected = async (): Promise<Expected> => {
  const { code, stdout, stderr } = await run(PYTHON, [SCRIPT, folder]);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Expected;
};

/** What becomes of a page: nothing where its scrape is lost. */
type Fate = (text: string, turn: number, endpoint: string) => string | undefined;

/** Records a scenario: one page every two seconds for `seconds`, after the deployment has run for a minute. */
async function record(scenario: Scenario, seconds: number, fate: Fate = (text) => text, seed = 1): Promise<void> {
  const simulation = new Simulation(scenario, { start: START, seed });
  for (let turn = 0; turn * 2 <= seconds; turn += 1) {
    for (const { label, kind } of simulation.endpoints) {
      const at = START + 60_000 + turn * 2000;
      const page = simulation.page(label, at);
      const text = page === undefined || kind !== 'vllm' ? undefined : fate(page, turn, label);
      if (text === undefined) continue;
      await mkdir(join(folder, label), { recursive: true });
      await writeFile(join(folder, label, `${at}.prom`), text);
    }
  }
}

/** Counts and buckets as they are, means to nine digits. */
async function compare(): Promise<Expected> {
  const wanted = await expected();
  const { endpoints } = (await replay(folder, { roles: new Map() })).report();
  expect(endpoints.map(({ endpoint }) => endpoint).sort()).toEqual(Object.keys(wanted).sort());
  for (const { endpoint, engines } of endpoints) {
    const { engines: other } = wanted[endpoint]!;
    expect(engines.map(({ engine, model }) => [engine, model])).toEqual(
      other.map(({ engine, model }) => [engine, model]),
    );
    for (const [index, row] of engines.entries()) {
      const { restarts: _, ...figures } = other[index]!;
      expect(rounded(row)).toEqual(rounded(figures));
    }
  }
  return wanted;
}

/** Sums of floating-point numbers differ by the order in which they were added. */
function rounded(row: object): unknown {
  return JSON.parse(JSON.stringify(row), (_, value) => (typeof value === 'number' ? value.toPrecision(9) : value));
}

const scenario = (id: string) => findScenario(id)!;

/** The same turn always has the same luck. */
const luck = (turn: number, endpoint: string) => {
  let state = (turn + 1) * 2654435761 + endpoint.length * 40503;
  state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) >>> 0;
  return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
};

describe('figures are those of an independent calculation from the same pages', () => {
  it.each([
    'healthy',
    'failing',
    'expiring',
    'late',
    'push',
    'tensor-parallel',
    'data-parallel',
    'rust',
    'ray',
    'dynamo',
    'markup',
  ])('%s', async (id) => {
    await record(scenario(id), 120);
    const wanted = await compare();
    const transfers = Object.values(wanted).flatMap(({ engines }) => engines.map((row) => row.transfers ?? 0));
    expect(Math.max(...transfers)).toBeGreaterThan(100);
  });

  it.each(['python', 'python-multi', 'rust'] as const)(
    'through restarts, lost scrapes and broken pages: %s',
    async (frontEnd) => {
      const base = scenario('restarts');
      await record({ ...base, frontEnd }, 420, (text, turn, endpoint) => {
        const chance = luck(turn, endpoint);
        if (chance < 0.15) return undefined;
        if (chance < 0.2) return text.slice(0, Math.floor(text.length * chance * 4));
        if (chance < 0.25) return '<html><body>502 Bad Gateway</body></html>';
        return chance < 0.3 ? '' : text;
      });
      const wanted = await compare();
      expect(wanted.decode!.engines[0]!.restarts).toBeGreaterThan(2);
      expect(wanted.prefill!.engines[0]!.restarts).toBe(1);
      expect(wanted.decode!.pages).toBeLessThan(170);
    },
  );

  it.each(['python-multi', 'rust'] as const)(
    'with engines that appear, go away and come again: %s',
    async (frontEnd) => {
      const without = (text: string, engine: string) =>
        text
          .split('\n')
          .filter((line) => !line.includes(`engine="${engine}"`))
          .join('\n');
      await record({ ...scenario('data-parallel'), frontEnd }, 120, (text, turn) => {
        if (turn < 20) return without(text, '2');
        return turn < 40 && turn > 30 ? without(text, '1') : text;
      });
      const wanted = await compare();
      const [first, , third] = wanted.decode!.engines;
      expect(third!.transfers).toBeGreaterThan(first!.transfers!);
    },
  );

  it('where values are no numbers for a while', async () => {
    await record(scenario('failing'), 120, (text, turn) => {
      return turn % 5 === 2
        ? text.replace(/^(vllm:nixl_(?:num_failed_transfers_total|xfer_time\w+)\S*) .*$/gm, '$1 NaN')
        : text;
    });
    const wanted = await compare();
    expect(wanted.decode!.engines[0]!.failedTransfers).toBeGreaterThan(10);
  });
});
