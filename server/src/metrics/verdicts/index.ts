import type { VerdictSeverity } from '../../../../protocol/metrics';
import type { Verdict, VerdictKind, Watched } from '../verdict';
import { configDrift } from './config-drift';
import { decodeRecomputes } from './decode-recomputes';
import { endpointDown } from './endpoint-down';
import { endpointShared } from './endpoint-shared';
import { imbalance } from './imbalance';
import { kvCacheFull } from './kv-cache-full';
import { kvExpired } from './kv-expired';
import { lateNotifications } from './late-notifications';
import { metricMissing } from './metric-missing';
import { nixlFiguresMissing } from './nixl-figures-missing';
import { oldMetrics } from './old-metrics';
import { oneSideSilent } from './one-side-silent';
import { prefillsStranded } from './prefills-stranded';
import { roleContradicted } from './role-contradicted';
import { smallDescriptors } from './small-descriptors';
import { statsDisabled } from './stats-disabled';
import { submissionBound } from './submission-bound';
import { tcpLikeThroughput } from './tcp-like-throughput';
import { telemetryOff } from './telemetry-off';
import { transfersFailing } from './transfers-failing';
import { transfersStuck } from './transfers-stuck';

/** All kinds, in the order in which they explain: what hides others first. */
export const VERDICTS: readonly VerdictKind[] = [
  endpointDown,
  endpointShared,
  statsDisabled,
  nixlFiguresMissing,
  telemetryOff,
  lateNotifications,
  transfersFailing,
  kvExpired,
  configDrift,
  oneSideSilent,
  transfersStuck,
  roleContradicted,
  decodeRecomputes,
  prefillsStranded,
  kvCacheFull,
  imbalance,
  tcpLikeThroughput,
  smallDescriptors,
  submissionBound,
  metricMissing,
  oldMetrics,
];

const WEIGHT: Readonly<Record<VerdictSeverity, number>> = { critical: 0, warning: 1, info: 2 };

/**
 * What the figures say, most severe first, then by endpoint and engine; what concerns no single one comes first.
 * @param onProblem hears of a kind that failed: it costs its own verdicts only
 */
export function look(
  watched: Watched,
  onProblem?: (kind: string, error: unknown) => void,
  kinds: readonly VerdictKind[] = VERDICTS,
): readonly Verdict[] {
  const found: Verdict[] = [];
  for (const kind of kinds) {
    try {
      // Taken as a whole, so that half of what a failing kind says is not said.
      found.push(...[...kind.look(watched)]);
    } catch (error) {
      onProblem?.(kind.id, error);
    }
  }
  const order = new Map(kinds.map(({ id }, index) => [id, index]));
  return found.sort(
    (a, b) =>
      WEIGHT[a.severity] - WEIGHT[b.severity] ||
      compare(a.endpoint, b.endpoint) ||
      compare(a.engine, b.engine) ||
      (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0) ||
      compare(a.group ?? null, b.group ?? null),
  );
}

const numeric = new Intl.Collator('en', { numeric: true });

function compare(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return numeric.compare(a, b);
}
