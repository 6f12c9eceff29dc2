import fc from 'fast-check';

export type Style = 'plain' | 'single' | 'double' | 'literal' | 'folded';

const words = fc.constantFrom(
  'a',
  'vllm',
  'x1',
  '-',
  '--flag',
  '=',
  ':',
  '#',
  'é',
  '日本',
  '😀',
  "it's",
  '"q"',
  '{"k":1}',
  '[',
  ',',
);
const blanks = fc.constantFrom(' ', '  ', '\t', ' \t');
const breaks = fc.constantFrom('\n', '\n', '\n\n', '\n\n\n');

/** Lines with blanks in odd places, all with `indent` spaces before their text. */
function lines(indent: string, more: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 6, arbitrary: words },
    { weight: 4, arbitrary: blanks },
    { weight: 2, arbitrary: breaks.map((run) => run + indent) },
    { weight: 1, arbitrary: breaks.map((run) => `${run.slice(1)}${indent} \n${indent}  `) },
    { weight: 3, arbitrary: more },
  );
  return fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
}

const doubleEscapes = fc.constantFrom(
  ...[
    '\\n',
    '\\t',
    '\\"',
    '\\\\',
    '\\/',
    '\\0',
    '\\e',
    '\\_',
    '\\N',
    '\\L',
    '\\ ',
    '\\x41',
    '\\u00e9',
    '\\U0001F600',
    '\\ud83d',
  ],
);

/** The source of a scalar whose continuation lines start with `indent`. */
export function scalarSource(style: Style, indent: string): fc.Arbitrary<string> {
  switch (style) {
    case 'plain':
      return lines(indent, words).map((text) => text.trim());
    case 'single':
      return lines(indent, fc.constant("''")).map((text) => `'${text.replace(/'+/g, "''")}'`);
    case 'double':
      return lines(indent, fc.oneof(doubleEscapes, fc.constant(`\\\n${indent}  `))).map(
        (text) => `"${text.replace(/(^|[^\\])"/g, '$1\\"').replace(/""/g, '')}"`,
      );
    default:
      return block(style, indent);
  }
}

function block(style: Style, indent: string): fc.Arbitrary<string> {
  const header = fc.record({
    chomp: fc.constantFrom('', '-', '+'),
    explicit: fc.boolean(),
    comment: fc.constantFrom('', ' # why', ' '),
  });
  const line = fc.record({
    deeper: fc.constantFrom('', '', '', ' ', '   ', '\t'),
    text: fc.oneof(
      { weight: 5, arbitrary: fc.array(fc.oneof(words, blanks), { maxLength: 5 }).map((parts) => parts.join('')) },
      { weight: 2, arbitrary: fc.constant('') },
    ),
    short: fc.boolean(),
  });
  return fc
    .tuple(header, fc.array(line, { maxLength: 7 }), fc.boolean())
    .map(([{ chomp, explicit, comment }, body, last]) => {
      const text = body
        .map(({ deeper, text: content, short }) => (content === '' && short ? '' : indent + deeper + content))
        .join('\n');
      // The indicator counts from the surrounding block, which the positions below put two columns to the left.
      const digit = explicit ? '2' : '';
      return `${style === 'literal' ? '|' : '>'}${digit}${chomp}${comment}\n${text}${last ? '\n' : ''}`;
    });
}

/** Documents with `X` where the scalar goes, and the indentation of its lines there. */
export const positions: readonly { readonly name: string; readonly text: string; readonly indent: string }[] = [
  { name: 'map value', text: 'key: X\nnext: 1\n', indent: '  ' },
  { name: 'last map value', text: 'key: X', indent: '  ' },
  { name: 'list item', text: '- X\n- b\n', indent: '  ' },
  { name: 'nested', text: 'a:\n  - b:\n      c: X\n    d: 2\n', indent: '        ' },
  { name: 'anchored', text: 'a: &anchor X\nb: *anchor\n', indent: '  ' },
  { name: 'tagged', text: 'a: !!str X\nb: 1\n', indent: '  ' },
  { name: 'flow list', text: 'a: [1, X, {b: X}]\n', indent: '  ' },
  { name: 'flow map', text: '{"a": X, b: [X]}', indent: '  ' },
  { name: 'key', text: 'a:\n  X: 1\n', indent: '  ' },
  { name: 'after a marker', text: '--- # one\na: X\n...\n', indent: '  ' },
  { name: 'with a byte order mark', text: '\uFEFFa: X\n', indent: '  ' },
];
