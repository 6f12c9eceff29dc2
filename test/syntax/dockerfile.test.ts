import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDockerfile, runShell, SourceText } from '../../server/src/syntax';
import { fuzz } from './fuzz';

const parse = (text: string) => parseDockerfile(SourceText.root(text));
const covered = (text: string, { start, end }: { start: number; end: number }) => text.slice(start, end);

describe('instructions', () => {
  test('are joined over continuations, without comments and empty lines in between', () => {
    const text = 'FROM a\nRUN one \\\n  # why\n\n  two\\\r\n three \\\\\nCMD x\n';
    const [from, run, cmd] = parse(text);
    expect([from, run, cmd].map((one) => [one?.keyword, one?.text.text])).toEqual([
      ['FROM', 'a'],
      ['RUN', 'one   two three \\\\'],
      ['CMD', 'x'],
    ]);
    const two = run!.text.text.indexOf('two');
    expect(covered(text, run!.text.locate({ start: two, end: two + 3 }).span)).toBe('two');
    expect(covered(text, run!.place.span)).toBe('RUN one \\\n  # why\n\n  two\\\r\n three \\\\');
  });

  test('know their flags', () => {
    const [run] = parse('RUN --mount=type=cache,target=/x --network=none pip install --pre nixl');
    expect(run!.flags.map(({ text }) => text)).toEqual(['--mount=type=cache,target=/x', '--network=none']);
    expect(run!.text.text).toBe('pip install --pre nixl');
  });

  test('end at a continuation with another escape character', () => {
    const [copy, run] = parse('# escape=`\nCOPY a C:\\\nRUN b `\n c\n');
    expect([copy?.text.text, run?.text.text]).toEqual(['a C:\\', 'b  c']);
  });

  test('have here-documents', () => {
    const text = "FROM a\nRUN <<EOF bash\nset -e\nexport A=1\nEOF\nRUN <<-'E' cat > x\n\tone\n\tE\nCMD y\n";
    const [, run, cat, cmd] = parse(text);
    expect(run!.hereDocuments).toMatchObject([{ name: 'EOF', expands: true }]);
    expect(run!.hereDocuments[0]!.text.text).toBe('set -e\nexport A=1\n');
    expect(runShell(run!.hereDocuments[0]!.text).variables.map(({ name }) => name)).toEqual(['A']);
    expect([cat!.hereDocuments[0]!.text.text, cat!.hereDocuments[0]!.expands]).toEqual(['one\n', false]);
    expect(cmd?.keyword).toBe('CMD');
  });
});

describe('exec form', () => {
  test('has the strings that JSON.parse gives', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (words, wide) => {
          const json = wide ? JSON.stringify(words, null, 1).replaceAll('\n', ' \\\n') : JSON.stringify(words);
          const [cmd] = parse(`ENTRYPOINT ${json}`);
          expect(cmd!.exec?.map(({ text }) => text)).toEqual(words);
        },
      ),
      fuzz(1, 1000),
    );
  });

  test.each(["['a']", '["a", 1]', '["a"] b', '["a",]', '[ -f x ] && y', 'a b'])('is not: %s', (argument) => {
    expect(parse(`CMD ${argument}`)[0]!.exec).toBeUndefined();
  });
});

describe('ENV, ARG and LABEL', () => {
  const pairs = (text: string) => parse(text)[0]!.pairs!.map(({ nameText, value }) => [nameText.text, value?.text]);

  test.each<[string, [string, string | undefined][]]>([
    [
      'ENV A=1 B="x y" C=\'$z\' D=p\\ q',
      [
        ['A', '1'],
        ['B', 'x y'],
        ['C', '$z'],
        ['D', 'p q'],
      ],
    ],
    ['ENV A one  two "three"', [['A', 'one  two three']]],
    [
      'ENV A="\\"q\\" \\n \\$H" B=a"b"\'c\'',
      [
        ['A', '"q" \\n $H'],
        ['B', 'abc'],
      ],
    ],
    ['ENV A=', [['A', '']]],
    [
      'ENV A="" B=\'\'',
      [
        ['A', ''],
        ['B', ''],
      ],
    ],
    [
      'ARG A B=2',
      [
        ['A', undefined],
        ['B', '2'],
      ],
    ],
    ['LABEL "a b"=c', [['"a b"', 'c']]],
    ['ENV KV={\\"a\\":1}', [['KV', '{"a":1}']]],
    ['ENV KV={"a":1}', [['KV', '{a:1}']]],
  ])('%s', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test('variables are holes, and take the values that are known', () => {
    const text = `ENV A="tcp://$HOST:\${PORT}" B=\\$HOST C=\${X:-1}`;
    const [a, b, c] = parse(text)[0]!.pairs!;
    expect(a!.value!.holes().map(({ reason }) => reason.detail)).toEqual(['$HOST', `\${PORT}`]);
    expect([b!.value!.text, b!.value!.known]).toEqual(['$HOST', true]);
    expect(c!.value!.known).toBe(false);
    const host = SourceText.root('10.0.0.1');
    const expanded = a!.expand((name) => (name === 'HOST' ? host : undefined))!;
    expect(expanded.text).toBe(`tcp://10.0.0.1:\${PORT}`);
    expect(expanded.locate({ start: 6, end: 14 })).toEqual({ root: host, span: { start: 0, end: 8 } });
    expect(expanded.holes()).toMatchObject([{ start: 15, end: 22 }]);
  });

  test('an edit makes no variable of what is known', () => {
    const [value] = parse('ENV A="a$ b"')[0]!.pairs!;
    expect(value!.value!.edit({ start: 2, end: 3 }, '')).toBeUndefined();
    expect(value!.value!.edit({ start: 3, end: 4 }, '$c')).toMatchObject({ newText: '\\$c' });
  });
});
