import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { labelsKey, parseNumber } from '../../server/src/metrics/exposition';

export type Format = 'text' | 'openmetrics';

/** A family as Python's parser hands it out: samples are name, labels and value. */
export interface PythonFamily {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly (readonly [string, readonly (readonly [string, string])[], string])[];
}

/** Python's `prometheus_client`, of Debian's package python3-prometheus-client. */
export class PrometheusClient {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;
  private said = '';

  constructor() {
    this.child = spawn(process.env.PYTHON ?? '/usr/bin/python3', [join(import.meta.dirname, 'prometheus-client.py')]);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
    this.reader = createInterface({ input: this.child.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** What its parser finds on a page, or why it refuses it. */
  parse(page: string, format: Format): Promise<readonly PythonFamily[] | { readonly refused: string }> {
    return this.ask({ parse: page, format });
  }

  /** A page that it makes up, and what its parser finds there. */
  invent(seed: number, format: Format): Promise<{ readonly page: string; readonly families: readonly PythonFamily[] }> {
    return this.ask({ invent: seed, format });
  }

  stop(): void {
    this.reader.close();
    this.child.kill();
  }

  private async ask<T>(request: object): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`prometheus_client: ${this.said}`);
    return JSON.parse(value);
  }
}

const suffixes: Readonly<Record<string, string>> = {
  _bucket: 'bucket',
  _sum: 'sum',
  _count: 'count',
  _created: 'created',
  _total: 'value',
};
const composed = new Set(['counter', 'histogram', 'summary']);

/** What Python found of families with a prefix, in the words of our tests: of two samples of one series the first. */
export function pythonFigures(families: readonly PythonFamily[], prefix: string): Record<string, number> {
  const found = new Map<string, number>();
  const bases = new Set(families.filter(({ type }) => composed.has(type)).map(({ name }) => name));
  for (const { name, type, samples } of families) {
    if (!name.startsWith(prefix)) continue;
    for (const [sample, pairs, value] of samples) {
      let family = name;
      let part = suffixes[sample.slice(name.length)] ?? 'value';
      // Text shows moments of creation as gauges of their own, and information without a type.
      if (type === 'gauge' && name.endsWith('_created') && bases.has(name.slice(0, -'_created'.length))) {
        family = name.slice(0, -'_created'.length);
        part = 'created';
      }
      if (type === 'info') family = sample;
      const labels = Object.fromEntries(pairs);
      const edge = part === 'bucket' ? ` ${parseNumber(labels.le!)}` : '';
      if (part === 'bucket') delete labels.le;
      const key = `${family} ${part}${edge} ${labelsKey(labels)}`.trimEnd();
      if (!found.has(key)) found.set(key, python(value));
    }
  }
  return Object.fromEntries(found);
}

function python(value: string): number {
  return { nan: Number.NaN, inf: Infinity, '-inf': -Infinity }[value] ?? Number(value);
}
