import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  at,
  member,
  parseYaml,
  type ScalarNode,
  SourceText,
  splitYamlDocuments,
  toPlain,
} from '../../server/src/syntax';

const parse = (text: string) => parseYaml(SourceText.root(text));
const rootOf = (text: string) => parse(text).root!;
const covered = (text: string, span: { start: number; end: number }) => text.slice(span.start, span.end);

describe('values', () => {
  test('have the types of the core schema; yes, no, on and off are strings', () => {
    const text =
      'a: [yes, No, on, off, true, False, ~, null, 0o17, 0x1F, 010, 1e3, .5, -.inf, 1_000, 12:30, 2024-01-01, "1", !!str 1]';
    expect(toPlain(at(rootOf(text), 'a')!)).toEqual([
      'yes',
      'No',
      'on',
      'off',
      true,
      false,
      null,
      null,
      15,
      31,
      10,
      1000,
      0.5,
      Number.NEGATIVE_INFINITY,
      '1_000',
      '12:30',
      '2024-01-01',
      '1',
      '1',
    ]);
    expect(toPlain(rootOf('%YAML 1.1\n---\na: yes\n'))).toEqual({ a: 'yes' });
  });

  test('keep how a number is written', () => {
    expect((at(rootOf('port: 0x15E0'), 'port') as ScalarNode).text.text).toBe('0x15E0');
  });

  test('with a tag of somebody’s own are unknown', () => {
    const root = rootOf('a: !reset null\nb: !override [1]\nc: !!int "5"\n');
    expect(at(root, 'a')).toMatchObject({ type: 'unknown', reason: { kind: 'tag', detail: '!reset' } });
    expect(at(root, 'a')!.tag).toBe('!reset');
    expect(toPlain(at(root, 'b')!)).toEqual([1]);
    expect(at(root, 'b')!.tag).toBe('!override');
    expect(at(root, 'c')!.tag).toBeUndefined();
    expect(toPlain(at(root, 'c')!)).toBe(5);
  });

  test('that are missing are null where they would stand', () => {
    const text = 'a:\nb: # why\nc: [ , 1]\n? d\n';
    const root = rootOf(text);
    for (const key of ['a', 'b', 'd']) expect(at(root, key)).toMatchObject({ type: 'null' });
    expect(at(root, 'a')!.place.span).toEqual({ start: 2, end: 2 });
    expect(at(root, 'd')!.place.span.start).toBe(text.indexOf('d') + 1);
  });

  test('of an empty document: nothing', () => {
    for (const text of ['', '\n', '# only\n', '---\n', '---\n# a\n...\n', '\uFEFF'])
      expect(parse(text)).toEqual({ root: undefined, problems: [] });
  });

  test('repeat keys, of which the last counts', () => {
    const root = rootOf('a: 1\nb: 2\na: 3\n');
    expect(root.type === 'object' && root.members.map(({ key }) => key)).toEqual(['a', 'b', 'a']);
    expect(member(root, 'a')!.value).toMatchObject({ value: 3 });
  });
});

describe('what readers of YAML 1.1 take a text for', () => {
  test.each([
    ...['y', 'Y', 'yes', 'Yes', 'YES', 'n', 'N', 'no', 'No', 'NO', 'on', 'On', 'ON', 'off', 'Off', 'OFF'].map(
      (text) => [text, 'boolean'],
    ),
    ...['0b101', '-0b1', '0B1', '1_000', '-1_0', '0x_1F', '0xFF_FF', '0o1_7'].map((text) => [text, 'number']),
  ])('%s: %s', (text, type) => {
    expect(parseYaml(SourceText.root(text)).root).toMatchObject({ type: 'string', value: text, yaml11: type });
  });

  test.each([
    'yEs',
    'nO',
    'oN',
    'yes!',
    '0b2',
    '_1',
    '0x_',
    '0b_',
    '1_000a',
    '2026-01-02',
    '1:30',
    '0,1',
    "'no'",
    '"no"',
    '!!str no',
    '|-\n no',
  ])('no more than a text: %s', (text) => {
    const { root } = parseYaml(SourceText.root(text));
    expect(root?.type).toBe('string');
    expect(root).not.toHaveProperty('yaml11');
  });
});

describe('places', () => {
  const text = 'a: # one\n  - "b": {c: \'d\', e: f}   # two\n    g: |\n      h\n\n# three\ni: &x !!str j\n';
  const root = rootOf(text);

  test.each([
    [['a'], '- "b": {c: \'d\', e: f}   # two\n    g: |\n      h\n'],
    [['a', 0], '"b": {c: \'d\', e: f}   # two\n    g: |\n      h\n'],
    [['a', 0, 'b'], "{c: 'd', e: f}"],
    [['a', 0, 'b', 'c'], "'d'"],
    [['a', 0, 'b', 'e'], 'f'],
    [['a', 0, 'g'], '|\n      h\n'],
    [['i'], 'j'],
  ] as const)('%j', (path, expected) => {
    expect(covered(text, at(root, ...path)!.place.span)).toBe(expected);
  });

  test('of keys, with and without quotes', () => {
    const found = member(at(root, 'a', 0), 'b')!;
    expect(covered(text, found.keyPlace.span)).toBe('"b"');
    expect(covered(text, found.keyText.locate().span)).toBe('b');
    expect(at(root, 'a', 0, 'b')!.notation).toBe('yaml-flow');
    expect(at(root, 'a')!.notation).toBe('yaml-block');
  });
});

