// `npm run simulate`: the /metrics pages of a simulated prefill/decode deployment. `--help` tells the options.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Scenario, Simulation } from '../server/src/metrics/simulator/index.ts';
import { loadSimulator } from './load-engine.mts';
import { fail, say } from './support.mts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const HELP = `npm run simulate serves the /metrics pages of a simulated prefill/decode deployment on the loopback interface.

Usage: npm run simulate -- [OPTIONS]

  --scenario NAME  what happens in it (healthy; --list tells the names)
  --engines N      so many engines altogether, 1-64
  --speed X        so many times faster than the clock (1)
  --seed N         other chances (1)
  --port P         the first port; one for each endpoint (8100; 0: any)
  --one-port       one port for all: /ENDPOINT/metrics
  --page-bytes N   pages filled up to this size
  --record DIR     writes the pages to DIR/ENDPOINT/MILLISECONDS.prom instead, without waiting
  --every TIME     how far recorded pages are apart (2s)
  --for TIME       ends after so long; without it, a recording is a minute and serving has no end
  --list           the names of scenarios
  --help, -h       this text`;

const values = options();

const simulator = await loadSimulator();

if (values.help) {
  say(HELP);
} else if (values.list) {
  const width = Math.max(...simulator.SCENARIOS.map(({ id }) => id.length));
  for (const { id, detail } of simulator.SCENARIOS) say(`${id.padEnd(width)}  ${detail}`);
} else {
  await simulate();
}

function options() {
  try {
    return parseArgs({
      args: joined(process.argv.slice(2)),
      options: {
        scenario: { type: 'string', default: 'healthy' },
        engines: { type: 'string' },
        speed: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        port: { type: 'string', default: '8100' },
        'one-port': { type: 'boolean', default: false },
        'page-bytes': { type: 'string' },
        record: { type: 'string' },
        every: { type: 'string', default: '2s' },
        for: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split('. ', 1);
    return refuse(`${said.replace(/\.$/, '')}. --help tells the options.`);
  }
}

/** `--port -1` is a number that is refused as such, not an option that lacks its value. */
function joined(words: readonly string[]): string[] {
  const args: string[] = [];
  for (const word of words) {
    const before = args.at(-1) ?? '';
    if (/^-\.?\d/.test(word) && /^--[a-z-]+$/.test(before)) args[args.length - 1] = `${before}=${word}`;
    else args.push(word);
  }
  return args;
}

async function simulate(): Promise<void> {
  const start = Date.now();
  const scenario = chosen();
  const simulation = new simulator.Simulation(scenario, { seed: number('seed', 0), start });
  const length = values.for === undefined ? undefined : milliseconds('for');
  if (values.record !== undefined) {
    const pages = await record(simulation, values.record, start, length ?? 60_000);
    say(`${pages} pages of ${scenario.id} in ${values.record}`);
    return;
  }
  const speed = number('speed', 0.001);
  const clock = () => start + (Date.now() - start) * speed;
  const served = await simulator
    .serve(simulation, { port: number('port', 0, 65_535), onePort: values['one-port'], clock })
    .catch((error: Error) =>
      refuse(`The pages cannot be served: ${error.message.replace(/\.+$/, '')}. --port chooses other ports.`),
    );
  say(`${scenario.title}: ${scenario.detail}`);
  for (const { label, url } of served.endpoints) say(`${label}  ${url}`);
  const ending = length === undefined ? undefined : setTimeout(end, length);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);

  function end(): void {
    clearTimeout(ending);
    void served.close();
  }
}

function chosen(): Scenario {
  const { scenario: name } = values;
  const found = simulator.findScenario(name);
  if (!found) {
    const known = simulator.SCENARIOS.map(({ id }) => id).join(', ');
    return refuse(`There is no scenario ${name}. There are ${known}.`);
  }
  const engines = values.engines === undefined ? undefined : number('engines', 1, 64);
  const sized = engines === undefined ? found : simulator.withEngines(found, engines);
  return values['page-bytes'] === undefined ? sized : { ...sized, pageBytes: number('page-bytes', 0) };
}

async function record(simulation: Simulation, folder: string, start: number, length: number): Promise<number> {
  const step = milliseconds('every');
  let pages = 0;
  for (const { label } of simulation.endpoints) await mkdir(join(folder, label), { recursive: true });
  for (let at = start; at <= start + length; at += step) {
    for (const { label } of simulation.endpoints) {
      const page = simulation.page(label, at);
      if (page === undefined) continue;
      await writeFile(join(folder, label, `${at}.prom`), page);
      pages++;
    }
  }
  return pages;
}

/** A number as people write it: whole, except for a speed. */
function number(option: 'engines' | 'speed' | 'seed' | 'port' | 'page-bytes', least: number, most = 1e9): number {
  const text = values[option] ?? '';
  const isWhole = option !== 'speed';
  const value = Number(text);
  if (!(isWhole ? /^\d+$/ : /^\d*\.?\d+$/).test(text) || value < least || value > most) {
    return refuse(
      `--${option} takes a ${isWhole ? 'whole ' : ''}number from ${least} up to ${most}, not ${text || 'nothing'}.`,
    );
  }
  return value;
}

function milliseconds(option: 'for' | 'every'): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(values[option]!) ?? [];
  const length = Number(amount) * UNITS[unit]!;
  return length > 0 ? Math.round(length) : refuse(`--${option} takes a time, such as 60s or 5m.`);
}

function refuse(line: string): never {
  fail(line);
  process.exit(2);
}
