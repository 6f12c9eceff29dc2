import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, decodeJsonString, type Hole, parseJson, type Segment, SourceText, toPlain } from '../../server/src/syntax';
import { fuzz } from './fuzz';

const parse = (text: string) => parseJson(SourceText.root(text));

function valid(text: string): unknown {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

describe('JSON', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ depthSize: 'medium' }),
        fc.constantFrom(undefined, 2, '\t'),
        fc.boolean(),
        (value, indent, crlf) => {
          const text = JSON.stringify(value, null, indent);
          const file = crlf ? text.replaceAll('\n', '\r\n') : text;
          const { root, problems } = parse(file);
          expect(problems).toEqual([]);
          expect(JSON.stringify(toPlain(root!))).toBe(JSON.stringify(JSON.parse(file)));
          expect(root!.place.span).toEqual({ start: 0, end: file.length });
        },
      ),
      fuzz(1, 2000),
    );
  });

  test('finds a mistake exactly where JSON.parse finds one', () => {
    const seed = '{"kv_connector": "NixlConnector", "n": [1, -2.5e3, true, null], "o": {"a\\u00e9": "\\n"}}';
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      "'",
      '\\',
      ' ',
      '\n',
      '\t',
      'a',
      '0',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      '\\"',
      '\\u12',
      '//',
      '/*',
      '#',
      '\u00a0',
      '',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(seed.length), fc.nat(3), pieces), { minLength: 1, maxLength: 3 }),
        (changes) => {
          let text = seed;
          for (const [start, length, piece] of changes)
            text = text.slice(0, start) + piece + text.slice(start + length);
          const { root, problems } = parse(text);
          const oracle = valid(text);
          expect([text, problems.length > 0]).toEqual([text, oracle === undefined]);
          if (oracle) expect({ value: toPlain(root!) }).toEqual(oracle);
        },
      ),
      fuzz(2, 20_000),
    );
  });

  test('takes NaN and Infinity for numbers, as json.loads does, and keeps repeated keys', () => {
    const { root, problems } = parse('{"a": NaN, "b": -Infinity, "a": Infinity}');
    expect(problems).toEqual([]);
    expect(root?.type === 'object' && root.members.map(({ key }) => key)).toEqual(['a', 'b', 'a']);
    expect(toPlain(root!)).toEqual({ a: Number.POSITIVE_INFINITY, b: Number.NEGATIVE_INFINITY });
  });
});

describe('JSON strings', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => JSON.stringify(text).slice(1, -1)),
    fc.constantFrom(
      '\\n',
      '\\/',
      '\\"',
      '\\\\',
      '\\u0041',
      '\\u00E9',
      '\\ud83d\\ude00',
      '\\ud83d',
      '😀',
      "'",
      '{',
      '$X',
    ),
  );

  test('decode to what JSON.parse gives, every character in its place', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const literal = `"${pieces.join('')}"`;
        const file = `[1, ${literal}]`;
        const text = decodeJsonString(SourceText.root(file), { start: 4, end: 4 + literal.length });
        expect(text.text).toBe(JSON.parse(literal));
        let end = 5;
        for (let index = 0; index < text.length; index++) {
          const { span } = text.locate({ start: index, end: index + 1 });
          const written = file.slice(span.start, span.end);
          expect(span.start).toBe(end);
          end = span.end;
          if (written !== text.text[index]) {
            expect(written).toMatch(/^\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])$/);
            expect(JSON.parse(`"${written}"`)).toBe(text.text[index]);
          }
        }
        expect(end).toBe(file.length - 2);
        expect(text.locateSite().span).toEqual({ start: 4, end: file.length - 1 });
      }),
      fuzz(3, 5000),
    );
  });
});