describe('aliases and merge keys', () => {
  const text =
    'x: &env\n  A: "1"\n  B: "2"\ny: &more {B: "3", C: "4"}\nz:\n  <<: [*env, *more]\n  A: "5"\nw: *env\nv: *nowhere\nu: &u [*u]\n';
  const root = rootOf(text);

  test('follow the anchor and say through what', () => {
    const node = at(root, 'w')!;
    expect(toPlain(node)).toEqual({ A: '1', B: '2' });
    expect(covered(text, node.via!.span)).toBe('*env');
    expect(covered(text, at(node, 'A')!.place.span)).toBe('"1"');
  });

  test('merge: the earlier mapping counts, and the own members most', () => {
    expect(toPlain(at(root, 'z')!)).toEqual({ A: '5', B: '2', C: '4' });
    expect(covered(text, at(root, 'z', 'C')!.via!.span)).toBe('*more');
    expect(at(root, 'z', 'A')!.via).toBeUndefined();
  });

  test('without an anchor, or within it, are unknown', () => {
    expect(at(root, 'v')).toMatchObject({ type: 'unknown', reason: { kind: 'alias', detail: '*nowhere' } });
    expect(at(root, 'u', 0)).toMatchObject({ type: 'unknown', reason: { kind: 'alias' } });
    expect(parse(text).problems.map(({ message }) => message)).toContain('no anchor `&nowhere` before this alias');
  });

  test('what can not be merged leaves the mapping open', () => {
    expect(rootOf('a: 1\n<<: *nowhere\n')).toMatchObject({ open: { kind: 'alias' } });
    expect(rootOf('a: 1\n<<: text\n')).toMatchObject({ open: { kind: 'alias' } });
    expect(toPlain(rootOf('"<<": {a: 1}\n'))).toEqual({ '<<': { a: 1 } });
    expect(toPlain(rootOf('<<: {a: 1}\nb: 2\n'))).toEqual({ a: 1, b: 2 });
  });

  test('an anchor that is given again counts from there on', () => {
    expect(toPlain(rootOf('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'))).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });
});

describe('mistakes', () => {
  test('are problems, and what can be read is there', () => {
    const { root, problems } = parse('a: 1\nb: [1, 2\nc: 3\n');
    expect(problems.length).toBeGreaterThan(0);
    expect(at(root, 'a')).toMatchObject({ value: 1 });
  });

  test.each(['a: "b\n', "a: 'b", 'a: b: c\n', '\ta: 1\n', 'a: @b\n', '- a\nb: 1\n', 'a: |x\n b\n', '{a: 1', 'a: &\n'])(
    '%j',
    (text) => {
      expect(parse(text).problems.length).toBeGreaterThan(0);
    },
  );
});

describe('documents', () => {
  test.each([
    ['a: 1\n', ['a: 1\n']],
    ['a: 1\n---\nb: 2\n', ['a: 1\n', '---\nb: 2\n']],
    ['---\na: 1\n---\n---\nb: 2', ['---\na: 1\n', '---\n', '---\nb: 2']],
    ['# licence\n\n---\na: 1\n', ['# licence\n\n---\na: 1\n']],
    ['%YAML 1.2\n---\na: 1\n...\n# end\n', ['%YAML 1.2\n---\na: 1\n...\n# end\n']],
    ['a: 1\n...\nb: 2\n', ['a: 1\n...\n', 'b: 2\n']],
    ['a: 1\n...\n%YAML 1.2\n---\nb: 2\n', ['a: 1\n...\n', '%YAML 1.2\n---\nb: 2\n']],
    ['a: |\n  x\n---\nb\n', ['a: |\n  x\n', '---\nb\n']],
    ['a: 1\r\n--- # two\r\nb: 2\r\n', ['a: 1\r\n', '--- # two\r\nb: 2\r\n']],
    ['a: ---\n ---\n---b: 1\n', ['a: ---\n ---\n---b: 1\n']],
    ['\uFEFF---\na: 1\n', ['\uFEFF---\na: 1\n']],
    ['', ['']],
  ])('%j', (text, expected) => {
    expect(splitYamlDocuments(text).map((span) => covered(text, span))).toEqual(expected);
  });

  test('say the same apart and together', () => {
    const text = '# head\n---\na: &x 1\nb: *x\n---\n# none\n---\n- c\n...\n---\nd: |+\n  text\n\n---\ne\n';
    const together = parseAllDocuments(text);
    if (!Array.isArray(together)) throw new Error('no documents');
    const apart = splitYamlDocuments(text).map((span) => parse(covered(text, span)).root);
    expect(apart.map((root) => (root ? toPlain(root) : null))).toEqual(together.map((document) => document.toJS()));
  });
});
