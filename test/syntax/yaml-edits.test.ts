import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import {
  addMember,
  at,
  member,
  nestingDepth,
  type ObjectNode,
  type PlainScalar,
  parseYaml,
  removeMember,
  renameKey,
  SourceText,
  setScalar,
  type TreeEdit,
  type TreeNode,
  toPlain,
} from '../../server/src/syntax';
import { fuzz } from './fuzz';
import { anyText } from './nesting';
import { positions, type Style, scalarSource } from './yaml-arbitraries';

const styles: readonly Style[] = ['plain', 'single', 'double', 'literal', 'folded'];
const replacements = fc.oneof(
  anyText,
  fc.constantFrom('', 'x', 'kv_producer', ' ', 'true', 'a: b', '# c', '- d', '\n', "'", '"'),
);

/** What the `yaml` package reads, with every mapping as a list of pairs, so that order and repeats count. */
function reference(file: string): unknown {
  const document = parseDocument(file, { uniqueKeys: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  return withTextKeys(document.toJS({ mapAsMap: true, maxAliasCount: -1 }));
}

function withTextKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTextKeys);
  if (!(value instanceof Map)) return value;
  return new Map([...value].map(([name, item]) => [name === null ? '' : String(name), withTextKeys(item)]));
}

function withPairs(node: TreeNode): unknown {
  if (node.type === 'object')
    return new Map(node.members.map(({ keyText, value }) => [keyText.text, withPairs(value)]));
  if (node.type === 'array') return node.items.map(withPairs);
  return toPlain(node);
}

describe('edits of scalars, read again by the yaml package', () => {
  for (const style of styles) {
    for (const { name, text, indent } of positions) {
      // Two of one scalar, an alias of it, or nothing to compare with.
      if (/X.*X/.test(text) || text.includes('*') || name === 'key') continue;
      if (text.includes('[') && (style === 'literal' || style === 'folded')) continue;
      test(`${style}, ${name}`, () => {
        let edited = 0;
        const property = (source: string, crlf: boolean, from: number, to: number, replacement: string) => {
          const written = text.replace('X', () => source);
          const file = crlf ? written.replaceAll('\n', '\r\n') : written;
          if (reference(file) === undefined) return;
          const { root, problems } = parseYaml(SourceText.root(file));
          if (!root || problems.length > 0) return;
          const site = file.indexOf(crlf ? source.replaceAll('\n', '\r\n') : source);
          const path = pathTo(root, site);
          const node = path && at(root, ...path);
          if (node?.type !== 'string') return;
          const start = Math.min(from, to, node.text.length);
          const end = Math.min(Math.max(from, to), node.text.length);
          const edit = node.text.edit({ start, end }, replacement);
          if (!edit) return;
          edited++;
          const changed = file.slice(0, edit.span.start) + edit.newText + file.slice(edit.span.end);
          const wanted = node.value.slice(0, start) + replacement + node.value.slice(end);
          expect([file, changed, reference(changed)]).toEqual([
            file,
            changed,
            replacedAt(withPairs(root), path!, wanted),
          ]);
        };
        const source = scalarSource(style, indent);
        fc.assert(fc.property(source, fc.boolean(), fc.nat(8), fc.nat(8), replacements, property), fuzz(99, 500));
        expect(edited).toBeGreaterThan(20);
      });
    }
  }
});

function pathTo(node: TreeNode, offset: number, path: (string | number)[] = []): (string | number)[] | undefined {
  if (node.type === 'object') {
    for (const { key, value } of node.members) {
      const found = pathTo(value, offset, [...path, key]);
      if (found) return found;
    }
  } else if (node.type === 'array') {
    for (const [index, item] of node.items.entries()) {
      const found = pathTo(item, offset, [...path, index]);
      if (found) return found;
    }
  } else if (node.place.span.start === offset && node.place.span.end > offset) return path;
  return undefined;
}

function replacedAt(value: unknown, [step, ...rest]: readonly (string | number)[], wanted: unknown): unknown {
  if (step === undefined) return wanted;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replacedAt(item, rest, wanted) : item));
  const entries = [...(value as Map<string, unknown>)];
  return new Map(entries.map(([key, item]) => [key, key === step ? replacedAt(item, rest, wanted) : item]));
}

const scalar: fc.Arbitrary<PlainScalar> = fc.oneof(
  fc.constantFrom(
    'text',
    'two words',
    "it's",
    'a: b',
    '# no',
    '',
    'yes',
    '5600',
    'null',
    '- x',
    'line\nbreak\n',
    '{"k": 1}',
    ' lead',
    '*x',
    '2024-01-01',
    '1e3',
    '~',
  ),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.constantFrom('a', 'b', 'c', 'key', 'with space', 'yes', '5', 'x:y');

type Tree = PlainScalar | readonly Tree[] | { readonly [key: string]: Tree };
const { tree } = fc.letrec<{ tree: Tree; object: { [key: string]: Tree } }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    scalar,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 4 }),
}));

