import * as family from '../model/families';
import type { Plan, PlannedPair } from './plan';
import { braces } from './promql';

/** A curve, or several: an expression and what it is called. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface PanelPlan {
  readonly title: string;
  readonly help: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly kind?: 'bars' | 'heat';
  /** Where the panel changes its colour. */
  readonly warnAt?: number;
}

export interface PanelRow {
  readonly title: string;
  readonly panels: readonly PanelPlan[];
}

/** What the variables of the dashboard choose. */
const CHOSEN = 'job=~"$job",model_name=~"$model",instance=~"$instance",engine=~"$engine"';

const RATE = '[$__rate_interval]';

const ENGINE = '{{instance}} {{engine}}';

/** Units as Grafana names them; MB are 2^20 bytes. */
const UNITS = { seconds: 's', rate: 'binBps', bytes: 'bytes', perSecond: 'cps', share: 'percentunit', plain: 'short' };

/** The rows of panels for one pair of sides. */
export function panelRows(plan: Plan, pair: PlannedPair): PanelRow[] {
  const { thresholds } = plan;
  const series = (name: string, matchers: string, ...more: string[]) =>
    plan.series(name) + braces(matchers, CHOSEN, ...more);
  const rate = (name: string, matchers: string, ...more: string[]) => `rate(${series(name, matchers, ...more)}${RATE})`;
  const sum = (expression: string) => `sum(${expression})`;
  const byEngine = (expression: string) => `sum by (instance, engine) (${expression})`;
  const mean = (name: string, matchers: string): Query => ({
    expr: `${sum(rate(`${name}_sum`, matchers))} / (${sum(rate(`${name}_count`, matchers))} > 0)`,
    legend: 'mean',
  });
  const percentiles = (name: string, matchers: string): Query[] =>
    [0.5, 0.9, 0.99].map((part) => ({
      expr: `histogram_quantile(${part}, sum by (le) (${rate(`${name}_bucket`, matchers)}))`,
      legend: `P${part * 100}`,
    }));
  const distribution = (title: string, name: string, matchers: string, unit: string, help: string): PanelPlan => ({
    title,
    help,
    unit,
    queries: [mean(name, matchers), ...percentiles(name, matchers)],
  });
  const events = (title: string, name: string, matchers: string, help: string): PanelPlan => ({
    title,
    help,
    unit: UNITS.plain,
    kind: 'bars',
    queries: [{ expr: byEngine(`increase(${series(`${name}_total`, matchers)}${RATE})`), legend: ENGINE }],
  });
  const { transfers, prefill, decode } = pair;
  const bytes = sum(rate(`${family.BYTES}_sum`, transfers));
  const seconds = sum(rate(`${family.XFER_TIME}_sum`, transfers));
  const counted = `Counted on ${pair.counting}.`;
  const side = (name: 'prefill' | 'decode', matchers: string): PanelRow => ({
    title: pair.apart ? `Serving on ${name}` : 'Serving',
    panels: [
      {
        title: 'Running and waiting',
        help: 'Requests that are computed, that wait for room, and that wait for something else, such as KV.',
        unit: UNITS.plain,
        queries: [
          { expr: sum(series(family.RUNNING, matchers)), legend: 'running' },
          { expr: sum(series(family.WAITING, matchers)), legend: 'waiting' },
          { expr: sum(series(family.WAITING_BY_REASON, matchers, 'reason="deferred"')), legend: 'deferred' },
        ],
      },
      {
        title: 'KV cache usage',
        help: 'Share of the KV blocks that are in use.',
        unit: UNITS.share,
        warnAt: thresholds.kvUsage,
        queries: [{ expr: `max by (instance, engine) (${series(family.KV_USAGE, matchers)})`, legend: ENGINE }],
      },
      distribution(
        'Time to first token',
        family.TTFT,
        matchers,
        UNITS.seconds,
        'From the arrival at the engines of this side; on decode the wait for KV is part of it.',
      ),
      ...(name === 'decode' || !pair.apart
        ? [distribution('Inter-token latency', family.ITL, matchers, UNITS.seconds, 'Time between two tokens.')]
        : []),
      {
        title: 'Prompt tokens by source',
        help: 'Prefill should compute nearly all, decode should fetch nearly all.',
        unit: UNITS.perSecond,
        queries: [
          {
            expr: `sum by (source) (${rate(`${family.PROMPT_TOKENS_BY_SOURCE}_total`, matchers)})`,
            legend: '{{source}}',
          },
        ],
      },
      {
        title: 'Finished requests',
        help: 'By the reason for which they ended; on decode an error is often KV that could not be loaded.',
        unit: UNITS.perSecond,
        queries: [
          {
            expr: `sum by (finished_reason) (${rate(`${family.FINISHED}_total`, matchers)})`,
            legend: '{{finished_reason}}',
          },
        ],
      },
    ],
  });
  return [
    {
      title: 'Transfers',
      panels: [
        {
          title: 'Transfers',
          help: `Finished transfers; every tensor-parallel rank makes its own. ${counted}`,
          unit: UNITS.perSecond,
          queries: [{ expr: byEngine(rate(`${family.XFER_TIME}_count`, transfers)), legend: ENGINE }],
        },
        distribution(
          'Transfer time',
          family.XFER_TIME,
          transfers,
          UNITS.seconds,
          'The time to post is part of it. Percentiles below 5 ms and above 5 s are made up by interpolation.',
        ),
        {
          title: 'Link load',
          help: 'Bytes per second of wall time, all transfers together: what the network carries.',
          unit: UNITS.rate,
          queries: [{ expr: bytes, legend: 'all engines' }],
        },
        {
          title: 'Per-transfer rate',
          help: 'Bytes per second of transfer time, as in the log line of vLLM: the mean rate of one transfer.',
          unit: UNITS.rate,
          queries: [{ expr: `${bytes} / (${seconds} > 0)`, legend: 'one transfer' }],
        },
        {
          title: 'Transfers in flight',
          help: 'Transfer time per second of wall time: how many are under way at once.',
          unit: UNITS.plain,
          queries: [{ expr: seconds, legend: 'in flight' }],
        },
        {
          title: 'Transfer times',
          help: 'How many transfers fell into each bucket.',
          unit: UNITS.seconds,
          kind: 'heat',
          queries: [
            {
              expr: `sum by (le) (increase(${series(`${family.XFER_TIME}_bucket`, transfers)}${RATE}))`,
              legend: '{{le}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Shape of transfers',
      panels: [
        distribution('Bytes of a transfer', family.BYTES, transfers, UNITS.bytes, 'Of one rank.'),
        distribution('Descriptors of a transfer', family.DESCRIPTORS, transfers, UNITS.plain, 'Pieces of memory.'),
        {
          title: 'Bytes of a descriptor',
          help: 'Small ones, of 64 KiB and less, keep the rate low.',
          unit: UNITS.bytes,
          queries: [{ expr: `${bytes} / (${sum(rate(`${family.DESCRIPTORS}_sum`, transfers))} > 0)`, legend: 'bytes' }],
        },
        distribution('Post time', family.POST_TIME, transfers, UNITS.seconds, 'To submit a transfer.'),
        {
          title: 'Post share',
          help: 'Of the transfer time; where it is most of it, submitting is the bottleneck.',
          unit: UNITS.share,
          warnAt: thresholds.postShare,
          queries: [{ expr: `${sum(rate(`${family.POST_TIME}_sum`, transfers))} / (${seconds} > 0)`, legend: 'share' }],
        },
      ],
    },
    {
      title: 'Failures',
      panels: [
        events('Failed transfers', family.FAILED, transfers, counted),
        events('Failed notifications', family.FAILED_NOTIFICATIONS, decode, 'Counted on decode.'),
        events('Expired KV', family.EXPIRED, prefill, 'Requests whose KV nobody fetched in time. Counted on prefill.'),
        events(
          'Late notifications',
          family.LATE,
          prefill,
          'Decode read blocks that prefill had freed: answers may be wrong. Counted on prefill.',
        ),
        {
          title: 'Failure share',
          help: 'Of all transfers that ended; nothing where none did.',
          unit: UNITS.share,
          warnAt: thresholds.failureShare,
          queries: [
            {
              expr: `${sum(rate(`${family.FAILED}_total`, transfers))} / (${sum(rate(`${family.FAILED}_total`, transfers))} + ${sum(rate(`${family.XFER_TIME}_count`, transfers))} > 0)`,
              legend: 'share',
            },
          ],
        },
        events('Preemptions', family.PREEMPTIONS, pair.all, 'Requests that lost their blocks to others.'),
      ],
    },
    ...(pair.apart ? [side('prefill', prefill), side('decode', decode)] : [side('decode', pair.all)]),
  ];
}
