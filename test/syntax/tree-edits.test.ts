import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addMember,
  at,
  member,
  type ObjectNode,
  type PlainScalar,
  parseJson,
  parseYaml,
  removeMember,
  renameKey,
  type ScalarNode,
  SourceText,
  setScalar,
  type TreeEdit,
  type TreeNode,
  toPlain,
} from '../../server/src/syntax';
import { fuzz } from './fuzz';

type Path = readonly (string | number)[];

/** Applies an edit through all layers to the file. */
function apply(file: string, edit: TreeEdit | undefined): string | undefined {
  const root = edit?.place.source.edit(edit.place.span, edit.newText);
  return root && file.slice(0, root.span.start) + root.newText + file.slice(root.span.end);
}

const yaml = (file: string) => parseYaml(SourceText.root(file)).root!;

/** JSON in a literal block scalar, as in a script. */
function nestedJson(file: string): TreeNode {
  const script = at(yaml(file), 'args', 0) as ScalarNode;
  const start = script.text.text.indexOf('{');
  return parseJson(script.text.slice(start, script.text.text.lastIndexOf('}') + 1)).root!;
}

describe('in block YAML', () => {
  const file = 'a: 1 # one\nlist:\n  - x: "old"\n    y: |\n      text\n  - z: 2\nb:\n';

  test.each<[string, Path, PlainScalar, string]>([
    ['a number', ['a'], 2, 'a: 2 # one'],
    ['a string for a number', ['a'], '5600', 'a: "5600" # one'],
    ['a string that stays plain', ['a'], 'kv_both', 'a: kv_both # one'],
    ['within quotes', ['list', 0, 'x'], 'it\'s "new"', 'x: "it\'s \\"new\\""'],
    ['a boolean for a string', ['list', 0, 'x'], false, 'x: false'],
    ['within a block scalar', ['list', 0, 'y'], 'one\ntwo\n', 'y: |\n      one\n      two\n  - z'],
    ['where nothing is', ['b'], 'true', 'b: "true"\n'],
  ])('sets %s', (_, path, value, expected) => {
    const changed = apply(file, setScalar(at(yaml(file), ...path)!, value));
    expect(changed).toContain(expected);
    expect(toPlain(at(yaml(changed!), ...path)!)).toBe(value);
  });

  test.each<[string, Path, string, string]>([
    ['a key', [], 'a', 'c: 1 # one'],
    ['the first key of an item', ['list', 0], 'x', '- c: "old"'],
  ])('renames %s', (_, path, key, expected) => {
    expect(apply(file, renameKey(member(at(yaml(file), ...path), key)!, 'c'))).toContain(expected);
  });

  test('a new key gets quotes where it needs them', () => {
    expect(apply('a: 1\n', renameKey(member(yaml('a: 1\n'), 'a')!, 'yes'))).toBe('"yes": 1\n');
    expect(apply('a: 1\n', renameKey(member(yaml('a: 1\n'), 'a')!, 'a: b'))).toBe('"a: b": 1\n');
  });

  const added: readonly [string, string, Path, string | undefined, string][] = [
    ['last', 'a: 1\n', [], undefined, 'a: 1\nk: v\n'],
    ['last, without a line break', 'a: 1', [], undefined, 'a: 1\nk: v'],
    ['after a comment', 'a: 1 # c\nb: 2\n', [], 'a', 'a: 1 # c\nk: v\nb: 2\n'],
    ['after a block scalar', 'a: |\n  x\nb: 2\n', [], 'a', 'a: |\n  x\nk: v\nb: 2\n'],
    ['after a nested mapping', 'a:\n  b: 1\n  c:\n    - 2\nd: 3\n', [], 'a', 'a:\n  b: 1\n  c:\n    - 2\nk: v\nd: 3\n'],
    ['in a list item', '- a: 1\n  b: 2\n- c\n', [0], undefined, '- a: 1\n  b: 2\n  k: v\n- c\n'],
    ['in nested compact lists', '- - a: 1\n', [0, 0], undefined, '- - a: 1\n    k: v\n'],
    ['with CRLF', 'a: 1\r\nb: 2\r\n', [], 'a', 'a: 1\r\nk: v\r\nb: 2\r\n'],
    ['after an alias', 'x: &x 1\na: *x\n', [], 'a', 'x: &x 1\na: *x\nk: v\n'],
    [
      'beside a merge key only',
      'x: &x {a: 1}\ny:\n  <<: *x\n',
      ['y'],
      undefined,
      'x: &x {a: 1}\ny:\n  k: v\n  <<: *x\n',
    ],
  ];
  test.each(added)('adds a member %s', (_, text, path, after, expected) => {
    const object = at(yaml(text), ...path) as ObjectNode;
    const changed = apply(text, addMember(object, 'k', 'v', after === undefined ? undefined : member(object, after)));
    expect(changed).toBe(expected);
    expect(toPlain(at(yaml(changed!), ...path)!)).toEqual({ ...(toPlain(object) as object), k: 'v' });
  });

  const removed: readonly [string, string, Path, string, string | undefined][] = [
    ['in the middle', 'a: 1\nb: 2 # c\nc: 3\n', [], 'b', 'a: 1\nc: 3\n'],
    ['at the end', 'a: 1\nb: 2\n', [], 'b', 'a: 1\n'],
    ['at the end, without a line break', 'a: 1\nb: 2', [], 'b', 'a: 1'],
    ['with all it holds', 'a: 1\nb:\n  - 2\n  - x: |\n      y\nc: 3\n', [], 'b', 'a: 1\nc: 3\n'],
    ['at the start of a list item', '- a: 1\n  b: 2\n', [0], 'a', '- b: 2\n'],
    ['with CRLF', 'a: 1\r\nb: 2\r\nc: 3\r\n', [], 'b', 'a: 1\r\nc: 3\r\n'],
    ['that is the only one: no', 'a:\n  b: 1\n', ['a'], 'b', undefined],
    ['that is merged from elsewhere: no', 'x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\n', ['y'], 'a', undefined],
  ];
  test.each(removed)('removes a member %s', (_, text, path, key, expected) => {
    const object = at(yaml(text), ...path) as ObjectNode;
    expect(apply(text, removeMember(object, member(object, key)!))).toBe(expected);
  });
});

