import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, type Example, type FileEdit, type Problem, type Rule } from '../../server/src/analysis';
import { examplesOf, problemsOfExample } from '../../server/src/analysis/pages';

const root = join(import.meta.dirname, '../..');

describe.each(catalogue.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it('has a page, and examples of a good, a bad and an open file', () => {
    expect(existsSync(join(root, `docs/rules/${id}.md`))).toBe(true);
    const kinds = examplesOf(rule).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['good', 'bad', 'open']));
  });

  it('says something in its bad examples and nothing in its good and open ones', () => {
    for (const { kind, findings = [], title } of examplesOf(rule)) {
      if (kind !== 'version') expect([title, findings.length > 0]).toEqual([title, kind === 'bad']);
    }
  });

  it('gives no more than its highest severity', () => {
    const order = ['error', 'warning', 'info', 'hint'];
    const given = examplesOf(rule).flatMap((example) =>
      problemsOfExample(rule, example).map(({ severity }) => severity),
    );
    for (const severity of given) expect(order.indexOf(severity)).toBeGreaterThanOrEqual(order.indexOf(rule.severity));
  });

  describe.each(examplesOf(rule).map((example) => [example.title, example] as const))('%s', (_, example) => {
    it('is found as it says', () => checkFindings(rule, example));

    if (example.fixed !== undefined) it('is fixed as it says', () => checkFixed(rule, example));

    it('is mended by its safe fixes', () => checkSafeFixes(rule, example));
  });
});

function checkFindings(rule: Rule, example: Example): void {
  const expected = (example.findings ?? []).map(({ covers, severity, message = '' }) => ({
    covers,
    severity,
    message: expect.stringContaining(message),
  }));
  const found = problemsOfExample(rule, example).map(({ start, end, severity, message }) => ({
    covers: example.text.slice(start, end),
    severity,
    message,
  }));
  expect(found).toEqual(expected);
}

function checkFixed(rule: Rule, example: Example): void {
  const edits = problemsOfExample(rule, example).flatMap(({ fixes }) => fixes[0]?.edits ?? []);
  expect(applied(example.text, edits)).toBe(example.fixed);
}

/** Safe fixes take away what they are for, add nothing, and have nothing to do the second time. */
function checkSafeFixes(rule: Rule, example: Example): void {
  const before = problemsOfExample(rule, example);
  const fixable = before.filter((problem) => safeEdits(problem).length > 0);
  if (fixable.length === 0) return;
  const text = applied(example.text, fixable.flatMap(safeEdits));
  const after = problemsOfExample(rule, { ...example, text });
  const left = before.filter((problem) => !fixable.includes(problem));
  expect(after.map(({ message }) => message)).toEqual(left.map(({ message }) => message));
  expect(after.flatMap(safeEdits)).toEqual([]);
}

function safeEdits({ fixes }: Problem): readonly FileEdit[] {
  return fixes.find(({ safe }) => safe)?.edits ?? [];
}

function applied(text: string, edits: readonly FileEdit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}
