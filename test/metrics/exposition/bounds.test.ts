import { describe, expect, it } from 'vitest';
import { PageReader } from '../../../server/src/metrics/exposition';
import { figures, read } from './support';

function* repeat(text: string, times: number): Generator<Buffer> {
  const chunk = Buffer.from(text);
  for (let time = 0; time < times; time += 1) yield chunk;
}

const series = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `vllm:nixl_a{id="${from + index}"} ${index}\n`).join('');

describe('bounds', () => {
  it('costs a line that is too long itself, whether it comes in pieces or not', async () => {
    const limits = { lineBytes: 100 };
    const long = `vllm:nixl_long{a="${'x'.repeat(200)}"} 1\n`;
    for (const line of [long, `# TYPE ${'x'.repeat(200)}`, 'x'.repeat(101), `vllm:nixl_b 1${' '.repeat(100)}`]) {
      const text = Buffer.from(`vllm:nixl_a 1\nvllm:nixl_b 2\n${line}\nvllm:nixl_c 3\n`);
      const reader = new PageReader(undefined, limits);
      const whole = reader.readBytes(text, 0);
      expect(figures(whole)).toEqual({ 'vllm:nixl_a value': 1, 'vllm:nixl_b value': 2, 'vllm:nixl_c value': 3 });
      expect(whole).toMatchObject({ complete: true, faults: 1 });
      const bytes = Array.from(text, (byte) => Uint8Array.of(byte));
      expect(await reader.read(bytes, 0)).toEqual(whole);
      expect(reader.readBytes(text, 0)).toEqual(whole);
    }
  });

  it('costs a series with very long labels itself', () => {
    const long = (length: number) => `vllm:nixl_a{a="${'x'.repeat(length)}"} 1\n`;
    const reader = new PageReader();
    for (let round = 0; round < 2; round += 1) {
      const page = read(`${long(1000)}${long(5000)}vllm:nixl_b 2\n`, reader);
      expect(page).toMatchObject({ complete: true, faults: 1, samples: [{ value: 1 }, { value: 2 }] });
    }
    expect(reader.remembered).toBe(2);
  });

  it('remembers few labels that change with every page', () => {
    const reader = new PageReader();
    for (let round = 0; round < 20; round += 1) {
      read(series(round * 3000, round * 3000 + 3000), reader);
      expect(reader.remembered).toBeLessThan(20_000);
    }
  });

  it('takes a line that is just not too long', async () => {
    const line = `vllm:nixl_long{a="${'x'.repeat(60)}"} 1`;
    const reader = new PageReader(undefined, { lineBytes: line.length });
    expect(read(`${line}\n`, reader).samples).toHaveLength(1);
    const bytes = Array.from(Buffer.from(`${line}\n`), (byte) => Uint8Array.of(byte));
    expect((await reader.read(bytes, 0)).samples).toHaveLength(1);
  });

  it('holds little of a line without an end', async () => {
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const endless = function* (): Generator<Uint8Array> {
      for (const chunk of repeat('vllm:nixl_a{a="'.repeat(1_000), 2_000)) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        yield chunk;
      }
    };
    const page = await new PageReader().read(endless(), 0);
    expect(page).toMatchObject({ complete: false, samples: [], faults: 1, bytes: 30_000_000 });
    expect(most).toBeLessThan(8_000_000);
  });

  it('keeps so many series of a page and no more', () => {
    const reader = new PageReader(undefined, { series: 10 });
    expect(read(series(0, 10), reader)).toMatchObject({ complete: true, samples: { length: 10 } });
    const page = read(series(0, 11), reader);
    expect(page).toMatchObject({ complete: false, beyond: 'series', samples: { length: 10 } });
    expect(read(series(5, 15), reader)).toMatchObject({ complete: true, samples: { length: 10 } });
  });

  it('keeps so many bytes of labels and no more', () => {
    const reader = new PageReader(undefined, { labelBytes: 1_000 });
    const page = read(series(0, 1_000), reader);
    expect(page).toMatchObject({ complete: false, beyond: 'labels' });
    expect(page.samples.length).toBeGreaterThan(20);
    expect(page.samples.length).toBeLessThan(60);
    // Others may come once the first are gone.
    expect(read(series(2_000, 2_010), reader)).toMatchObject({ samples: { length: 10 } });
  });

  it('forgets labels that come and go, and keeps those that stay', () => {
    const reader = new PageReader();
    const steady = 'vllm:nixl_steady{a="b"} 1\n';
    const first = read(steady, reader).samples[0]!.series;
    let last = first;
    let newest = 0;
    for (let round = 0; round < 150; round += 1) {
      const page = read(steady + series(round * 500, round * 500 + 500), reader);
      last = page.samples[0]!.series;
      newest = page.samples.length;
    }
    expect(newest).toBe(501);
    expect(last).toBe(first);
    expect(reader.remembered).toBeLessThan(132 * 501);
  });

  it('stays bounded where a page invents names, types and families', () => {
    const reader = new PageReader();
    for (let round = 0; round < 5; round += 1) {
      const names = Array.from({ length: 15_000 }, (_, index) => `vllm:made_up_${round * 15_000 + index}`);
      const text = names.map((name) => `# TYPE ${name} counter\n${name}_total 1\n`).join('');
      const page = read(`${text}vllm:nixl_a 1\n`, reader);
      expect(page.families.size).toBeLessThanOrEqual(20_000);
      expect(figures(page)).toEqual({ 'vllm:nixl_a value': 1 });
    }
    expect(read(`${'x'.repeat(1_000)} 1\nvllm:${'y'.repeat(1_000)} 1\n`, reader).families.size).toBe(0);
  });

  it('makes no wanted name out of one that was forgotten', () => {
    const others = Array.from({ length: 19_999 }, (_, index) => `vllm:made_up_${index} 1\n`).join('');
    const [stranger, wanted] = ['vllm:other1', 'vllm:nixl_a'];
    const text = `${stranger} 1\n${others}${stranger} 1\n${wanted}{a="1"} 1\n${wanted}{a="2"} 2\n`;
    expect(figures(read(text))).toEqual({ 'vllm:nixl_a value a="1"': 1, 'vllm:nixl_a value a="2"': 2 });
  });

  it('makes a set of labels anew, and once, after it was forgotten', () => {
    const reader = new PageReader(undefined, { series: 10 });
    const one = 'vllm:nixl_b{x="1",y="2"} 1\n';
    const before = read(one, reader).samples[0]!.series.set;
    expect(read(series(0, 11), reader).complete).toBe(false);
    const { samples } = read(`${one}vllm:nixl_c{y="2",x="1"} 1\n`, reader);
    expect(samples[0]!.series.set).toBe(samples[1]!.series.set);
    expect(samples[0]!.series.set).toEqual(before);
  });

  it('reads on after an answer that broke off with an error', async () => {
    const reader = new PageReader();
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('vllm:nixl_a 1\nvllm:nix');
      throw new Error('socket hang up');
    };
    await expect(reader.read(broken(), 0)).rejects.toThrow('socket hang up');
    expect(figures(read('vllm:nixl_b 2\n', reader))).toEqual({ 'vllm:nixl_b value': 2 });
  });

  it('gives up a page once another one begins', async () => {
    const reader = new PageReader();
    let go: () => void = () => {};
    const late = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('vllm:nixl_a 1\n');
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      yield Buffer.from('vllm:nixl_late 1\n');
    };
    const slow = reader.read(late(), 0);
    await Promise.resolve();
    expect(figures(read('vllm:nixl_b 2\n', reader))).toEqual({ 'vllm:nixl_b value': 2 });
    go();
    await expect(slow).rejects.toThrow('in the meantime');
    expect(figures(read('vllm:nixl_c 3\n', reader))).toEqual({ 'vllm:nixl_c value': 3 });
  });

  it('takes time by length, whatever stands between quotes', () => {
    const reader = new PageReader(undefined, { headBytes: 65_536 });
    const evil = ['\\\\', '\\"', 'x,le=\\"5', '=,{', ' \t'].flatMap((part) => {
      const value = part.repeat(Math.floor(65_000 / part.length));
      return [`vllm:nixl_a_bucket{a="${value}",le="1"} 1`, `vllm:nixl_a{a="${value}" 1`, `vllm:nixl_a{${value}} 1`];
    });
    const labels = Array.from({ length: 6_000 }, (_, index) => `l${index}="x"`).join();
    const page = read(`${[...evil, `vllm:nixl_many{${labels}} 1`].join('\n')}\n`, reader);
    // Five that are long and one that has many labels; and blanks between braces are none.
    expect(page.samples.length).toBe(7);
    expect(page.faults).toBe(9);
  });

  it('dates a page when it is complete, unless told otherwise', async () => {
    const before = Date.now();
    const page = await new PageReader().read([Buffer.from('vllm:nixl_a 1\n')]);
    expect(page.at).toBeGreaterThanOrEqual(before);
    expect((await new PageReader().read([], 5)).at).toBe(5);
  });
});
