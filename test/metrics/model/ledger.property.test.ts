import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counterText, Fed, LABELS } from './pages';

const FAILED = 'vllm:nixl_num_failed_transfers';
const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';

/** What happens to an engine between two moments, and what becomes of the page of the second one. */
const step = fc.record({
  seconds: fc.integer({ min: 1, max: 400 }),
  failed: fc.integer({ min: 0, max: 50 }),
  expired: fc.integer({ min: 0, max: 50 }),
  restarts: fc.boolean(),
  fate: fc.constantFrom('whole', 'whole', 'whole', 'lost', 'cut', 'without', 'no number'),
});

describe('an engine that restarts, through pages that are lost', () => {
  it('has counted all that pages can tell', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.integer({ min: 0, max: 100 }), (steps, begin) => {
        const fed = new Fed();
        let at = 0;
        let starts = 1;
        const truth = { failed: begin, expired: begin };
        const page = (more = '') =>
          `process_start_time_seconds ${starts}\n${more || counterText(FAILED, LABELS, truth.failed)}${counterText(EXPIRED, LABELS, truth.expired)}`;
        fed.page('d', at, page());
        // Restarts cost what was counted since the last page that had the series; the last process is known by its last page.
        const told = { failed: 0, expired: 0 };
        const seen = { failed: begin, expired: begin };
        for (const { seconds, failed, expired, restarts, fate } of steps) {
          at += seconds * 1000;
          if (restarts) {
            starts += 1;
            truth.failed = 0;
            truth.expired = 0;
            seen.failed = 0;
            seen.expired = 0;
          }
          truth.failed += failed;
          truth.expired += expired;
          if (fate === 'lost') fed.lost('d', at);
          if (fate === 'cut') fed.page('d', at, page().slice(0, -4));
          if (fate === 'without') fed.page('d', at, page('\n'));
          if (fate === 'no number') fed.page('d', at, page(counterText(FAILED, LABELS, 'NaN')));
          if (fate === 'whole') fed.page('d', at, page());
          for (const name of ['failed', 'expired'] as const) {
            if (fate === 'lost' || fate === 'cut' || (name === 'failed' && fate !== 'whole')) continue;
            told[name] += truth[name] - seen[name];
            seen[name] = truth[name];
          }
        }
        expect(fed.engine('d')).toMatchObject({ failedTransfers: told.failed, kvExpired: told.expired });
        // However long the time is that is looked back on: nothing comes twice, nothing is lost.
        const halves = [at / 2000, at / 1000].map((back) => {
          const { window } = fed.deployment.update(at, { running: true, windowSeconds: back, source: 'live' })
            .engines[0]!;
          return window.kvExpired ?? 0;
        });
        expect(halves[0]).toBeLessThanOrEqual(halves[1]!);
        expect(halves[1]).toBe(told.expired);
      }),
      { numRuns: 300 },
    );
  });
});
