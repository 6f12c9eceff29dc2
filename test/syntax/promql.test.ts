import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  at,
  isScalar,
  maskTemplates,
  parseJson,
  parseYaml,
  promqlSelectors,
  promqlTokens,
  SourceText,
} from '../../server/src/syntax';

const names = (text: string) => promqlSelectors(SourceText.root(text)).map(({ name }) => name);

describe('metrics of an expression', () => {
  test.each([
    ['vllm:num_requests_running', ['vllm:num_requests_running']],
    ['sum by (le, pod) (rate(vllm:x_bucket{pod=~"a|b", le!="1"}[5m])) > 0.5', ['vllm:x_bucket']],
    ['sum(a) by (b) / on(c) group_left(d) e', ['a', 'e']],
    ['a or b unless on (c) d and e', ['a', 'b', 'd', 'e']],
    ['max_over_time(vllm:a:b[1h:5m] offset 5m)', ['vllm:a:b']],
    ['a{} == bool 1 and topk(3, b)', ['a', 'b']],
    ['{__name__="vllm:a", pod="x"}', ['vllm:a']],
    ["{pod='x', __name__=`vllm:a`}", ['vllm:a']],
    ['{"vllm:a", pod="x"}', ['vllm:a']],
    ['{__name__=~"vllm:a.*"} or {__name__!="vllm:b"}', []],
    ['label_values(vllm:a{pod="x"}, model_name)', ['vllm:a', 'model_name']],
    ['a # vllm:b\n + c', ['a', 'c']],
    ['label_replace(a, "b", "$1", "c", "(.*)")', ['a']],
    ['1e3 * a + 0x1f - Inf + NaN - 5m', ['a']],
    ['a @ start() + b @ 1609746000', ['a', 'b']],
    ['histogram_quantile(0.9, sum(rate(a[$__rate_interval])) by (le))', ['a']],
    ['a{pod="b and c"}', ['a']],
    ['absent(vllm:a{pod="b\\"c{}"})', ['vllm:a']],
  ])('%s', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test.each([
    'vllm:$metric',
    `\${prefix}vllm:a`,
    'vllm:a_[[kind]]_total',
    'vllm:{{ .Values.metric }}_sum',
    'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
    '{__name__="vllm:{{ x }}"}',
  ])('a name that is made later is none: %s', (text) => {
    expect(names(text)).toEqual([]);
  });

  test('an old range of Grafana does not end the name before it', () => {
    expect(names('rate(vllm:a[[[interval]]])')).toEqual(['vllm:a']);
  });

  test('labels are told', () => {
    expect(promqlSelectors(SourceText.root('a{b="c", "d.e"=~"f"} + {__name__="g", h!="i"}'))).toMatchObject([
      { name: 'a', labels: ['b', 'd.e'] },
      { name: 'g', labels: ['__name__', 'h'] },
    ]);
  });

  test('what a chart fills in is unknown, the rest is not', () => {
    const text = maskTemplates(SourceText.root('expr: sum(vllm:a{ {{- .x }} }) + vllm:b{{ .y }}_sum + vllm:c'));
    const node = at(parseYaml(text).root, 'expr');
    expect(isScalar(node) && promqlSelectors(node.text).map(({ name }) => name)).toEqual(['vllm:a', 'vllm:c']);
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    'sum',
    ' by ',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '=~',
    '!=',
    ',',
    ' ',
    '\n',
    '"',
    "'",
    '`',
    '#',
    '\\',
    '$x',
  ),
  fc.constantFrom(
    `\${a}`,
    '[[b]]',
    '{{ c }}',
    '<<.d>>',
    '{{',
    '<<',
    '[[',
    '${',
    '5m',
    '1h:5m',
    '0.5',
    'vllm:a_total',
    ':',
  ),
  fc.string({ maxLength: 6 }),
);

test('each character but blanks is in exactly one piece, whatever the text', () => {
  const spans = fc.uniqueArray(fc.nat(60), { maxLength: 4 }).map((ends) => ends.sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), spans, (parts, ends) => {
      const text = parts.join('');
      const unknown = ends.flatMap((end, index) => (index % 2 === 1 ? [{ start: ends[index - 1]!, end }] : []));
      const known = unknown.filter(({ end }) => end <= text.length);
      let done = 0;
      for (const { kind, start, end } of promqlTokens(text, known)) {
        expect(start).toBeGreaterThanOrEqual(done);
        expect(end).toBeGreaterThan(start);
        expect(text.slice(done, start).trim()).toBe('');
        if (kind === 'name') expect(text.slice(start, end)).toMatch(/^[A-Za-z_:][\w:]*$/);
        done = end;
      }
      expect(done).toBeLessThanOrEqual(text.length);
      expect(text.slice(done).trim()).toBe('');
    }),
    { numRuns: 2_000 },
  );
});

/** An expression of known metrics, with these in order. */
const metric = fc.stringMatching(/^[a-z]{2,8}(:[a-z_]{1,8})?_(bucket|sum|total)$/);
const label = fc.constantFrom('pod', 'le', 'model_name');
const selector: fc.Arbitrary<{ text: string; metrics: string[] }> = fc
  .tuple(metric, fc.array(fc.tuple(label, fc.string({ maxLength: 8 })), { maxLength: 2 }), fc.nat(2))
  .map(([name, matchers, form]) => {
    const written = matchers.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const text =
      form === 0
        ? `${name}{${written.join(', ')}}`
        : form === 1
          ? name
          : `{${[`__name__=${JSON.stringify(name)}`, ...written].join(',')}}`;
    return { text, metrics: [name] };
  });
const expression = fc.letrec<{ expression: { text: string; metrics: string[] } }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    selector,
    tie('expression').map(({ text, metrics }) => ({ text: `sum by (le, pod) (${text})`, metrics })),
    selector.map(({ text, metrics }) => ({ text: `rate(${text}[5m])`, metrics })),
    selector.map(({ text, metrics }) => ({ text: `max_over_time(${text}[1h:5m] offset 1d)`, metrics })),
    fc
      .tuple(tie('expression'), fc.constantFrom(' or ', ' / on (pod) ', ' > bool ', '\n+ # it: "\n'), tie('expression'))
      .map(([a, sign, b]) => ({ text: a.text + sign + b.text, metrics: [...a.metrics, ...b.metrics] })),
  ),
})).expression;

