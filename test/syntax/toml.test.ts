import fc from 'fast-check';
import { parse as oracle } from 'toml';
import { describe, expect, it, test } from 'vitest';
import {
  parseToml,
  removeMember,
  renameKey,
  SourceText,
  setScalar,
  type TreeNode,
  tomlTypeOf,
} from '../../server/src/syntax';

const read = (text: string) => parseToml(SourceText.root(text));

/** The values as the oracle gives them: numbers that are none by name, dates as one word. */
function plain(node: TreeNode): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'number':
      return Number.isFinite(node.value) ? node.value + 0 : String(node.value);
    case 'string':
      return tomlTypeOf(node) === 'string' ? node.value : 'time';
    case 'unknown':
      return '?';
    default:
      return node.value;
  }
}

function oraclePlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(oraclePlain);
  if (typeof value === 'bigint') return Number(value) + 0;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (value instanceof Date) return 'time';
  if (typeof value === 'string') return /^(?:\d{4}-\d\d-\d\d|\d\d:\d\d:)/.test(value) ? 'time' : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, oraclePlain(inner)]));
}

function oracleReads(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: oraclePlain(oracle(text, { bigint: true })) };
  } catch {
    return undefined;
  }
}

const key = fc.constantFrom('a', 'b', 'c', 'NIXL_LOG', 'x-y', '"q r"', "'l'", '""', '1');
const dotted = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join('.'));
const words = [
  ...['1', '-0', '+1_000', '0xFf', '0o17', '0b1_0', '1.5', '-2e3', '6.02E+23', 'inf', '-inf', 'nan', 'true', 'false'],
  ...['"s"', '"\\u00e9\\n\\""', '""', "'l\\'", '"""\nm\n"n"\\\n   o"""', "'''l'l'''", '""""a"""""', '"\u{1f600}"'],
];
const times = [...['1979-05-27', '1979-05-27T07:32:00Z', '1979-05-27 07:32:00.5+01:00', '07:32:00', '2024-02-29']];

function documents(written: readonly string[]) {
  const value = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...written) },
      fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(' ,\n # c\n')}]`),
      fc.array(fc.tuple(dotted, tie('value')), { maxLength: 2 }).map((all) => {
        return `{ ${all.map(([name, inner]) => `${name} = ${inner.replaceAll('\n', '')}`).join(', ')} }`;
      }),
    ),
  })).value;
  const line = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(dotted, value).map(([name, inner]) => `${name} = ${inner}`) },
    dotted.map((name) => `[${name}]`),
    dotted.map((name) => `[[ ${name} ]] # c`),
    fc.constantFrom('# c', '', '  \t'),
  );
  return fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => lines.join(end));
}

const document = documents([...words, ...times]);
const noise = fc.constantFrom(
  '=',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  "'",
  '\\',
  '#',
  '\n',
  '.',
  ' ',
  '0',
  'x',
  '\0',
  '\r',
  '_',
  '"""',
  "'''",
  '\ufeff',
);
const broken = fc.tuple(document, fc.nat(), noise, fc.nat({ max: 3 })).map(([text, at, piece, cut]) => {
  const place = text.length === 0 ? 0 : at % text.length;
  return text.slice(0, place) + piece + text.slice(place + cut);
});

describe('beside another reader', () => {
  const compare = (text: string) => {
    const { root, problems } = read(text);
    const other = oracleReads(text);
    const kinds = problems.map(({ kind }) => kind);
    // The other one reads TOML 1.1.
    // How a line break in a text is kept is a reader's own affair.
    const unix = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('\\r\\n', '\\n'));
    if (other && kinds.length > 0) expect([text, kinds.filter((kind) => kind !== 'newer')]).toEqual([text, []]);
    else if (other) expect([text, unix(plain(root))]).toEqual([text, unix(other.value)]);
    else expect([text, kinds.length > 0]).toEqual([text, true]);
  };

  test('documents that are mostly right', () => fc.assert(fc.property(document, compare), { numRuns: 3000 }));
  test('documents with one mistake', () => fc.assert(fc.property(broken, compare), { numRuns: 3000 }));
});