describe('in flow YAML and JSON', () => {
  const added: readonly [string, string, string | undefined, PlainScalar, string][] = [
    ['{}', '', undefined, 'v', '{"k": "v"}'],
    ['{"a": 1}', 'a', undefined, 'v', '{"a": 1, "k": "v"}'],
    ['{"a":1,"b":2}', 'a', 'a', 3, '{"a":1,"k":3,"b":2}'],
    ['{"a":1}', 'a', undefined, 3, '{"a":1,"k":3}'],
    ['{\n  "a": 1,\n  "b": 2\n}', 'b', undefined, null, '{\n  "a": 1,\n  "b": 2,\n  "k": null\n}'],
    ['{\n\t"a": [1]\n}', 'a', undefined, true, '{\n\t"a": [1],\n\t"k": true\n}'],
    ['{"a": {"b": 1} }', 'a', undefined, 'q"', '{"a": {"b": 1}, "k": "q\\"" }'],
  ];
  test.each(added)('JSON: adds to %s', (text, _, after, value, expected) => {
    const object = parseJson(SourceText.root(text)).root as ObjectNode;
    const changed = apply(text, addMember(object, 'k', value, after === undefined ? undefined : member(object, after)));
    expect(changed).toBe(expected);
    expect(JSON.parse(changed!)).toEqual({ ...JSON.parse(text), k: value });
  });

  test.each([
    ['{a: 1}', '{a: 1, k: v}'],
    ['{"a": 1}', '{"a": 1, "k": "v"}'],
    ['{ }', '{k: v }'],
    ['[x, {a: [1], b: *x, }]', undefined],
  ])('YAML: adds to %s', (text, expected) => {
    const root = yaml(`- &x 1\n- ${text}\n`);
    const object = at(root, 1);
    const changed = object?.type === 'object' ? apply(`- &x 1\n- ${text}\n`, addMember(object, 'k', 'v')) : undefined;
    expect(changed).toBe(expected === undefined ? undefined : `- &x 1\n- ${expected}\n`);
  });

  test.each([
    ['{"a": 1, "b": 2, "c": 3}', 'a', '{"b": 2, "c": 3}'],
    ['{"a": 1, "b": 2, "c": 3}', 'b', '{"a": 1, "c": 3}'],
    ['{"a": 1, "b": 2, "c": 3}', 'c', '{"a": 1, "b": 2}'],
    ['{"a": 1}', 'a', '{}'],
    ['{\n  "a": 1,\n  "b": 2\n}', 'b', '{\n  "a": 1\n}'],
  ])('removes from %s', (text, key, expected) => {
    const object = parseJson(SourceText.root(text)).root as ObjectNode;
    expect(apply(text, removeMember(object, member(object, key)!))).toBe(expected);
  });

  test('any edit of any JSON does what it says', () => {
    const scalar = fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.boolean(), fc.constant(null));
    const objects: fc.Arbitrary<Record<string, PlainScalar>> = fc.dictionary(
      fc.stringMatching(/^[a-c]{1,2}$/),
      scalar,
      { minKeys: 1, maxKeys: 4 },
    );
    fc.assert(
      fc.property(objects, fc.constantFrom(undefined, 2), fc.nat(3), scalar, (value, indent, pick, given) => {
        const text = JSON.stringify(value, null, indent);
        const read = () => parseJson(SourceText.root(text)).root as ObjectNode;
        const keys = Object.keys(value);
        const key = keys[pick % keys.length]!;
        const edited = (edit: TreeEdit | undefined) => Object.entries(JSON.parse(apply(text, edit)!));
        const entries = Object.entries(value);
        const index = keys.indexOf(key);
        const target = member(read(), key)!;
        expect(edited(setScalar(target.value, given))).toEqual(entries.with(index, [key, given]));
        expect(edited(renameKey(target, 'new"\n'))).toEqual(entries.with(index, ['new"\n', value[key]!]));
        const object = read();
        expect(edited(removeMember(object, member(object, key)!))).toEqual(entries.toSpliced(index, 1));
        expect(edited(addMember(object, 'new', given, member(object, key)))).toEqual(
          entries.toSpliced(index + 1, 0, ['new', given]),
        );
      }),
      fuzz(5, 1500),
    );
  });
});

