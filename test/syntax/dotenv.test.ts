import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DotenvDialect, parseDotenv, SourceText } from '../../server/src/syntax';
import { composeReference, dockerReference, systemdReference } from './dotenv-references';
import { fuzz } from './fuzz';

const read = (text: string, dialect: DotenvDialect) => parseDotenv(SourceText.root(text), dialect);
const pairs = (text: string, dialect: DotenvDialect) =>
  read(text, dialect).entries.map(({ nameText, value }) => [nameText.text, value?.text]);

const token = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('A=', 'B=', 'NIXL_X=', 'export C=', 'D', 'a b', 'x', '1', 'é', '{"k": "v"}', ':'),
  },
  { weight: 5, arbitrary: fc.constantFrom('\n', '\n', '\n', '\r\n', ' ', '  ', '\t', '=') },
  {
    weight: 5,
    arbitrary: fc.constantFrom('"', "'", '\\', '#', ' #', ';', '\\n', '\\"', "\\'", '\\\\', '`', '\\\n', '\\$', '$$'),
  },
);
const files = fc.array(token, { maxLength: 18 }).map((pieces) => pieces.join(''));

/** Characters that stand for themselves are found where they are; all places lie in the file and in order. */
function checkPlaces(text: string, dialect: DotenvDialect): void {
  const { entries, problems } = read(text, dialect);
  for (const { nameText, value, place } of entries) {
    const name = nameText.locate().span;
    expect(text.slice(name.start, name.end)).toBe(nameText.text);
    expect(place.span.start).toBeLessThanOrEqual(name.start);
    let end = name.end;
    for (let index = 0; index < (value?.length ?? 0); index++) {
      const { span } = value!.locate({ start: index, end: index + 1 });
      expect(span.start).toBeGreaterThanOrEqual(end);
      end = span.end;
      const written = text.slice(span.start, span.end);
      if (written !== value!.text[index]) expect(written).toMatch(/^\\(?:0?[0-7]{3}|[\s\S])$|^\$\$$/);
    }
    expect(place.span.end).toBeGreaterThanOrEqual(end);
    expect(place.span.end).toBeLessThanOrEqual(text.length);
  }
  for (const { place } of problems) expect(place.span.end).toBeLessThanOrEqual(text.length);
}

describe('docker --env-file', () => {
  test('reads what docker reads', () => {
    fc.assert(
      fc.property(files, (text) => {
        const { problems } = read(text, 'docker');
        const expected = dockerReference(text);
        expect(problems.some(({ fatal }) => fatal)).toBe(expected === undefined);
        if (expected) expect(pairs(text, 'docker')).toEqual(expected);
        checkPlaces(text, 'docker');
      }),
      fuzz(1, 5000),
    );
  });

  test('keeps quotes and comments: they are the value', () => {
    expect(pairs('A="x"\nB=y # z\nHOSTNAME\n', 'docker')).toEqual([
      ['A', '"x"'],
      ['B', 'y # z'],
      ['HOSTNAME', undefined],
    ]);
  });
});

describe('systemd EnvironmentFile', () => {
  test('reads what systemd reads', () => {
    fc.assert(
      fc.property(files, (text) => {
        expect(pairs(text, 'systemd')).toEqual(systemdReference(text));
        checkPlaces(text, 'systemd');
      }),
      fuzz(2, 8000),
    );
  });

  test.each([
    ['A=b c  # d', 'b c  # d'],
    ['A="b c" \'d\' e', 'b cde'],
    ['A=a"b"', 'a"b"'],
    ['A="x\\"y\\z\\\nw"', 'x"y\\zw'],
    ['A=a\\\n  b', 'a  b'],
    ['A=$HOME', '$HOME'],
  ])('%s', (line, value) => {
    expect(pairs(line, 'systemd')).toEqual([['A', value]]);
  });

  test('passes over what is no assignment and says so', () => {
    const { entries, problems } = read('export A=1\nB\nC=2', 'systemd');
    expect(entries.map(({ nameText }) => nameText.text)).toEqual(['C']);
    expect(problems.map(({ message }) => message)).toEqual([
      '`export A` is no name for a variable, so that the line is passed over',
      'a line without `=`, which is passed over',
    ]);
  });
});

