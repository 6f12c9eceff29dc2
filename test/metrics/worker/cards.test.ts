import { expect, it } from 'vitest';
import type { Verdict } from '../../../server/src/metrics/verdict';
import { Cards } from '../../../server/src/metrics/worker/cards';

const verdict: Verdict = {
  id: 'kv-expired',
  severity: 'warning',
  title: 'KV expires unfetched',
  endpoint: 'prefill',
  engine: '0',
  message: 'Two.',
  evidence: ['expired: 2'],
  settings: [{ kind: 'flag', name: 'block-size' }],
  sources: ['vllm#32340'],
};

it('cards remember since when a verdict holds, as long as it does', () => {
  const cards = new Cards();
  const since = (verdicts: readonly Verdict[], now: number) => cards.of(verdicts, now).map(({ card }) => card.since);
  expect(since([verdict], 1000)).toEqual([1000]);
  expect(
    since(
      [
        { ...verdict, message: 'Three.' },
        { ...verdict, engine: '1' },
      ],
      2000,
    ),
  ).toEqual([1000, 2000]);
  expect(since([], 3000)).toEqual([]);
  expect(since([verdict], 4000)).toEqual([4000]);
});

it('cards name settings as they are written, and sources by their addresses', () => {
  const [found] = new Cards().of([verdict], 0);
  expect(found!.card.lines).toEqual([{ name: '--block-size', place: null }]);
  expect(found!.card.sources).toEqual([expect.stringMatching(/^https:.*32340$/)]);
});