/** All mappings of a tree with the way to them. */
function objects(node: TreeNode, path: (string | number)[] = []): { node: ObjectNode; path: (string | number)[] }[] {
  if (node.type === 'array') return node.items.flatMap((item, index) => objects(item, [...path, index]));
  if (node.type !== 'object') return [];
  return [{ node, path }, ...node.members.flatMap((one) => objects(one.value, [...path, one.key]))];
}

function apply(file: string, edit: TreeEdit): string {
  const root = edit.place.source.edit(edit.place.span, edit.newText)!;
  return file.slice(0, root.span.start) + root.newText + file.slice(root.span.end);
}

/** Comments, empty lines and CRLF, as people have them. */
function decorate(file: string, comments: boolean, crlf: boolean): string {
  const lines = file
    .split('\n')
    .map((line, index) => (comments && index % 3 === 1 && /^[ -]*\w+: \w+$/.test(line) ? `${line} # note` : line));
  return lines.join(crlf ? '\r\n' : '\n');
}

describe('edits of mappings, read again by the yaml package', () => {
  const decorated = fc.record({
    comments: fc.boolean(),
    crlf: fc.boolean(),
    flow: fc.boolean(),
    indentSeq: fc.boolean(),
    last: fc.boolean(),
  });

  test('change exactly what they say', () => {
    const count = { set: 0, rename: 0, add: 0, remove: 0 };
    const property = (
      value: { [key: string]: Tree },
      style: { comments: boolean; crlf: boolean; flow: boolean; indentSeq: boolean; last: boolean },
      pick: number,
      which: number,
      given: PlainScalar,
    ) => {
      const plain = stringify(value, {
        indentSeq: style.indentSeq,
        lineWidth: 40,
        ...(style.flow ? { collectionStyle: 'flow' as const } : {}),
      });
      const text = decorate(style.last ? plain : plain.trimEnd(), style.comments, style.crlf);
      const { root } = parseYaml(SourceText.root(text));
      const before = reference(text);
      if (!root || before === undefined) return;
      expect(before).toEqual(withPairs(root));
      const all = objects(root).filter(({ node }) => node.members.length > 0);
      const { node, path } = all[pick % all.length]!;
      const target = node.members[which % node.members.length]!;
      const entries = () => [...(valueAt(before, path) as Map<string, unknown>)];
      const index = node.members.indexOf(target);
      const check = (kind: keyof typeof count, edit: TreeEdit | undefined, wanted: [string, unknown][]) => {
        if (!edit) return;
        count[kind]++;
        const changed = apply(text, edit);
        expect([kind, text, changed, reference(changed)]).toEqual([
          kind,
          text,
          changed,
          replacedAt(before, path, new Map(wanted)),
        ]);
      };
      check('set', setScalar(target.value, given), entries().with(index, [target.key, given]));
      check('rename', renameKey(target, 'new key: #'), entries().with(index, ['new key: #', entries()[index]![1]]));
      check('add', addMember(node, 'new', given, target), entries().toSpliced(index + 1, 0, ['new', given]));
      check('remove', removeMember(node, target), entries().toSpliced(index, 1));
    };
    fc.assert(
      fc.property(
        fc.dictionary(key, tree, { minKeys: 1, maxKeys: 4 }),
        decorated,
        fc.nat(20),
        fc.nat(5),
        scalar,
        property,
      ),
      fuzz(123, 3000),
    );
    for (const times of Object.values(count)) expect(times).toBeGreaterThan(500);
  });
});

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce(
    (found, step) =>
      Array.isArray(found) ? found[step as number] : (found as Map<string, unknown>).get(step as string),
    value,
  );
}

test('the depth of a text is never told too low', () => {
  const depthOf = (node: TreeNode): number => {
    if (node.type === 'object') return 1 + Math.max(0, ...node.members.map(({ value }) => depthOf(value)));
    return node.type === 'array' ? 1 + Math.max(0, ...node.items.map(depthOf)) : 0;
  };
  fc.assert(
    fc.property(tree, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 5 }), (value, flow, indentSeq, limit) => {
      const text = stringify(value, { indent: 1, indentSeq, ...(flow ? { collectionStyle: 'flow' } : {}) });
      const { root } = parseYaml(SourceText.root(text));
      const depth = root ? depthOf(root) : 0;
      expect(nestingDepth(text)).toBeGreaterThanOrEqual(depth);
      expect([text, nestingDepth(text, limit) > limit]).toEqual([
        text,
        nestingDepth(text, limit) > limit || depth > limit,
      ]);
    }),
    fuzz(321, 1500),
  );
});

test('a member is found by its key', () => {
  const root = parseYaml(SourceText.root('a: {b: 1}\n')).root;
  expect(member(at(root, 'a'), 'b')?.value).toMatchObject({ value: 1 });
  expect(member(root, 'b')).toBeUndefined();
});
