import type { MetricsUpdate } from '../../../../protocol/metrics';
import { type Deployment, type Report, verdictReport } from '../../metrics/model';
import type { Thresholds } from '../../metrics/thresholds';
import type { Verdict } from '../../metrics/verdict';
import { look } from '../../metrics/verdicts';
import { EXIT } from '../terminal';

/** What a run has found so far. */
export interface Outcome {
  readonly report: Report;
  readonly update: MetricsUpdate;
  readonly verdicts: readonly Verdict[];
}

export interface OutcomeOptions {
  readonly thresholds: Thresholds;
  /** Seconds that verdicts look back; infinite: to the first page. */
  readonly windowSeconds: number;
  readonly source: MetricsUpdate['source'];
  /** Hears of a kind of verdict that failed. */
  readonly onProblem: (message: string) => void;
}

/** Figures since the first page, and what they say. */
export function outcomeOf(deployment: Deployment, now: number, options: OutcomeOptions): Outcome {
  const { thresholds, windowSeconds, source, onProblem } = options;
  const verdicts = look(deployment.watched(windowSeconds, thresholds, now), (kind, error) => {
    onProblem(`${kind}: cannot be judged (${error instanceof Error ? error.message : 'unknown error'}).`);
  });
  const update = deployment.update(now, { running: true, windowSeconds: Number.POSITIVE_INFINITY, source });
  return { report: { ...deployment.report(now), verdicts: verdicts.map(verdictReport) }, update, verdicts };
}

/** 2 where nobody could be read, 1 where something critical holds. */
export function exitCode({ update, verdicts }: Outcome): number {
  if (!update.endpoints.some(({ lastPageAt }) => lastPageAt !== null)) return EXIT.failed;
  return verdicts.some(({ severity }) => severity === 'critical') ? EXIT.found : EXIT.fine;
}