describe('compose', () => {
  test('reads what compose reads', () => {
    let compared = 0;
    fc.assert(
      fc.property(files, (text) => {
        // Expansions have tests of their own.
        if (/(?<!\$)\$(?:\$\$)*[A-Za-z_{]/.test(text) || /\\\$/.test(text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, '')))
          return;
        const { problems } = read(text, 'dotenv');
        const expected = composeReference(text);
        expect([text, problems.some(({ fatal }) => fatal)]).toEqual([text, expected === undefined]);
        if (expected) expect(pairs(text, 'dotenv')).toEqual(expected);
        checkPlaces(text, 'dotenv');
        if (expected?.length) compared++;
      }),
      fuzz(3, 8000),
    );
    expect(compared).toBeGreaterThan(500);
  });

  test.each([
    ['A=b # c', 'b'],
    ['A=b#c', 'b#c'],
    ["A='b # \\' $X'", "b # ' $X"],
    ['A="b\\nc\\tx\\$Y"', 'b\nc\tx$Y'],
    ['A="\\0123"', 'S'],
    ['A: b', 'b'],
    ['export A = b', 'b'],
    ['A="line\nbreak"', 'line\nbreak'],
    ['A=cost$$5', 'cost$5'],
  ])('%s', (line, value) => {
    expect(pairs(line, 'dotenv')).toEqual([['A', value]]);
  });

  test('variables that stand above have their value, in its place', () => {
    const file = `HOST=10.0.0.1\nA=tcp://$HOST:\${PORT}\nB="\${HOST:-x} \${PORT:-5600}"\n`;
    const [host, a, b] = read(file, 'dotenv').entries;
    expect(a!.value!.text).toBe(`tcp://10.0.0.1:\${PORT}`);
    expect(a!.value!.holes()).toMatchObject([{ start: 15, end: 22, reason: { kind: 'variable', detail: `\${PORT}` } }]);
    expect(a!.value!.locate({ start: 6, end: 14 }).span).toEqual(host!.value!.locate().span);
    expect(b!.value!.text).toBe(`10.0.0.1 \${PORT:-5600}`);
    expect(a!.value!.edit({ start: 6, end: 14 }, '10.0.0.2')).toMatchObject({
      span: { start: 5, end: 13 },
      newText: '10.0.0.2',
    });
  });

  test('an edit makes no variable of what is known, and no other of one that is there', () => {
    const edit = (text: string, at: number, length: number, newText: string) =>
      read(text, 'dotenv').entries[0]!.value!.edit({ start: at, end: at + length }, newText);
    expect(edit('A=a$', 2, 0, 'X')).toBeUndefined();
    expect(edit('A=a$', 2, 0, '{')).toBeUndefined();
    expect(edit('A=$X-y', 2, 1, '')).toBeUndefined();
    expect(edit('A=$X-y', 3, 1, 'z')).toBeDefined();
  });

  test('a value that needs quotes gets them', () => {
    const edit = (text: string, newText: string) => {
      const { value } = read(text, 'dotenv').entries[0]!;
      return value!.edit(value!.all, newText)?.newText;
    };
    expect(edit('A=x', 'a b')).toBe('a b');
    expect(edit('A=x', '{"a": "#1"}')).toBe('\'{"a": "#1"}\'');
    expect(edit('A=x', "it's #1")).toBe('"it\'s #1"');
    expect(edit('A=', 'x')).toBe('x');
    expect(edit('A="x"', 'a"b$c')).toBe('a\\"b\\$c');
  });
});

