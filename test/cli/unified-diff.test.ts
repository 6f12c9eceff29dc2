import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileEdit } from '../../server/src/analysis';
import { unifiedDiff } from '../../server/src/cli/migrate/unified-diff';

const place = { file: 'a.yaml', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } };

function planOf(text: string, edits: readonly (readonly [start: number, end: number, newText: string])[]) {
  let newText = '';
  let at = 0;
  for (const [start, end, put] of edits) {
    newText += text.slice(at, start) + put;
    at = end;
  }
  newText += text.slice(at);
  const list = edits.map(([start, end, put]): FileEdit => ({ ...place, start, end, newText: put }));
  return { file: 'a.yaml', text, newText, edits: list };
}

/** Applies a diff as strictly as it is written: every kept and removed line has to be there, every count to be right. */
function applied(text: string, diff: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  const rows = diff.match(/[^\n]*\n/g) ?? [];
  for (let row = 2; row < rows.length; ) {
    const head = /^@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n$/.exec(rows[row]!);
    if (!head) throw new Error(`no hunk: ${rows[row]}`);
    const [oldStart, oldCount, newStart, newCount] = head.slice(1).map(Number) as [number, number, number, number];
    const from = oldCount === 0 ? oldStart : oldStart - 1;
    out.push(...lines.slice(at, from));
    if (out.length !== (newCount === 0 ? newStart : newStart - 1)) throw new Error('the new start is wrong');
    at = from;
    const counts = { old: 0, new: 0 };
    for (row += 1; row < rows.length && !rows[row]!.startsWith('@@'); row += 1) {
      const bare = rows[row + 1]?.startsWith('\\');
      const line = bare ? rows[row]!.slice(1, -1) : rows[row]!.slice(1);
      if (rows[row]![0] !== '+') {
        if (lines[at] !== line) throw new Error(`no such line: ${line}`);
        at += 1;
        counts.old += 1;
      }
      if (rows[row]![0] !== '-') {
        out.push(line);
        counts.new += 1;
      }
      if (bare) row += 1;
    }
    if (counts.old !== oldCount || counts.new !== newCount) throw new Error('the counts are wrong');
  }
  return [...out, ...lines.slice(at)].join('');
}

describe('a unified diff', () => {
  it('shows three lines around a change, and changes that are near together', () => {
    const text = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join('');
    const at = (line: number) => text.indexOf(`line ${line}\n`);
    const diff = unifiedDiff(
      planOf(text, [
        [at(5), at(6), ''],
        [at(9), at(9), 'new\n'],
        [at(18) + 5, at(18) + 7, '80'],
      ]),
    );
    expect(diff).toBe(`--- a/a.yaml
+++ b/a.yaml
@@ -2,10 +2,10 @@
 line 2
 line 3
 line 4
-line 5
 line 6
 line 7
 line 8
+new
 line 9
 line 10
 line 11
@@ -15,6 +15,6 @@
 line 15
 line 16
 line 17
-line 18
+line 80
 line 19
 line 20
`);
  });

  it('says where a text ends without a break', () => {
    expect(unifiedDiff(planOf('a\nb', [[2, 3, 'c']]))).toContain(
      '-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n',
    );
  });

  it('quotes names that would break its lines', () => {
    expect(unifiedDiff({ ...planOf('a\n', [[0, 1, 'b']]), file: 'a\tb.yaml' })).toContain('--- "a/a\\tb.yaml"\n');
  });

  it('gives the new text when it is applied to the old one', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '\n', '\r\n', 'x: 1\n'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    const cuts = fc.array(fc.tuple(fc.nat(60), fc.nat(8), fc.constantFrom('', 'n', 'n\n', '\n', 'n\nm\n')), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(text, cuts, (old, wanted) => {
        const edits: [number, number, string][] = [];
        let last = 0;
        for (const [offset, length, put] of wanted.sort((a, b) => a[0] - b[0])) {
          const start = Math.max(last, Math.min(offset, old.length));
          const end = Math.min(start + length, old.length);
          if (start === end && put === '') continue;
          edits.push([start, end, put]);
          last = end + 1;
          if (last > old.length) break;
        }
        const plan = planOf(old, edits);
        if (plan.newText !== plan.text) expect(applied(old, unifiedDiff(plan))).toBe(plan.newText);
      }),
      { numRuns: 2000 },
    );
  });
});
