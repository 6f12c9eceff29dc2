import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { script } from './shell-arbitraries';
import { compareWithBash, hasBash } from './shell-oracle';

const runs = Number(process.env.SHELL_RUNS ?? 600);
const seed = Number(process.env.SHELL_SEED ?? 20_250_101);

describe.skipIf(!hasBash)('against bash', () => {
  test('words, here-documents and environments are those of bash', () => {
    const { compared, unknown, refused, differences } = compareWithBash(fc.sample(script, { numRuns: runs, seed }));
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(runs);
    expect(unknown).toBeLessThan(compared / 3);
    expect(refused).toBeLessThan(runs / 3);
  });
});
