import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz, patience } from './fuzz';
import { anyText, baseLayers, checkEdit, type Layer } from './nesting';

const replacements = fc.oneof(anyText, fc.constantFrom('', 'x', 'kv_producer', 'a b', 'true', '5600'));
const offset = fc.nat(12);

function tryEdits(layers: readonly Layer[], runs: number, seed: number): { written: number; edited: number } {
  const count = { written: 0, edited: 0 };
  fc.assert(
    fc.property(anyText, offset, offset, replacements, (text, from, to, replacement) => {
      const { written, edited } = checkEdit(layers, text, from, to, replacement);
      if (written) count.written++;
      if (edited) count.edited++;
    }),
    fuzz(seed, runs),
  );
  return count;
}

describe('edits through one layer', () => {
  test.each(baseLayers.map((layer) => [layer.name, layer] as const))('%s', (_, layer) => {
    const { written, edited } = tryEdits([layer], 500, 7);
    expect(written).toBeGreaterThan(30);
    // Most can be written; what can not is refused, not mangled.
    expect(edited / written).toBeGreaterThan(0.3);
  });
});

describe('edits through two layers', () => {
  test.each(baseLayers.map((layer) => [layer.name, layer] as const))('%s around each', (_, outer) => {
    let edited = 0;
    for (const inner of baseLayers) edited += tryEdits([outer, inner], 10, 11).edited;
    expect(edited).toBeGreaterThan(0);
  });
});

test(
  'edits through three layers',
  () => {
    const cases = fc.sample(fc.tuple(anyText, offset, offset, replacements), fuzz(13, 2000));
    let tried = 0;
    let edited = 0;
    for (const outer of baseLayers) {
      for (const middle of baseLayers) {
        for (const inner of baseLayers) {
          const [text, from, to, replacement] = cases[tried++ % cases.length]!;
          if (checkEdit([outer, middle, inner], text, from, to, replacement).edited) edited++;
        }
      }
    }
    expect(edited).toBeGreaterThan(1000);
  },
  patience,
);

test('a word for a word can be written everywhere', () => {
  for (const outer of baseLayers) {
    for (const inner of baseLayers) {
      const { written, edited } = checkEdit([outer, inner], 'kv_both', 0, 7, 'kv_producer');
      expect([outer.name, inner.name, edited]).toEqual([outer.name, inner.name, written]);
    }
  }
});