describe('in JSON in a block scalar', () => {
  const file =
    'args:\n  - |\n    vllm serve x \\\n      --kv-transfer-config {\n        "kv_connector": "NixlConnector"\n      }\n';

  test('a new member gets a line of its own in every layer', () => {
    const changed = apply(file, addMember(nestedJson(file) as ObjectNode, 'kv_role', 'kv_both'));
    expect(changed).toBe(file.replace('Connector"\n', 'Connector",\n        "kv_role": "kv_both"\n'));
    expect(toPlain(nestedJson(changed!))).toEqual({ kv_connector: 'NixlConnector', kv_role: 'kv_both' });
  });

  test('in a folded one it does not, where it may not', () => {
    const folded = file.replace('- |', '- >-');
    const changed = apply(folded, addMember(nestedJson(folded) as ObjectNode, 'kv_role', 'kv_both'));
    expect(toPlain(nestedJson(changed!))).toEqual({ kv_connector: 'NixlConnector', kv_role: 'kv_both' });
  });
});

test('what is unknown is not overwritten', () => {
  const source = SourceText.derived(
    SourceText.root('{"a": "$X"}'),
    '{"a": "$X"}',
    [
      { start: 0, end: 7, sourceStart: 0, sourceEnd: 7, kind: 'verbatim', encoder: (text) => text },
      { start: 7, end: 9, sourceStart: 7, sourceEnd: 9, kind: 'hole', reason: { kind: 'variable', detail: '$X' } },
      { start: 9, end: 11, sourceStart: 9, sourceEnd: 11, kind: 'verbatim', encoder: (text) => text },
    ],
    { start: 0, end: 11 },
  );
  const root = parseJson(source).root as ObjectNode;
  expect(setScalar(root.members[0]!.value, 'x')).toBeUndefined();
  expect(removeMember(root, root.members[0]!)).toBeUndefined();
  expect(renameKey(root.members[0]!, 'b')).toBeDefined();
});
