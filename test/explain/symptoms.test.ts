import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorMessages } from '../../server/src/knowledge/messages';
import { idsIn } from './support';

/** A text that research notes name as the symptom of a mistake. */
interface Symptom {
  readonly note: string;
  /** The row or section of the note. */
  readonly at: string;
  readonly symptom: string;
  /** What it has to be explained as, wherever one of these lines stands. */
  readonly id?: string;
  readonly lines?: readonly string[];
  /** Why it is not in the table: it would say nothing. */
  readonly excluded?: string;
}

const symptoms: readonly Symptom[] = JSON.parse(readFileSync(join(import.meta.dirname, 'symptoms.json'), 'utf8'));
const recognised = symptoms.filter(({ excluded }) => excluded === undefined);

/** How many symptoms each note names. */
const COUNTS = { 'pitfalls.md': 56, 'nixl.md': 69, 'peers.md': 18 };

test('all symptoms of the notes are here', () => {
  const counts = Object.fromEntries(
    Object.keys(COUNTS).map((note) => [note, symptoms.filter((symptom) => symptom.note === note).length]),
  );
  expect(counts).toEqual(COUNTS);
  for (const { symptom, excluded, id } of symptoms) expect(excluded ?? id, symptom).toMatch(/^[\w-]+$|\.$/);
});

describe.each(recognised)('$note $at: $symptom', ({ id, lines }) => {
  test.each(lines!)('%s', (line) => {
    expect(
      idsIn(`INFO 11-02 12:30:59 [loggers.py:127] before\n${line}\nINFO 11-02 12:31:08 [loggers.py:127] after\n`),
    ).toContain(id);
  });
});

test('what is excluded is in no text of its own', () => {
  const texts = errorMessages().flatMap((fact) => fact.texts);
  for (const { symptom, excluded } of symptoms) if (excluded) expect(texts).not.toContain(symptom);
});

const notes = join(import.meta.dirname, '../../../shared/knowledge');

describe.skipIf(!existsSync(notes))('the notes themselves, only where they stand beside the checkout', () => {
  const read = (name: string) => readFileSync(join(notes, name), 'utf8');
  const cells = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
  const known = (note: string, at?: string) =>
    symptoms.filter((symptom) => symptom.note === note && (at === undefined || symptom.at === at));

  test('name no other symptom in the catalogue of pitfalls', () => {
    const rows = read('pitfalls.md')
      .split('\n')
      .filter((line) => /^\| [A-Z]\d\d \|/.test(line))
      .map(cells);
    const named = rows.flatMap(([, id, symptom]) => quoted(symptom!).map((text) => `${id} ${text}`));
    expect(known('pitfalls.md').map(({ at, symptom }) => `${at} ${symptom}`)).toEqual(named);
  });

  test('name no other text of NIXL', () => {
    for (const [at, from, to] of [
      ['4.3', '### 4.3', '### 4.4'],
      ['5', '## 5. ', '## 6. '],
    ] as const) {
      const text = read('nixl.md');
      const section = text.slice(text.indexOf(from), text.indexOf(to));
      const rows = section.split('\n').filter((line) => line.startsWith('| `'));
      const named = rows.flatMap((row) => quoted(cells(row)[1]!));
      expect(known('nixl.md', at).map(({ symptom }) => symptom)).toEqual(expect.arrayContaining(named));
    }
  });

  test('name no other symptom for an explainer', () => {
    const text = read('peers.md');
    const section = text.slice(text.indexOf('## 5. '), text.indexOf('## 6. '));
    const rows = section.split('\n').filter((line) => line.startsWith('| '));
    expect(known('peers.md').map(({ symptom }) => symptom)).toEqual(rows.slice(1).map((row) => cells(row)[1]));
  });
});
