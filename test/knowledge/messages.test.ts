import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isRuleId } from '../../server/src/analysis';
import { errorMessages, piecesOf, versionTexts } from '../../server/src/knowledge/messages';

const table = JSON.parse(readFileSync(new URL('../../schemas/messages.json', import.meta.url), 'utf8'));
const ids = Object.keys(table.messages);

test('messages are sorted by id', () => {
  expect(ids).toEqual([...ids].sort());
  expect(errorMessages().map(({ id }) => id)).toEqual(ids);
});

test('no text stands for two messages', () => {
  const texts = errorMessages().flatMap((fact) => fact.texts);
  expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
});

describe.each(errorMessages())('$id', (fact) => {
  test('names rules that there are', () => {
    expect(fact.rules.filter((rule) => !isRuleId(rule))).toEqual([]);
  });

  test('is looked for by pieces that say something', () => {
    for (const text of fact.texts) {
      const pieces = piecesOf(text);
      expect(Math.max(...pieces.map((piece) => piece.length)), text).toBeGreaterThanOrEqual(6);
      for (const piece of pieces) expect(piece, text).toMatch(/^[ -[\]-~]{3,}$/);
    }
  });

  test('has values with one group each, and sentences that use no others', () => {
    for (const { pattern } of fact.values) expect(new RegExp(`${pattern.source}|`).exec('')).toHaveLength(2);
    const known = fact.values.map(({ name }) => name);
    const blamed = fact.blame.flatMap((one) => ('name' in one ? [one.name] : []));
    const used = [...fact.details, ...blamed].flatMap((text) =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );
    expect(used.filter((name) => !known.includes(name!))).toEqual([]);
    for (const text of [fact.cause, fact.title, ...fact.fixes.map(({ value }) => value)])
      expect(text).not.toMatch(/\{[a-z]+\}/);
  });

  test('is about something that is written somewhere, or says where it comes from', () => {
    for (const { text } of fact.sources) expect(text).toMatch(/^https?:|^[\w.-]+\.\w+\/|[#:@]|\.\w+$/);
    expect(fact.sources.length).toBeGreaterThan(0);
  });
});

test('texts that tell a release have a pattern that finds it', () => {
  for (const { text, value } of versionTexts())
    expect(value.exec(`${text.trim()} 1.2.3`) ?? value.exec(`${text}1.2.3`)).not.toBeNull();
});
