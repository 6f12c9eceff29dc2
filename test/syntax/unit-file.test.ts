import { describe, expect, test } from 'vitest';
import { parseUnitFile, SourceText, unitAssignments, unitCommands, unitWords } from '../../server/src/syntax';

const parse = (text: string) => parseUnitFile(SourceText.root(text));
const words = (text: string) => unitWords(SourceText.root(text)).map((word) => word.text);
const commands = (text: string, known: Record<string, string> = {}) =>
  unitCommands(SourceText.root(text), (name) =>
    known[name] === undefined ? undefined : SourceText.root(known[name]),
  ).map((command) => command.map((word) => word.text));

describe('unit files', () => {
  test('have sections, keys and values', () => {
    const text =
      '# c\n[Unit]\nDescription = a b  \n; d\n\n[Service]\r\nExecStart=/bin/x \\\r\n  # in between\r\n  --y \\\\\r\nEmpty=\nno equals\n';
    expect(parse(text).map(({ section, key, value }) => [section, key, value.text])).toEqual([
      ['Unit', 'Description', 'a b'],
      ['Service', 'ExecStart', '/bin/x  --y \\\\'],
      ['Service', 'Empty', ''],
    ]);
    const { value, place } = parse(text)[1]!;
    const at = value.text.indexOf('--y');
    const { span } = value.locate({ start: at, end: at + 3 });
    expect(text.slice(span.start, span.end)).toBe('--y');
    expect(text.slice(place.span.start, place.span.end)).toBe('ExecStart=/bin/x \\\r\n  # in between\r\n  --y \\\\');
  });
});

describe('words', () => {
  test.each([
    ['a  b\tc', ['a', 'b', 'c']],
    ['"a b" \'c "d\'', ['a b', 'c "d']],
    ['a"b c"d', ['ab cd']],
    ['"a\\tb\\x41\\u00e9\\s\\"" \\101', ['a\tbAé "', 'A']],
    ['\\q', ['\\q']],
    ['""', ['']],
    ['100%%', ['100%']],
    ['"open', ['open']],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('specifiers are unknown', () => {
    const [word] = unitWords(SourceText.root('prefill-%i.sock'));
    expect(word!.holes()).toMatchObject([{ start: 8, end: 10, reason: { detail: '%i' } }]);
  });

  test('assignments', () => {
    const text = SourceText.root('"UCX_TLS=rc,cuda" A= \'B=x y\' none $C=1');
    expect(unitAssignments(text).map(({ nameText, value }) => [nameText.text, value.text])).toEqual([
      ['UCX_TLS', 'rc,cuda'],
      ['A', ''],
      ['B', 'x y'],
      ['$C', '1'],
    ]);
  });
});

describe('commands', () => {
  test.each([
    ['-@/bin/x a', [['/bin/x', 'a']]],
    ['/bin/a b ; +/bin/c', [['/bin/a', 'b'], ['/bin/c']]],
    ['/bin/a \\; ";"', [['/bin/a', ';', ';']]],
    ['/bin/a $$HOME', [['/bin/a', '$HOME']]],
    [`/bin/a \${A}x $B y$B "$A"`, [['/bin/a', '1x', 'p', 'q', 'y$B', '$A']]],
  ])('%s', (text, expected) => {
    expect(commands(text, { A: '1', B: 'p q' })).toEqual(expected);
  });

  test('variables without a known value are unknown', () => {
    const [[, braced, alone]] = unitCommands(SourceText.root(`/bin/a --port=\${PORT} $ARGS`)) as [
      [SourceText, SourceText, SourceText],
    ];
    expect(braced.holes()).toMatchObject([{ start: 7, end: 14 }]);
    expect(alone.known).toBe(false);
  });
});
