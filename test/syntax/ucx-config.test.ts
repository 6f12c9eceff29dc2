import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseUcxConfig, SourceText, type UcxConfigEntry, ucxConditionLabels } from '../../server/src/syntax';

interface Row {
  readonly text: string;
  readonly pairs: readonly (readonly [section: string, name: string, value: string])[];
  readonly failed: boolean;
}

const read = (text: string) => parseUcxConfig(SourceText.root(text));
const lines = (text: string) =>
  read(text).entries.map(({ nameText, value, conditions }) => {
    const when = conditions.map(({ label, pattern }) => `${label}=${pattern}`).join('&');
    return `${nameText.text}=${value.text}${when && ` if ${when}`}`;
  });
const problems = (text: string) =>
  read(text).problems.map(({ kind, place: { source, span } }) => [kind, source.text.slice(span.start, span.end)]);

const oracle = JSON.parse(readFileSync(new URL('../fixtures/ucx-config-oracle.json', import.meta.url), 'utf8'))
  .rows as readonly Row[];

test.each(oracle.map((row) => [JSON.stringify(row.text), row] as const))('%s is read as UCX reads it', (_, row) => {
  const { entries, problems: found } = read(row.text);
  const settings = row.pairs.filter(([, name]) => !ucxConditionLabels.includes(name));
  expect(entries.map(({ section, nameText, value }) => [section, nameText.text, value.text])).toEqual(settings);
  expect(found.some(({ kind }) => kind === 'no-sign' || kind === 'no-bracket')).toBe(row.failed);
});

describe('conditions', () => {
  it('hold for what stands behind them in their section', () => {
    expect(lines('A=0\n[x]\nB=1\nCPU vendor=AMD\nC=2\nCPU model=Milan\nD=3\n[y]\nE=4\n')).toEqual([
      'A=0',
      'B=1',
      'C=2 if CPU vendor=AMD',
      'D=3 if CPU vendor=AMD&CPU model=Milan',
      'E=4',
    ]);
  });

  it('hold without any section', () => {
    expect(lines('Product name=DGX*\nA=1\n[x]\nB=2\n')).toEqual(['A=1 if Product name=DGX*', 'B=2']);
  });

  it('go on in the next section of the same name, whatever empty one stands between', () => {
    expect(lines('[x]\nCPU model=Grace\nA=1\n[y]\n[x]\nB=2\n')).toEqual([
      'A=1 if CPU model=Grace',
      'B=2 if CPU model=Grace',
    ]);
  });

  it('are spelled exactly', () => {
    expect(lines('[x]\ncpu model=Grace\nA=1\n')).toEqual(['cpu model=Grace', 'A=1']);
  });
});

describe('problems', () => {
  it.each([
    ['UCX_A=1\n  UCX_B=2\n', 'indented', 'UCX_B=2'],
    ['UCX_A=1\nUCX_B\n', 'no-sign', 'UCX_B'],
    ['[a\nUCX_B=1\n', 'no-bracket', '[a'],
    [`UCX_A=${'v'.repeat(195)}\n`, 'too-long', 'vv'],
  ])('%j', (text, kind, covered) => {
    expect(problems(text)[0]).toEqual([kind, covered]);
  });

  it('none for what only looks odd', () => {
    expect(problems('UCX_A : 1\n[]\n\n  # c\nUCX_B=;x\n')).toEqual([]);
  });

  it('a line of bytes, not of characters', () => {
    expect(problems(`UCX_A=${'é'.repeat(96)}\n`)).toEqual([]);
    expect(problems(`UCX_A=${'é'.repeat(97)}\n`)).toEqual([
      ['too-long', 'é'],
      ['no-sign', 'é'],
    ]);
  });
});

describe('edits', () => {
  const edited = (text: string, change: (entry: UcxConfigEntry) => ReturnType<SourceText['edit']>) => {
    const edit = change(read(text).entries[0]!);
    return edit && text.slice(0, edit.span.start) + edit.newText + text.slice(edit.span.end);
  };

  it.each([
    ['UCX_TLS=rc ; c\n', 'tcp', 'UCX_TLS=tcp ; c\n'],
    ['UCX_TLS=\n', 'tcp', 'UCX_TLS=tcp\n'],
    ['UCX_TLS = ; c\n', 'tcp', 'UCX_TLS =tcp ; c\n'],
    ['UCX_TLS=rc\n', ' tcp', undefined],
    ['UCX_TLS=rc\n', 'a ;b', undefined],
    ['UCX_TLS=rc\n', 'a\nb', undefined],
    ['UCX_TLS=rc\n', 'v'.repeat(192), undefined],
  ])('a value: %j to %j', (text, newText, expected) => {
    expect(edited(text, ({ value }) => value.edit(value.all, newText))).toBe(expected);
  });

  it.each([
    ['export UCX_TLS=rc\n', 'UCX_TLS', 'UCX_TLS=rc\n'],
    ['CPU Model=x\n', 'CPU model', 'CPU model=x\n'],
    ['UCX_TLS=rc\n', 'UCX TLS', undefined],
  ])('a name: %j to %j', (text, newText, expected) => {
    expect(edited(text, ({ nameText }) => nameText.edit(nameText.all, newText))).toBe(expected);
  });
});

const piece = fc.constantFrom(
  ...[
    'UCX_A',
    '=',
    ' = ',
    ':',
    ' ',
    '\t',
    '\n',
    '\n',
    '\r\n',
    '[a]',
    '[',
    ']',
    ';',
    ' ;',
    '#',
    'x',
    'é',
    '\u{1f600}',
    '\0',
  ],
  'v'.repeat(150),
  'CPU model=Grace\n',
);
const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 20 }).map((parts) => parts.join(''));

test('whatever is written: every name and value stands where it says, and every edit that is offered is read back', () => {
  fc.assert(
    fc.property(text, fc.string({ maxLength: 12 }), (given, replacement) => {
      const { entries } = read(given);
      entries.forEach(({ nameText, value }, index) => {
        for (const part of [nameText, value]) {
          const { root, span } = part.locate();
          expect(root.text.slice(span.start, span.end)).toBe(part.text);
        }
        const edit = value.edit(value.all, replacement);
        if (!edit) return;
        const after = read(given.slice(0, edit.span.start) + edit.newText + given.slice(edit.span.end)).entries;
        expect(after.map((entry) => entry.value.text)).toEqual(
          entries.map((entry, at) => (at === index ? replacement : entry.value.text)),
        );
      });
    }),
    { numRuns: 2000 },
  );
});
