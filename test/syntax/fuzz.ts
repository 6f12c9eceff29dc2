/**
 * How often a property is tried: always the same cases in a normal run. `FUZZ=20 npx vitest run test/syntax` tries
 * twenty times as many, other ones each time.
 */
export function fuzz(seed: number, numRuns: number): { readonly seed: number; readonly numRuns: number } {
  const factor = Number(process.env.FUZZ ?? 0);
  return factor > 0 ? { seed: Date.now() % 2 ** 31, numRuns: numRuns * factor } : { seed, numRuns };
}

/** The time that such a run may take. */
export const patience = 120_000 * Math.max(1, Number(process.env.FUZZ ?? 0));
