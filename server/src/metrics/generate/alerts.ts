import * as family from '../model/families';
import type { Plan, PlannedPair } from './plan';
import { braces } from './promql';

/** A rule of Prometheus that tells of trouble. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly summary: string;
  readonly description: string;
}

/** Four scrapes of a minute, or twenty of fifteen seconds: what PromQL needs to see a counter rise. */
const WINDOW = '5m';

/** Labels by which engines are told apart. */
const BY_ENGINE = 'by (job, instance, pod, model_name, engine)';

/** The rules for one pair of sides. */
export function alertRules(plan: Plan, pair: PlannedPair): AlertRule[] {
  const { thresholds } = plan;
  const series = (name: string, matchers: string, ...more: string[]) => plan.series(name) + braces(matchers, ...more);
  const increase = (name: string, matchers: string, ...more: string[]) =>
    `increase(${series(name, matchers, ...more)}[${WINDOW}])`;
  const byEngine = (expression: string) => `sum ${BY_ENGINE} (${expression})`;
  const total = (expression: string) => `sum(${expression})`;
  const failed = `${family.FAILED}_total`;
  const done = `${family.XFER_TIME}_count`;
  const failures = byEngine(increase(failed, pair.transfers));
  const successes = byEngine(increase(done, pair.transfers));
  const rules: AlertRule[] = [
    {
      alert: 'NixlTelemetryOff',
      expr: lines(
        `${byEngine(series(failed, pair.transfers))} >= ${thresholds.telemetryOffFailures}`,
        `  and ${byEngine(series(done, pair.transfers))} == 0`,
        `  and ${failures} > 0`,
      ),
      severity: 'critical',
      summary: 'Every KV transfer counts as failed and none as done',
      description:
        'Engine {{ $labels.engine }} of {{ $labels.instance }} has booked {{ $value }} failed transfers and never a finished one. With the telemetry of NIXL off, vLLM takes finished transfers for failed ones: unset NIXL_TELEMETRY_ENABLE or set it to y.',
    },
    {
      alert: 'NixlTransfersFailing',
      expr: `${failures} > 0`,
      severity: 'warning',
      summary: 'KV transfers fail',
      description:
        'About {{ $value | humanize }} transfers of engine {{ $labels.engine }} of {{ $labels.instance }} failed within five minutes. Look at the links and at the logs of UCX.',
    },
    {
      alert: 'NixlTransferFailureShare',
      expr: lines(failures, `  / (${failures} + ${successes})`, `  > ${thresholds.failureShare}`),
      for: '5m',
      severity: 'critical',
      summary: 'Many KV transfers fail',
      description:
        'For five minutes {{ $value | humanizePercentage }} of the transfers of engine {{ $labels.engine }} of {{ $labels.instance }} failed.',
    },
    {
      alert: 'NixlLateNotifications',
      expr: `${byEngine(increase(`${family.LATE}_total`, pair.prefill))} > 0`,
      severity: 'critical',
      summary: 'Decode read KV after prefill had freed it',
      description:
        'Prefill engine {{ $labels.engine }} of {{ $labels.instance }} heard of about {{ $value | humanize }} reads after their lease had run out: the blocks may have held other requests, and answers may be wrong. Raise kv_lease_duration, or relieve decode.',
    },
    {
      alert: 'NixlKvExpired',
      expr: `${byEngine(increase(`${family.EXPIRED}_total`, pair.prefill))} > 0`,
      severity: 'warning',
      summary: 'KV expires on prefill before decode fetches it',
      description:
        'The KV of about {{ $value | humanize }} requests expired on engine {{ $labels.engine }} of {{ $labels.instance }} within five minutes: decode is overloaded or gone, clients give up, or kv_lease_duration is too short.',
    },
    {
      alert: 'NixlFailedNotifications',
      expr: `${byEngine(increase(`${family.FAILED_NOTIFICATIONS}_total`, pair.decode))} > 0`,
      severity: 'warning',
      summary: 'Decode cannot tell prefill that it needs no transfer',
      description:
        'About {{ $value | humanize }} notices of engine {{ $labels.engine }} of {{ $labels.instance }} failed within five minutes: prefill keeps those blocks until their lease runs out.',
    },
    {
      alert: 'NixlTransfersStuck',
      expr: lines(
        `${total(series(family.WAITING_BY_REASON, pair.decode, 'reason="deferred"'))} > 0`,
        `  and ${total(`increase(${series(done, pair.transfers)}[2m])`)} == 0`,
      ),
      for: forAtLeast(thresholds.silentSeconds),
      severity: 'warning',
      summary: 'Requests wait on decode and no KV arrives',
      description:
        '{{ $value }} requests wait on decode for something other than room, and no transfer finished. Check that VLLM_NIXL_SIDE_CHANNEL_HOST and its port can be reached from decode.',
    },
    {
      alert: 'VllmKvCacheFull',
      expr: `max ${BY_ENGINE} (${series(family.KV_USAGE, pair.all)}) > ${thresholds.kvUsage}`,
      for: '5m',
      severity: 'warning',
      summary: 'The KV cache is full',
      description:
        'Engine {{ $labels.engine }} of {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its KV blocks for five minutes: requests wait or are preempted.',
    },
  ];
  if (pair.apart) rules.push(...rulesOfSides(plan, pair));
  if (pair.targets !== undefined) {
    rules.push({
      alert: 'VllmEndpointDown',
      expr: `up${braces(pair.targets)} == 0`,
      for: '1m',
      severity: 'critical',
      summary: 'An engine of the deployment does not answer',
      description: 'Prometheus has had no page of {{ $labels.instance }} for a minute.',
    });
  }
  return rules;
}

