import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageReader } from '../../server/src/metrics/exposition';
import { figures, fixture } from '../metrics/exposition/support';
import { type Format, PrometheusClient, pythonFigures } from './prometheus-client';

let python: PrometheusClient;
beforeAll(() => {
  python = new PrometheusClient();
});
afterAll(() => python.stop());

const everything = (): boolean => true;

describe.each<Format>(['text', 'openmetrics'])('pages of prometheus_client as %s', (format) => {
  it('are read as it reads them', async () => {
    const kept = new PageReader(everything);
    let samples = 0;
    for (let seed = 1; seed <= 600; seed += 1) {
      const { page, families } = await python.invent(seed, format);
      const expected = pythonFigures(families, 'vllm:');
      for (const reader of [new PageReader(everything), kept]) {
        const read = reader.readBytes(Buffer.from(page), 0);
        expect({ seed, found: figures(read) }).toEqual({ seed, found: expected });
        expect(read).toMatchObject({ complete: true, faults: 0 });
        if (format === 'openmetrics') expect(read.format).toBe(format);
      }
      samples += Object.keys(expected).length;
    }
    expect(samples).toBeGreaterThan(4_000);
  });
});

describe('fixtures', () => {
  const names = readdirSync(join(import.meta.dirname, '../fixtures/metrics')).map((name) =>
    name.replace(/\.prom$/, ''),
  );
  const plain = names.filter((name) => !name.startsWith('nixl-') && name !== 'ray');

  it.each(plain)('%s is read as prometheus_client reads it', async (name) => {
    const page = fixture(name);
    const families = await python.parse(page, page.endsWith('# EOF\n') ? 'openmetrics' : 'text');
    if (!Array.isArray(families)) throw new Error(JSON.stringify(families));
    const expected = pythonFigures(families, 'vllm:');
    expect(Object.keys(expected).length).toBeGreaterThan(5);
    expect(figures(new PageReader(everything).readBytes(Buffer.from(page), 0))).toEqual(expected);
  });
});

const said = fc
  .string({
    unit: fc.constantFrom('"', '\\', '\n', '{', '}', ',', '=', '#', ' ', 'n', 'é', '😀', '\t', '\0'),
    maxLength: 8,
  })
  .map((text) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n'));
const labels = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/), said), {
  selector: ([name]) => name,
  maxLength: 4,
});
const figure = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true, min: 0 }).map(String),
  fc.nat().map(String),
  fc.stringMatching(/^[0-9]{1,4}\.[0-9]{0,14}([eE][+-]?[0-9]{1,2})?$/),
  fc.constantFrom('NaN', '+Inf', '1e+06', '8.589934592e+09', '0.0'),
);

function sample(name: string, pairs: readonly (readonly [string, string])[], value: string): string {
  const inner = pairs.map(([label, text]) => `${label}="${text}"`).join(',');
  return `${name}${inner === '' ? '' : `{${inner}}`} ${value}`;
}

describe('pages of ours', () => {
  it('as text mean the same to prometheus_client', async () => {
    const line = fc
      .tuple(
        fc.stringMatching(/^vllm:(?:(?:nixl|other)_[a-z]{1,2}|num_requests_running|cache_config_info)$/),
        labels,
        figure,
        fc.constantFrom('', ' 1764000000123', '\t-5', '  '),
      )
      .map(([name, pairs, value, tail]) => sample(name, pairs, value) + tail);
    const lines = fc.array(fc.oneof({ weight: 5, arbitrary: line }, fc.constantFrom('', '# a "comment" {')), {
      maxLength: 30,
    });
    const kept = new PageReader(everything);
    await fc.assert(
      fc.asyncProperty(lines, async (all) => {
        const page = all.map((one) => `${one}\n`).join('');
        const families = await python.parse(page, 'text');
        if (!Array.isArray(families)) throw new Error(JSON.stringify(families));
        expect(figures(kept.readBytes(Buffer.from(page), 0))).toEqual(pythonFigures(families, 'vllm:'));
      }),
      { numRuns: 600 },
    );
  });

  it('as OpenMetrics mean the same to prometheus_client', async () => {
    const exemplar = fc.constantFrom(
      '',
      ' # {} 1',
      ' # {a="b} # \\"{"} 0.5 1764000000.25',
      ' 1764000000',
      ' 17.25 # {a="b"} 1',
    );
    const family = fc.record({
      type: fc.constantFrom('counter', 'gauge', 'histogram', 'unknown'),
      sets: fc.uniqueArray(labels, {
        selector: (pairs) => JSON.stringify([...pairs].sort()),
        minLength: 1,
        maxLength: 3,
      }),
      value: figure.filter((text) => text !== 'NaN'),
      counts: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 5 }),
      tail: exemplar,
    });
    const write = (
      { type, sets, value, counts, tail }: typeof family extends fc.Arbitrary<infer T> ? T : never,
      name: string,
    ) => {
      const own = sets.map((pairs) => pairs.filter(([label]) => label !== 'le'));
      const timed = tail.replace(/ #.*$/s, '');
      const lines = [`# HELP ${name} a \\\\ \\n "text"`, `# TYPE ${name} ${type}`];
      if (type === 'gauge' || type === 'unknown')
        return [...lines, ...own.map((pairs) => sample(name, pairs, value) + timed)];
      if (type === 'counter') return [...lines, ...own.map((pairs) => sample(`${name}_total`, pairs, value) + tail)];
      for (const pairs of own) {
        let total = 0;
        for (const [index, count] of counts.entries()) {
          total += count;
          const le = index === counts.length - 1 ? '+Inf' : `${index + 1}.0`;
          lines.push(sample(`${name}_bucket`, [...pairs, ['le', le]], String(total)) + tail);
        }
        lines.push(sample(`${name}_count`, pairs, String(total)) + timed, sample(`${name}_sum`, pairs, value) + timed);
      }
      return lines;
    };
    const kept = new PageReader(everything);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(family, { maxLength: 5 }), async (all) => {
        const lines = all.flatMap((one, index) => write(one, `vllm:nixl_${one.type}_${index}`));
        const page = [...lines, '# EOF', ''].join('\n');
        const families = await python.parse(page, 'openmetrics');
        // It refuses what the rules of OpenMetrics forbid, such as the same labels twice.
        fc.pre(Array.isArray(families));
        taken += 1;
        const read = kept.readBytes(Buffer.from(page), 0);
        expect(figures(read)).toEqual(pythonFigures(families, 'vllm:'));
        expect(read).toMatchObject({ format: 'openmetrics', complete: true, faults: 0 });
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThanOrEqual(400);
  });
});