describe('sourced by a shell', () => {
  test('reads what bash reads', () => {
    const words = fc.constantFrom(
      'a',
      'b c',
      '$',
      '"',
      "'",
      '\\',
      '#',
      '{',
      '}',
      ';x',
      'é',
      '=',
      '%',
      '`x`'.slice(0, 0),
      ' ',
      '~',
      '*',
      '!',
    );
    const value = fc.array(words, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const written = fc.oneof(
      value.map((text) => `'${text.replaceAll("'", "'\\''")}'`),
      value.map((text) => `"${text.replace(/["\\$`]/g, '\\$&')}"`),
      value.map((text) => text.replace(/[^A-Za-z0-9é]/g, '\\$&')),
    );
    const lines = fc.array(
      fc.tuple(fc.constantFrom('A', 'B', 'UCX_TLS', 'VLLM_X'), fc.constantFrom('', 'export '), written),
      { minLength: 1, maxLength: 5 },
    );
    const samples = fc
      .sample(lines, fuzz(4, 150))
      .map((entries) =>
        entries
          .map(([name, prefix, text], index) => `${prefix}${name}${index}=${text}${index % 2 ? ' # why' : ''}\n`)
          .join(''),
      );
    const folder = mkdtempSync(join(tmpdir(), 'sourced-'));
    try {
      samples.forEach((text, index) => {
        writeFileSync(join(folder, `${index}.env`), text);
      });
      const script =
        'for f in "$1"/*.env; do env -i bash -c \'set -a; . "$1"; printf "%s\\0" "$1"; env -0; printf "\\1"\' _ "$f"; done';
      const output = execFileSync('bash', ['-c', script, '_', folder], { encoding: 'utf8' });
      const seen = new Map(
        output
          .split('\u0001')
          .filter(Boolean)
          .map((part) => {
            const [file, ...variables] = part.split('\0');
            return [
              file!,
              new Map(
                variables
                  .filter(Boolean)
                  .map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
              ),
            ] as const;
          }),
      );
      samples.forEach((text, index) => {
        const expected = seen.get(join(folder, `${index}.env`))!;
        for (const [name, decoded] of pairs(text, 'shell'))
          expect([text, name, decoded]).toEqual([text, name, expected.get(name!)]);
        expect(pairs(text, 'shell')).toHaveLength(text.split('\n').length - 1);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('knows what is exported and what another file may set', () => {
    const { entries, open } = read('export A=1\nB="$A/x"\n. ./more.env\n', 'shell');
    expect(entries.map(({ nameText, value, exported }) => [nameText.text, value?.text, exported])).toEqual([
      ['A', '1', true],
      ['B', '1/x', false],
    ]);
    expect(open).not.toEqual([]);
  });
});

describe('values that grow', () => {
  const chain = (length: number, value: (before: string) => string, first = 'xxxxxxxx') =>
    `A0=${first}\n${Array.from({ length }, (_, index) => `A${index + 1}=${value(`\${A${index}}`)}\n`).join('')}`;

  test.each([
    ['that double', chain(40, (before) => before + before)],
    ['that name one another in a row', chain(2000, (before) => before)],
    ['that name one many times', `${chain(10, (before) => before + before)}B=${'$A10'.repeat(100)}\n`],
  ])('%s are no longer known from a limit on', (_, text) => {
    const { entries, exhausted } = read(text, 'dotenv');
    expect(exhausted).toBe('a value of more than 100,000 characters or 500 pieces');
    expect(entries.every(({ value }) => value!.length <= 101_000)).toBe(true);
    expect(entries.at(-1)?.value?.known).toBe(false);
    expect(entries[7]?.value?.text).toMatch(/^x+$/);
  });

  test('are limited together, too', () => {
    const cycle = chain(6, (before) => before + before, 'x'.repeat(1000));
    const { entries, exhausted } = read(cycle.repeat(100), 'dotenv');
    expect(exhausted).toBe('values of more than 2,000,000 characters together');
    expect(entries.reduce((sum, { value }) => sum + value!.length, 0)).toBeLessThan(2_500_000);
  });

  test('start over when the name is set anew', () => {
    const { entries } = read(`${chain(40, (before) => before + before)}A40=1\nB=$A40\n`, 'dotenv');
    expect(entries.at(-1)?.value?.text).toBe('1');
    expect(read('A=1\nB=$A$A\n', 'dotenv').exhausted).toBeUndefined();
  });
});