/** Rules that hold one side against the other. */
function rulesOfSides(plan: Plan, pair: PlannedPair): AlertRule[] {
  const { thresholds } = plan;
  const increase = (name: string, matchers: string, ...more: string[]) =>
    `sum(increase(${plan.series(name)}${braces(matchers, ...more)}[${WINDOW}]))`;
  const sources = `${family.PROMPT_TOKENS_BY_SOURCE}_total`;
  const computed = increase(sources, pair.decode, 'source="local_compute"');
  const prompts = increase(`${family.PROMPT_TOKENS}_total`, pair.decode);
  return [
    {
      alert: 'NixlNoTransfers',
      expr: lines(
        `${increase(`${family.FINISHED}_total`, pair.prefill, 'finished_reason="length"')} > ${thresholds.fewestRequests}`,
        `  and ${increase(`${family.XFER_TIME}_count`, pair.transfers)} == 0`,
        // A prompt that decode has in its own cache needs no transfer.
        `  unless ${increase(sources, pair.decode, 'source="local_cache_hit"')} > 0`,
      ),
      for: forAtLeast(thresholds.silentSeconds),
      severity: 'warning',
      summary: 'Prefill finishes requests and no KV is transferred',
      description:
        'Prefill finished about {{ $value | humanize }} requests within five minutes and no transfer was counted: decode is gone, or the proxy does not pass on kv_transfer_params.',
    },
    {
      alert: 'NixlDecodeRecomputes',
      expr: lines(
        computed,
        `  / ${prompts} > ${thresholds.recomputedShare}`,
        `  and ${prompts} > ${thresholds.fewestTokens}`,
      ),
      for: '2m',
      severity: 'warning',
      summary: 'Decode computes prompts itself',
      description:
        'Decode computed {{ $value | humanizePercentage }} of its prompt tokens instead of fetching them: KV failed to load, or requests come without kv_transfer_params.',
    },
  ];
}

/** Prometheus looks every minute or so: shorter waits say nothing. */
function forAtLeast(seconds: number): string {
  return `${Math.max(60, Math.ceil(seconds))}s`;
}

function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}
