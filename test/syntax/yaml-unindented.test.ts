import { describe, expect, test } from 'vitest';
import { at, parseYaml, type ScalarNode, SourceText, toPlain } from '../../server/src/syntax';

const read = (text: string) => {
  const { root, problems } = parseYaml(SourceText.root(text));
  return { value: root && toPlain(root), problems: problems.length };
};

// What PyYAML 6 and go-yaml read from the same text.
describe('values that go on too far left are read to their end', () => {
  for (const { name, text, value } of [
    { name: 'single quotes', text: 'a:\n  - \'{\n    "b": 1\n  }\'\n  - c\n', value: { a: ['{ "b": 1 }', 'c'] } },
    { name: 'double quotes', text: 'a:\n  b: "abc\n  def"\n  c: 1\n', value: { a: { b: 'abc def', c: 1 } } },
    { name: 'in the first column', text: 'a:\n  b: "abc\n\ndef"\n', value: { a: { b: 'abc\ndef' } } },
    { name: 'an escaped break', text: 'a:\n  b: "abc\\\n  def"\n', value: { a: { b: 'abcdef' } } },
    { name: 'CRLF', text: "a:\r\n  - 'b\r\n  c'\r\n  - d\r\n", value: { a: ['b c', 'd'] } },
    { name: 'a doubled quote', text: "a:\n  - 'it''s\n  here'\n", value: { a: ["it's here"] } },
    { name: 'several', text: "a:\n  - 'b\n  c'\n  - \"d\n  e\"\n  - 'f\n  g'\n", value: { a: ['b c', 'd e', 'f g'] } },
    {
      name: 'a flow mapping',
      text: 'a:\n  c: {\n  d: 1,\n  e: [2,\n  3]\n  }\n',
      value: { a: { c: { d: 1, e: [2, 3] } } },
    },
    { name: 'a flow sequence', text: 'a: [\n"x y", # it\'s "one"\nz\n]\nb: 1\n', value: { a: ['x y', 'z'], b: 1 } },
  ]) {
    test(name, () => expect(read(text)).toEqual({ value, problems: 0 }));
  }

  test('and every character knows its place', () => {
    const text = 'a:\n  - \'{\n  "b": 1\n  }\'\n';
    const node = at(parseYaml(SourceText.root(text)).root, 'a', 0) as ScalarNode;
    const { span } = node.text.locate({ start: 2, end: 5 });
    expect(node.text.text).toBe('{ "b": 1 }');
    expect(text.slice(span.start, span.end)).toBe('"b"');
  });
});

describe('a quote that is missing takes nothing from the values after it', () => {
  for (const { name, text } of [
    { name: 'another value in quotes', text: 'a:\n  b: "abc\n  c: "def"\n  d: 1\n' },
    { name: 'an apostrophe', text: "a:\n  b: 'abc\n  c: it's\n  d: 1\n" },
  ]) {
    test(name, () => expect(read(text).value).toMatchObject({ a: { d: 1 } }));
  }
});