const mistakes: readonly [kind: string, text: string, covered: string, mended: string | undefined][] = [
  ['trailing-comma', '{"a": 1,}', ',', '{"a": 1}'],
  ['trailing-comma', '{"a": [1, 2, ], "b": [3,],}', ',', '{"a": [1, 2 ], "b": [3]}'],
  ['extra-comma', '{"a": 1,, "b": 2}', ',', '{"a": 1, "b": 2}'],
  ['missing-comma', '{"a": 1 "b": 2}', ' "', '{"a": 1, "b": 2}'],
  ['missing-colon', '{"a" 1}', '"a"', '{"a": 1}'],
  ['missing-colon', '{"a" = 1}', '=', '{"a" : 1}'],
  ['missing-value', '{"a": , "b": 1}', '"a":', undefined],
  ['missing-value', '{"a"}', '"a"', undefined],
  ['single-quotes', "{'a': 'it\"s', 'b': 1}", "'a'", '{"a": "it\\"s", "b": 1}'],
  ['curly-quotes', '{\u201ca\u201d: \u201cb\u201d}', '\u201ca\u201d', '{"a": "b"}'],
  ['python-literal', '{"a": True, "b": [None, False]}', 'True', '{"a": true, "b": [null, false]}'],
  ['unquoted-key', '{a: "x", b: 1}', 'a', '{"a": "x", "b": 1}'],
  ['unquoted-text', '{"a": kv_both}', 'kv_both', '{"a": "kv_both"}'],
  ['quotes-lost', '{kv_connector: NixlConnector}', '{kv_connector: NixlConnector}', undefined],
  ['escaped-quotes', '{\\"a\\": \\"b\\"}', '\\"', '{"a": "b"}'],
  ['outer-quotes', '\'{"a": 1}\'', "'", '{"a": 1}'],
  ['outer-quotes', '"{"a": 1}"', '"', '{"a": 1}'],
  ['number-suffix', '{"a": 5_000_000}', '5_000_000', '{"a": 5000000}'],
  ['number-suffix', '{"a": 5GB}', '5GB', undefined],
  ['bad-number', '{"a": 05600}', '05600', '{"a": 5600}'],
  ['bad-number', '{"a": .5}', '.5', '{"a": 0.5}'],
  ['bad-number', '{"a": 0x10}', '0x10', '{"a": 16}'],
  ['bad-escape', '{"a": "\\d+"}', '\\d', '{"a": "\\\\d+"}'],
  ['control-character', '{"a": "x\ny"}', '\n', '{"a": "x\\ny"}'],
  ['comment', '{"a": 1 /* why */}', '/* why */', '{"a": 1 }'],
  ['comment', '{\n  # why\n  "a": 1\n}', '# why', '{\n  \n  "a": 1\n}'],
  ['missing-bracket', '{"a": [1, {"b": 2}', '[', '{"a": [1, {"b": 2}]}'],
  ['missing-bracket', '{"a": {"b": 2,', '{', '{"a": {"b": 2}}'],
  ['wrong-bracket', '{"a": [1}', '}', undefined],
  ['missing-quote', '{"a": "b}', '"', undefined],
  ['trailing-text', '{"a": 1}}', '}', '{"a": 1}'],
  ['trailing-text', '{"a": 1} --port 1', '--port 1', '{"a": 1}'],
  ['unexpected-character', '{"a":\u00a01}', '\u00a0', '{"a": 1}'],
  ['not-json', 'NixlConnector', 'NixlConnector', undefined],
  ['not-json', '}', '}', undefined],
  ['empty', '  ', '  ', undefined],
];

describe('mistakes', () => {
  test.each(mistakes)('%s: %s', (kind, text, covered, mended) => {
    const [first] = parse(text).problems;
    expect(first?.kind).toBe(kind);
    expect(text.slice(first!.place.span.start, first!.place.span.end)).toBe(covered);
    if (mended === undefined) {
      expect(first!.fix === undefined || kind === 'wrong-bracket').toBe(true);
      return;
    }
    const { span } = first!.fix!.place;
    expect(text.slice(0, span.start) + first!.fix!.newText + text.slice(span.end)).toBe(mended);
    expect(valid(mended)).toBeDefined();
  });

  test('after one that makes the rest a guess nothing more is said', () => {
    const kinds = (text: string) => parse(text).problems.map(({ kind }) => kind);
    expect(kinds("{'a': 1,}")).toEqual(['single-quotes', 'trailing-comma']);
    expect(kinds('{"a": "b, "c": 1, "d": True}')).toHaveLength(1);
  });

  test('what can be read is there in spite of them', () => {
    expect(toPlain(parse('{"a": 1,}').root!)).toEqual({ a: 1 });
    expect(toPlain(parse("{'a': 'b', c: True").root!)).toEqual({ a: 'b', c: true });
    expect(toPlain(parse('{kv_connector:NixlConnector}').root!)).toEqual({ kv_connector: 'NixlConnector' });
    expect(toPlain(parse('{"kv_connector": "Nixl').root!)).toEqual({ kv_connector: 'Nixl' });
  });
});