/** How an expression is written in a file, and read back. */
const notations = [
  { before: '{"expr": ', after: '}', tree: (root: SourceText) => parseJson(root).root },
  { before: 'expr: ', after: '\n', tree: (root: SourceText) => parseYaml(root).root },
];

test('finds the metrics of an expression, and their very characters through JSON and YAML', () => {
  fc.assert(
    fc.property(expression, fc.constantFrom(...notations), ({ text, metrics }, { before, after, tree }) => {
      expect(names(text)).toEqual(metrics);
      const file = before + JSON.stringify(text) + after;
      const node = at(tree(SourceText.root(file)), 'expr');
      const found = isScalar(node) ? promqlSelectors(node.text) : [];
      expect(found.map(({ name }) => name)).toEqual(metrics);
      const plain = promqlSelectors(SourceText.root(text));
      for (const [index, { name, text: written }] of found.entries()) {
        const { span } = written.locate();
        expect(file.slice(span.start, span.end)).toBe(name);
        const edit = written.edit(written.all, 'other:x')!;
        const edited = file.slice(0, edit.span.start) + edit.newText + file.slice(edit.span.end);
        const there = plain[index]!.text.locate().span;
        const value: unknown = JSON.parse(edited.slice(before.length, edited.length - after.length));
        expect(value).toBe(`${text.slice(0, there.start)}other:x${text.slice(there.end)}`);
      }
    }),
    { numRuns: 500 },
  );
});
