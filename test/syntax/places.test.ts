import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Directive, LineIndex, readDirectives, SourceText } from '../../server/src/syntax';
import { fuzz } from './fuzz';

describe('line index', () => {
  test('goes to lines and back', () => {
    const text = fc
      .array(fc.constantFrom('a', '\n', '\r\n', '\r', '😀', '\u2028'), { maxLength: 20 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.nat(40), (file, at) => {
        const lines = new LineIndex(file);
        const split = file.split(/\r\n|\r|\n/);
        expect(lines.lineCount).toBe(split.length);
        const offset = Math.min(at, file.length);
        const position = lines.position(offset);
        // Between the two characters of a line break we are still on its line.
        const inBreak = file[offset - 1] === '\r' && file[offset] === '\n';
        const before = file.slice(0, inBreak ? offset - 1 : offset).split(/\r\n|\n|\r/);
        expect(position.line).toBe(before.length - 1);
        expect(position.character).toBe(before.at(-1)!.length + (inBreak ? 1 : 0));
        expect(lines.offset(position)).toBe(inBreak ? offset - 1 : offset);
        split.forEach((line, index) => {
          expect(file.slice(lines.lineStart(index), lines.lineEnd(index))).toBe(line);
        });
      }),
      fuzz(1, 3000),
    );
  });

  test('clips what lies outside', () => {
    const lines = new LineIndex('ab\ncd');
    expect(lines.position(99)).toEqual({ line: 1, character: 2 });
    expect(lines.position(-1)).toEqual({ line: 0, character: 0 });
    expect(lines.offset({ line: 0, character: 99 })).toBe(2);
    expect(lines.offset({ line: 9, character: 0 })).toBe(5);
    expect(lines.offset({ line: -1, character: 3 })).toBe(0);
  });
});

describe('directives', () => {
  const one = (text: string): Directive => {
    const found = readDirectives(text);
    expect(found).toHaveLength(1);
    return found[0]!;
  };

  test('silence rules', () => {
    const text = 'a: 1\n  b: 2 # nixl: ignore[rule-a, rule-b]: it is so  \n';
    const found = one(text);
    if (found.kind !== 'ignore') throw new Error(found.kind);
    expect(found).toMatchObject({ line: 1, alone: false, reason: { text: 'it is so' } });
    expect(found.rules.map(({ id, start, end }) => [id, text.slice(start, end)])).toEqual([
      ['rule-a', 'rule-a'],
      ['rule-b', 'rule-b'],
    ]);
    expect(text.slice(found.list.start, found.list.end)).toBe('rule-a, rule-b');
    expect(text.slice(found.span.start, found.span.end)).toBe('# nixl: ignore[rule-a, rule-b]: it is so');
  });

  test('state versions', () => {
    const text = '\uFEFF# nixl: vllm=0.30.0, nixl=1.3.2 UCX=1.22 platform=rocm\r\n';
    const found = one(text);
    if (found.kind !== 'versions') throw new Error(found.kind);
    expect(found.alone).toBe(true);
    expect(
      found.values.map(({ name, value, valueSpan, nameSpan }) => [
        name,
        value,
        text.slice(valueSpan.start, valueSpan.end),
        text.slice(nameSpan.start, nameSpan.end),
      ]),
    ).toEqual([
      ['vllm', '0.30.0', '0.30.0', 'vllm'],
      ['nixl', '1.3.2', '1.3.2', 'nixl'],
      ['ucx', '1.22', '1.22', 'UCX'],
      ['platform', 'rocm', 'rocm', 'platform'],
    ]);
  });

  test.each([
    ['// nixl: ignore[a] why', ['a'], 'why'],
    ['{"a": 1} /* nixl: ignore[a] why */', ['a'], 'why'],
    ['; nixl: ignore[a]', ['a'], ''],
    ['# nixl:ignore[a]', ['a'], ''],
    ['# nixl: ignore why', [], 'why'],
    ['# nixl: ignore[a', [], '[a'],
  ])('%s', (text, rules, reason) => {
    const found = one(text);
    if (found.kind !== 'ignore') throw new Error(found.kind);
    expect([found.rules.map(({ id }) => id), found.reason.text]).toEqual([rules, reason]);
  });

  test.each(['# nixl: a note', '# the nixl: vllm=1', 'http://nixl:80', '# nixl', '# nixl: ignored[a]', '#nixl=1'])(
    'are not: %s',
    (text) => {
      expect(readDirectives(text)).toEqual([]);
    },
  );
});

describe('joined texts', () => {
  const root = SourceText.root('A=one\nB="$A two"\n');
  const one = root.slice(2, 5);
  const two = root.slice(11, 15);
  const joined = SourceText.joined([one, two], root.place({ start: 8, end: 16 }));

  test('locate each part where it stands', () => {
    expect(joined.text).toBe('one two');
    expect(joined.locate({ start: 0, end: 3 }).span).toEqual({ start: 2, end: 5 });
    expect(joined.locate({ start: 4, end: 7 }).span).toEqual({ start: 12, end: 15 });
  });

  test('show the site for what spans parts, and no room between them', () => {
    expect(joined.locate({ start: 2, end: 5 }).span).toEqual({ start: 8, end: 16 });
    const { span } = joined.locate({ start: 3, end: 3 });
    expect(span.start).toBe(span.end);
  });

  test('edit one part, not two', () => {
    expect(joined.edit({ start: 0, end: 3 }, 'x')).toMatchObject({ span: { start: 2, end: 5 } });
    expect(joined.edit({ start: 2, end: 5 }, 'x')).toBeUndefined();
  });
});
