import { describe, expect, it } from 'vitest';
import { PageReader } from '../../../server/src/metrics/exposition';
import { figures, read } from './support';

const one = (text: string): Record<string, number> => figures(read(text));

describe('lines', () => {
  it.each([
    ['tabs and spaces', 'vllm:nixl_a \t 1', 'vllm:nixl_a value', 1],
    ['blanks before it', ' \tvllm:nixl_a 1', 'vllm:nixl_a value', 1],
    ['blanks after it', 'vllm:nixl_a 1  \t', 'vllm:nixl_a value', 1],
    ['blanks within', 'vllm:nixl_a { engine = "0" , b\t=\t"c" , } 2.5', 'vllm:nixl_a value b="c",engine="0"', 2.5],
    ['no labels', 'vllm:nixl_a{} 3', 'vllm:nixl_a value', 3],
    ['labels in another order', 'vllm:nixl_a{b="c",a="d"} 3', 'vllm:nixl_a value a="d",b="c"', 3],
    ['no blank before the value', 'vllm:nixl_a{b="c"}\t3', 'vllm:nixl_a value b="c"', 3],
    ['a time in milliseconds', 'vllm:nixl_a 4 1764000000123', 'vllm:nixl_a value', 4],
    ['a time in seconds', 'vllm:nixl_a 4 1764000000.123', 'vllm:nixl_a value', 4],
    ['a time before 1970', 'vllm:nixl_a 4 -1', 'vllm:nixl_a value', 4],
    ['an exemplar', 'vllm:nixl_a_total 4 # {id="# } \\" {"} 0.67', 'vllm:nixl_a value', 4],
    ['an exemplar and times', 'vllm:nixl_a_total 4 17 # {id="x"} 0.67 1764000000.1', 'vllm:nixl_a value', 4],
    ['a carriage return', 'vllm:nixl_a{b="c"} 4\r', 'vllm:nixl_a value b="c"', 4],
    ['a carriage return after a time', 'vllm:nixl_a 4 5\r', 'vllm:nixl_a value', 4],
    ['a mark of UTF-8', '\ufeffvllm:nixl_a 4', 'vllm:nixl_a value', 4],
    ['infinity', 'vllm:nixl_a -Inf', 'vllm:nixl_a value', -Infinity],
    ['no number', 'vllm:nixl_a NaN', 'vllm:nixl_a value', Number.NaN],
    ['a name in quotes', '{"vllm:nixl_a", b="c"} 4', 'vllm:nixl_a value b="c"', 4],
    ['a name in quotes that comes last', '{b="c","vllm:nixl_a"} 4', 'vllm:nixl_a value b="c"', 4],
    ['a label in quotes', 'vllm:nixl_a{"b.é"="c"} 4', 'vllm:nixl_a value "b.é"="c"', 4],
  ])('takes %s', (_, line, name, value) => {
    expect(one(`${line}\n`)).toEqual({ [name]: value });
    expect(read(`${line}\n`).faults).toBe(0);
  });

  it.each([
    ['no value', 'vllm:nixl_a'],
    ['no value behind labels', 'vllm:nixl_a{b="c"}'],
    ['no value but a blank', 'vllm:nixl_a '],
    ['a word', 'vllm:nixl_a one'],
    ['two values and a word', 'vllm:nixl_a 1 2 three'],
    ['three values', 'vllm:nixl_a 1 2 3'],
    ['hexadecimal', 'vllm:nixl_a 0x10'],
    ['underscores', 'vllm:nixl_a 1_000'],
    ['a comma', 'vllm:nixl_a 1,5'],
    ['half an exponent', 'vllm:nixl_a 1e'],
    ['a NUL in the value', 'vllm:nixl_a 1\0'],
    ['an open brace', 'vllm:nixl_a{b="c" 1'],
    ['an open quote', 'vllm:nixl_a{b="c} 1'],
    ['an open escape', 'vllm:nixl_a{b="c\\'],
    ['no quotes', 'vllm:nixl_a{b=c} 1'],
    ['no equals sign', 'vllm:nixl_a{b} 1'],
    ['no name of a label', 'vllm:nixl_a{="c"} 1'],
    ['no comma', 'vllm:nixl_a{b="c"d="e"} 1'],
    ['a label twice', 'vllm:nixl_a{b="c",b="d"} 1'],
    ['two names', '{"vllm:nixl_a","vllm:nixl_b"} 1'],
    ['labels twice', 'vllm:nixl_a{b="c"}{d="e"} 1'],
    ['a bucket without an edge', 'vllm:nixl_a_bucket{b="c"} 1'],
    ['a bucket with a word for an edge', 'vllm:nixl_a_bucket{le="abc"} 1'],
    ['a bucket with no number for an edge', 'vllm:nixl_a_bucket{le="NaN"} 1'],
    ['a bucket with an empty edge', 'vllm:nixl_a_bucket{le=""} 1'],
    ['a lone carriage return', 'vllm:nixl_a 1\r2'],
  ])('loses nothing else to %s', (_, line) => {
    const page = read(`vllm:nixl_before 1\n${line}\nvllm:nixl_after 2\n`);
    expect(figures(page)).toEqual({ 'vllm:nixl_before value': 1, 'vllm:nixl_after value': 2 });
    expect(page).toMatchObject({ faults: 1, complete: true });
  });

  it.each(['', '\n\r\n \n', '# a comment\n#\n#TYPE vllm:nixl_a counter\n# TYPE\n# TYPE vllm:nixl_a\n# EOF is near\n'])(
    'says nothing about %j',
    (text) => {
      const page = read(text);
      expect(page).toMatchObject({ format: 'text', complete: true, faults: 0, samples: [] });
      expect(page.families.size).toBe(0);
    },
  );

  it('keeps the first of two samples of one series, as Prometheus does', () => {
    expect(one('vllm:nixl_a{b="c",d="e"} 1\nvllm:nixl_a{d="e",b="c"} 2\nvllm:nixl_a{b="c",d="e"} 3\n')).toEqual({
      'vllm:nixl_a value b="c",d="e"': 1,
    });
    expect(one('vllm:nixl_a_bucket{le="1e+06"} 1\nvllm:nixl_a_bucket{le="1000000.0"} 2\n')).toEqual({
      'vllm:nixl_a bucket 1000000': 1,
    });
  });

  it('takes names of labels that objects have anyway', () => {
    const { samples } = read('vllm:nixl_a{__proto__="x",constructor="y",toString="z"} 1\nvllm:nixl_b{a="b"} 1\n');
    const { labels, key } = samples[0]!.series.set;
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    expect(key).toBe('__proto__="x",constructor="y",toString="z"');
    expect(samples[1]!.series.set.labels.constructor).toBeUndefined();
  });

  it('unescapes as Prometheus does', () => {
    const { samples } = read(`${String.raw`vllm:nixl_a{a="\\n",b="\n",c="\"",d="\t\é",e="a=b,{c}#"} 1`}\n`);
    expect({ ...samples[0]!.series.set.labels }).toEqual({ a: '\\n', b: '\n', c: '"', d: '\\t\\é', e: 'a=b,{c}#' });
  });

  it('takes bytes that are no text for what they are', () => {
    const bytes = Buffer.concat([Buffer.from('vllm:nixl_a{a="'), Buffer.from([0xff, 0x00]), Buffer.from('"} 1\n')]);
    const { samples } = new PageReader().readBytes(bytes, 0);
    expect(samples[0]!.series.set.labels.a).toBe('\ufffd\0');
  });

  it('shares sets of labels and series between lines and pages', () => {
    const reader = new PageReader();
    const text = 'vllm:nixl_a{x="1"} 1\nvllm:nixl_b_bucket{x="1",le="5"} 1\n';
    const [first, second] = [read(text, reader), read(text.replaceAll(' 1\n', ' 2\n'), reader)];
    expect(first.samples[0]!.series.set).toBe(first.samples[1]!.series.set);
    expect(second.samples.map(({ series }) => series)).toEqual(first.samples.map(({ series }) => series));
    expect(second.samples[1]!.series).toBe(first.samples[1]!.series);
    expect([first, second].map(({ samples }) => samples.map(({ value }) => value))).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('tells a line that goes on from one that it knows', () => {
    const reader = new PageReader();
    read('vllm:num_requests_running 1\nvllm:num_requests_waiting 1\nvllm:nixl_b 1\n', reader);
    const text = 'vllm:num_requests_running 1\nvllm:num_requests_waiting {x="1"} 2\nvllm:nixl_bc 3\n';
    expect(figures(read(text, reader))).toEqual({
      'vllm:num_requests_running value': 1,
      'vllm:num_requests_waiting value x="1"': 2,
      'vllm:nixl_bc value': 3,
    });
  });

  it('tells a name that is wanted from a shorter one that is not', () => {
    expect(one('vllm:num_requests 1\nvllm:num_requests{a="b"} 1\nvllm:num_requests_running 2\n')).toEqual({
      'vllm:num_requests_running value': 2,
    });
  });

  it.each([
    ['twice', 'vllm:nixl_y{le="5"} 1\nvllm:nixl_x_bucket{le="1",le="5"} 1\n', 1, ['vllm:nixl_y value le="5"']],
    [
      'with blanks',
      'vllm:nixl_x_bucket{ le = "5" } 1\nvllm:nixl_y{ le = "5" } 1\n',
      0,
      ['vllm:nixl_x bucket 5', 'vllm:nixl_y value le="5"'],
    ],
    ['without a comma', 'vllm:nixl_y{b="c"} 1\nvllm:nixl_x_bucket{le="5"b="c"} 1\n', 1, ['vllm:nixl_y value b="c"']],
    [
      'at the end of another name',
      'vllm:nixl_y{file="7"} 1\nvllm:nixl_x_bucket{file="5",le="7"} 1\n',
      0,
      ['vllm:nixl_y value file="7"', 'vllm:nixl_x bucket 7 file="5"'],
    ],
    [
      'in a value',
      'vllm:nixl_x_bucket{a=",le=",le="5"} 1\nvllm:nixl_x_bucket{a="{le=",le="6"} 1\n',
      0,
      ['vllm:nixl_x bucket 5 a=",le="', 'vllm:nixl_x bucket 6 a="{le="'],
    ],
    [
      'last, first and alone',
      'vllm:nixl_x_bucket{a="b",le="5"} 1\nvllm:nixl_x_bucket{le="6",a="b"} 1\nvllm:nixl_x_bucket{le="7"} 1\n',
      0,
      ['vllm:nixl_x bucket 5 a="b"', 'vllm:nixl_x bucket 6 a="b"', 'vllm:nixl_x bucket 7'],
    ],
  ])('reads an edge %s', (_, text, faults, names) => {
    const page = read(text);
    expect(Object.keys(figures(page)).sort()).toEqual([...names].sort());
    expect(page.faults).toBe(faults);
  });

  it('follows series that come, go and change places', () => {
    const reader = new PageReader();
    const lines = ['vllm:nixl_a 1', 'vllm:other{a="b"} 7', 'vllm:nixl_b 2', 'vllm:nixl_c{x="1"} 3', 'vllm:nixl_d 4'];
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [1, 3],
      [0, 2, 4],
      [2, 3, 1, 4, 0],
      [0, 1, 2, 3, 4],
    ]) {
      const text = order.map((index) => `${lines[index]}\n`).join('');
      expect(figures(read(text, reader))).toEqual(one(text));
    }
  });

  it('takes the start of the process where there is one', () => {
    expect(read('process_start_time_seconds 1.7640000002e+09\n').processStart).toBe(1764000000.2);
    expect(read('process_start_time_seconds{pod="a"} 1\nprocess_start_time_seconds{pod="b"} 2\n')).not.toHaveProperty(
      'processStart',
    );
    expect(read('process_start_time_seconds zero\n')).toMatchObject({ faults: 1 });
  });
});