test('whatever is written: what is read lies in the text, and a broken line spoils no other', () => {
  const places = (node: TreeNode): readonly [number, number][] => [
    [node.place.span.start, node.place.span.end],
    ...(node.type === 'object' ? node.members.flatMap(({ value: inner }) => places(inner)) : []),
    ...(node.type === 'array' ? node.items.flatMap(places) : []),
  ];
  fc.assert(
    fc.property(fc.oneof(broken, fc.string({ unit: 'binary', maxLength: 40 })), (text) => {
      const { root, problems } = read(text);
      for (const [start, end] of places(root)) expect(0 <= start && start <= end && end <= text.length).toBe(true);
      for (const { place } of problems) expect(place.span.end).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 2000 },
  );
});

describe('edits', () => {
  const scalar = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.integer(), fc.boolean());

  test('of a value give that value, and change nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom(...words, ...times)), {
          minLength: 1,
          maxLength: 4,
        }),
        scalar,
        (pairs, wanted) => {
          const text = pairs.map(([, written], index) => `k${index} = ${written} # c\n`).join('');
          const { root } = read(text);
          const edit = setScalar(root.members[0]!.value, wanted);
          const file = edit?.place.source.edit(edit.place.span, edit.newText);
          if (!file) return;
          const after = text.slice(0, file.span.start) + file.newText + text.slice(file.span.end);
          const expected = { ...(plain(root) as object), k0: typeof wanted === 'number' ? wanted + 0 : wanted };
          expect([after, read(after).problems, plain(read(after).root)]).toEqual([after, [], expected]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  const edited = (text: string, edit: ReturnType<typeof setScalar>) => {
    const file = edit?.place.source.edit(edit.place.span, edit.newText);
    return file && text.slice(0, file.span.start) + file.newText + text.slice(file.span.end);
  };

  it.each([
    ['a = "y"\n', true, 'a = true\n'],
    ["a = 'y'\n", 'n', "a = 'n'\n"],
    ["a = 'y'\n", "it's", 'a = "it\'s"\n'],
    ['a = 5 # c\n', 'x"y', 'a = "x\\"y" # c\n'],
    ['a = true\n', 7, 'a = 7\n'],
  ])('%j becomes %j', (text, wanted, expected) => {
    expect(edited(text, setScalar(read(text).root.members[0]!.value, wanted))).toBe(expected);
  });

  it('rename keys, with quotes where they are', () => {
    const text = 'a = 1\n"b c" = 2\n';
    const [first, second] = read(text).root.members;
    expect(edited(text, renameKey(first!, 'x-1'))).toBe('x-1 = 1\n"b c" = 2\n');
    expect(edited(text, renameKey(first!, 'x y'))).toBeUndefined();
    expect(edited(text, renameKey(second!, 'd e'))).toBe('a = 1\n"d e" = 2\n');
  });

  it('remove a line, and only a line of its own', () => {
    const text = 'a = 1\n  b = [\n 2 ] # c\r\nc.d = 3\ne = { f = 4 }\n';
    const { root } = read(text);
    expect(edited(text, removeMember(root, root.members[1]!))).toBe('a = 1\nc.d = 3\ne = { f = 4 }\n');
    const inner = root.members[2]!.value;
    expect(inner.type === 'object' && removeMember(inner, inner.members[0]!)).toBeUndefined();
    const braces = root.members[3]!.value;
    expect(braces.type === 'object' && removeMember(braces, braces.members[0]!)).toBeUndefined();
  });

  it('keep a word of its type, or write the whole value', () => {
    const { text } = read('a = true\n').root.members[0]!.value as TreeNode & { readonly text: SourceText };
    expect(text.edit(text.all, 'y')).toBeUndefined();
    expect(text.edit(text.all, 'false')?.newText).toBe('false');
  });
});

describe('what is wrong', () => {
  it.each([
    ['a = b\n', 'bad-value', 'b'],
    ['a = \n', 'missing-value', ' '],
    ['a\n', 'missing-sign', 'a'],
    ['= 1\n', 'missing-key', '='],
    ['a = "x\nb = 1\n', 'missing-quote', '"x'],
    ['a = [1\n', 'missing-bracket', '['],
    ['a = [1 2]\n', 'missing-comma', '2'],
    ['a = 1\na = 2\n', 'repeated-key', 'a'],
    ['[a]\nb = 1\n[a]\n', 'redefined', 'a'],
    ['a = "\\q"\n', 'bad-escape', '\\q'],
    ['a = { b = 1, }\n', 'newer', '}'],
    ['a = 07:32\n', 'newer', '07:32'],
    ['a = 1 b\n', 'trailing-text', 'b'],
    ['a = 9223372036854775808\n', 'bad-value', '9223372036854775808'],
  ])('%j', (text, kind, covered) => {
    const [first] = read(text).problems;
    expect(first?.kind).toBe(kind);
    const { source, span } = first!.place;
    expect(source.text.slice(span.start, span.end)).toBe(covered);
  });

  it('on one line says nothing about the next', () => {
    const { root, problems } = read('a = \nb = 2\n[c\nd = 3\n[e]\nf = 4\n');
    expect(problems.map(({ kind }) => kind)).toEqual(['missing-value', 'missing-bracket']);
    expect(plain(root)).toEqual({ b: 2, e: { f: 4 } });
  });
});
