import { expect, test } from 'vitest';
import { coveredText, type DrawnEditor, placeOf } from '../../scripts/editor/page.mts';

/** Lines of 8 × 20 pixel characters, as an editor would draw them. */
function drawn(...texts: string[]): DrawnEditor {
  const lines = texts.map((text, row) => {
    const top = 100 + row * 20;
    const characters = [...text].map((_, at) => box(at, at + 1, top));
    return { text, box: { ...box(0, text.length, top) }, characters };
  });
  return { lines, squiggles: [] };
}

function box(from: number, to: number, top: number) {
  return { left: 50 + from * 8, right: 50 + to * 8, top, bottom: top + 20 };
}

/** A mark below some characters of a line. */
function mark(from: number, to: number, row: number) {
  return { ...box(from, to, 100 + row * 20), top: 100 + row * 20 + 16, bottom: 100 + row * 20 + 22 };
}

const editor = drawn('image: vllm', 'value: "localhost"', 'port: 5600');

test('a mark covers the characters above it, and no neighbour', () => {
  expect(coveredText(editor, mark(8, 17, 1))).toBe('localhost');
  expect(coveredText(editor, mark(7, 16, 1))).toBe('"localhos');
  expect(coveredText(editor, mark(8, 18, 1))).toBe('localhost"');
});

test('a mark belongs to its own line, also where it hangs below it', () => {
  expect(coveredText(editor, mark(6, 10, 2))).toBe('5600');
  expect(coveredText(editor, mark(7, 11, 0))).toBe('vllm');
});

test('text is found in the first line that has it', () => {
  expect(placeOf(editor, 'localhost')).toMatchObject({ left: 50 + 8 * 8, right: 50 + 17 * 8, top: 120 });
  expect(placeOf(editor, 'elsewhere')).toBeUndefined();
});