/** A text in which `«name»` is unknown. */
function withHoles(marked: string): SourceText {
  const segments: Segment[] = [];
  let text = '';
  for (const [index, piece] of marked.split(/[«»]/).entries()) {
    const start = text.length;
    text += piece;
    const base = { start, end: text.length, sourceStart: start, sourceEnd: text.length };
    if (piece === '') continue;
    const reason = { kind: 'variable', detail: piece } as const;
    segments.push(
      index % 2 === 1 ? { ...base, kind: 'hole', reason } : { ...base, kind: 'verbatim', encoder: (x) => x },
    );
  }
  return SourceText.derived(SourceText.root(text), text, segments, { start: 0, end: text.length });
}

describe('unknown stretches', () => {
  const read = (marked: string) => parseJson(withHoles(marked));

  test('in a string are part of it', () => {
    const { root, problems } = read('{"kv_ip": "«$HOST"x\\»-1", "n": 1}');
    expect(problems).toEqual([]);
    const node = at(root, 'kv_ip');
    expect(node?.type === 'string' && node.text.known).toBe(false);
    expect(node?.type === 'string' && node.text.holes().map(({ start, end }: Hole) => [start, end])).toEqual([[0, 8]]);
    expect(at(root, 'n')).toMatchObject({ type: 'number', value: 1 });
  });

  test('in a string hide no mistake that stands behind them', () => {
    const { problems } = read('{"kv_ip": "«$A\\b»-x\\q"}');
    expect(
      problems.map(({ kind, place }) => [kind, place.source.text.slice(place.span.start, place.span.end)]),
    ).toEqual([['bad-escape', '\\q']]);
  });

  test('in place of a value are unknown', () => {
    const { root, problems } = read('{"kv_port": «$PORT», "n": 1, "list": [«$A», 2]}');
    expect(problems).toEqual([]);
    expect(at(root, 'kv_port')).toMatchObject({ type: 'unknown', reason: { detail: '$PORT' } });
    expect(at(root, 'n')).toMatchObject({ value: 1 });
    expect(root?.type === 'object' && root.open).toBeUndefined();
  });

  test('in place of a number they make all of it unknown', () => {
    expect(at(read('{"kv_port": 1«$X»00}').root, 'kv_port')).toMatchObject({ type: 'unknown' });
  });

  test.each([
    '{«$REST»}',
    '{"a": 1, «$REST»}',
    '{"a": 1 «$REST»}',
    '{"a": 1, «$REST»',
    '«$ALL»',
    '«$ALL» }',
    '{"a": 1}«$MORE»',
    '{"a" «$X» 1}',
    '{"a": 1 «$X» "b": 2,}',
  ])('in place of structure nothing is blamed: %s', (marked) => {
    expect(read(marked).problems).toEqual([]);
  });

  test('leave an object open where members may hide', () => {
    expect(read('{"a": 1, «$REST»}').root).toMatchObject({ type: 'object', open: { detail: '$REST' } });
    expect(read('{"«$KEY»": 1}').root).toMatchObject({ type: 'object', open: { detail: '$KEY' } });
  });

  test('do not hide a mistake that they can not explain', () => {
    expect(read('{"a": «$X»,}').problems.map(({ kind }) => kind)).toEqual(['trailing-comma']);
    expect(read("{'a': «$X»}").problems.map(({ kind }) => kind)).toEqual(['single-quotes']);
  });
});
