import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isScalar, parseDocument, visit } from 'yaml';
import {
  at,
  type Place,
  parseYaml,
  type ScalarNode,
  SourceText,
  type TreeNode,
  toPlain,
} from '../../server/src/syntax';
import { fuzz } from './fuzz';
import { positions, type Style, scalarSource } from './yaml-arbitraries';

const styles: readonly Style[] = ['plain', 'single', 'double', 'literal', 'folded'];

/** All scalars of a tree, keys included, in order of the file, each place once. */
function scalars(root: TreeNode | undefined): { text: SourceText; place: Place }[] {
  const found = new Map<number, { text: SourceText; place: Place }>();
  const add = (text: SourceText, place: Place) =>
    found.set(place.span.start * 2 + (text.length > 0 ? 1 : 0), { text, place });
  const walk = (node: TreeNode) => {
    if (node.type === 'object') {
      for (const { keyText, keyPlace, value } of node.members) {
        add(keyText, keyPlace);
        walk(value);
      }
    } else if (node.type === 'array') node.items.forEach(walk);
    else if (node.type !== 'unknown') add(node.text, node.place);
  };
  if (root) walk(root);
  return [...found.values()].sort((a, b) => a.place.span.start - b.place.span.start);
}

const escapes: Readonly<Record<Style, RegExp>> = {
  plain: /^[ \t]*(?:\r?\n[ \t]*)+$/,
  single: /^(?:''|[ \t]*(?:\r?\n[ \t]*)+)$/,
  double: /^(?:\\(?:x..|u....|U........|[^xuU\r\n])|[ \t]*(?:\r?\n[ \t]*)+)$/,
  literal: /^(?:\r?\n *)?$/,
  folded: /^(?:(?:\r?\n *)+)?$/,
};

/** Every character stands in the file as itself or in a written form of its style, and nothing lies in between. */
function checkMapping(text: SourceText, file: string, style: Style): void {
  let end = -1;
  for (let index = 0; index < text.length; index++) {
    const { span } = text.locate({ start: index, end: index + 1 });
    const written = file.slice(span.start, span.end);
    if (written !== text.text[index]) expect(written).toMatch(escapes[style]);
    if (end >= 0 && span.start !== end) {
      // The same escape again (a fold of several breaks, a surrogate pair), or a line break that counts for nothing.
      const repeated = span.end === end;
      if (!repeated) expect(file.slice(end, span.start)).toMatch(/^(?:\\\r?\n[ \t]*)+$/);
    }
    end = span.end;
  }
}

describe('scalars of every style', () => {
  for (const style of styles) {
    for (const { name, text, indent } of positions) {
      if (text.includes('[') || text.startsWith('{') || name === 'key') {
        if (style === 'literal' || style === 'folded') continue;
      }
      test(`${style}, ${name}`, () => {
        let compared = 0;
        const property = (source: string, crlf: boolean) => {
          const written = text.replaceAll('X', () => source);
          const file = crlf ? written.replaceAll('\n', '\r\n') : written;
          const document = parseDocument(file, { keepSourceTokens: true });
          if (document.errors.length > 0) return;
          const expected: { start: number; value: unknown; source: string; type: unknown }[] = [];
          let complexKeys = false;
          visit(document, {
            // A mapping as a key is one text to us, and written otherwise by the oracle.
            Pair(_, { key }) {
              if (key === null || isScalar(key)) return undefined;
              complexKeys = true;
              return visit.SKIP;
            },
            Scalar(_, node) {
              expected.push({ start: node.range![0], value: node.value, source: node.source ?? '', type: node.type });
            },
          });
          const root = SourceText.root(file);
          const parsed = parseYaml(root);
          expect(parsed.problems).toEqual([]);
          const ours = scalars(parsed.root);
          for (const { start, source: value, type } of expected) {
            const found = ours.find(({ place, text: decoded }) => place.span.start === start && decoded.text === value);
            expect(
              found,
              JSON.stringify({ file, start, value, ours: ours.map((o) => [o.place.span, o.text.text]) }),
            ).toBeDefined();
            const own = {
              PLAIN: 'plain',
              QUOTE_SINGLE: 'single',
              QUOTE_DOUBLE: 'double',
              BLOCK_LITERAL: 'literal',
              BLOCK_FOLDED: 'folded',
            } as const;
            checkMapping(found!.text, file, own[type as keyof typeof own]);
            compared++;
          }
          if (!complexKeys) expect(toPlain(parsed.root!)).toEqual(document.toJS({ maxAliasCount: -1 }));
        };
        fc.assert(fc.property(scalarSource(style, indent), fc.boolean(), property), fuzz(20240917, 400));
        expect(compared).toBeGreaterThan(100);
      });
    }
  }
});

const at0 = (text: string, ...path: (string | number)[]) =>
  at(parseYaml(SourceText.root(text)).root, ...path) as ScalarNode;

test('a value and a key know their places', () => {
  const node = at0('a:\n  "b": \'c\' # d\n', 'a', 'b');
  expect(node.place.span).toEqual({ start: 10, end: 13 });
  expect(node.text.locate().span).toEqual({ start: 11, end: 12 });
});
