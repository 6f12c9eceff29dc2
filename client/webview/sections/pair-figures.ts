import type { PairRow } from '../../../protocol/metrics';
import {
  amount,
  band,
  beside,
  bytes,
  count,
  gigabits,
  megabytes,
  milliseconds,
  NONE,
  percent,
  perSecond,
  plural,
  rate,
} from '../format';

/** One figure of a pair: what it is called, what it is, what goes with it, and how it was made. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
  readonly help: string;
  readonly bad?: boolean;
  readonly spark?: 'linkLoadMBps' | 'avgTransferMs';
}

/** The figures of a pair in the order in which one reads them. */
export function figuresOf({ window: w, prefillServing: p, decodeServing: d }: PairRow): readonly Figure[] {
  const failures = [w.failedTransfers, w.kvExpired, w.lateNotifications];
  return [
    {
      name: 'Link load',
      value: rate(w.linkLoadMBps),
      detail: gigabits(w.linkLoadMBps),
      help: 'Bytes over wall time: what the link carried. MB is 2^20 bytes, Gbit is 10^9 bits.',
      spark: 'linkLoadMBps',
    },
    {
      name: 'Transfers',
      value: perSecond(w.transfersPerSecond),
      detail: w.inFlight === null ? '' : `${amount(w.inFlight)} under way`,
      help: 'Transfers of single ranks, not requests: a request of a tensor-parallel engine moves one per rank.',
    },
    {
      name: 'Mean transfer',
      value: milliseconds(w.avgTransferMs),
      detail: detail('P90', band(w.p90TransferMs)),
      help: 'Summed transfer time over transfers. A percentile is as exact as its bucket.',
      spark: 'avgTransferMs',
    },
    {
      name: 'Rate of one transfer',
      value: rate(w.throughputMBps),
      detail: detail('', megabytes(w.avgMBPerTransfer), 'each'),
      help: 'Bytes over summed transfer time, as in vLLM’s log line. Not what the link carries: see link load.',
    },
    {
      name: 'Descriptors',
      value: count(w.avgDescriptors),
      detail: detail('', bytes(w.bytesPerDescriptor), 'each'),
      help: 'Pieces of memory of one transfer. Many small ones are slow.',
    },
    {
      name: 'Posting',
      value: milliseconds(w.avgPostMs),
      detail: detail('', percent(w.postShare), 'of the transfer'),
      help: 'Time until a transfer was handed to the network. It is part of the transfer time.',
    },
    {
      name: 'Failed',
      value: count(w.failedTransfers),
      detail: w.failedNotifications ? plural(w.failedNotifications, 'notification') : '',
      help: 'Increase in the window. Zero is a figure; – says that no page has it.',
      bad: Boolean(failures[0]),
    },
    {
      name: 'Expired',
      value: count(w.kvExpired),
      detail: w.lateNotifications ? plural(w.lateNotifications, 'late notification') : '',
      help: 'Requests whose KV prefill gave up because nobody fetched it in time. Counted on prefill.',
      bad: Boolean(failures[1] || failures[2]),
    },
    {
      name: 'Queue',
      value: beside(count(p.waiting), count(d.waiting)),
      detail:
        d.waitingDeferred === null
          ? ''
          : `${count(d.waitingDeferred)} ${d.waitingDeferred === 1 ? 'waits' : 'wait'} for KV`,
      help: 'Requests that wait: on prefill / on decode.',
    },
    {
      name: 'Running',
      value: beside(count(p.running), count(d.running)),
      detail: 'prefill / decode',
      help: 'Requests in the batch: on prefill / on decode.',
    },
    {
      name: 'KV in use',
      value: beside(percent(p.kvUsage), percent(d.kvUsage)),
      detail: 'prefill / decode',
      help: 'Share of the KV cache’s blocks in use: on prefill / on decode.',
    },
    {
      name: 'First token',
      value: beside(milliseconds(p.avgTtftMs), milliseconds(d.avgTtftMs)),
      detail: detail('decode P90', band(d.p90TtftMs)),
      help: 'Mean time to first token of each side from its own arrival: what a client waits is about the sum.',
    },
    {
      name: 'Between tokens',
      value: milliseconds(d.avgItlMs),
      detail: detail('P90', band(d.p90ItlMs)),
      help: 'Mean time between tokens on decode.',
    },
    {
      name: 'From the cache',
      value: beside(percent(p.prefixHitRate), percent(d.externalHitRate)),
      detail: 'prefill / decode',
      help: 'Tokens of prompts found in prefill’s own prefix cache / fetched by decode from prefill. Near 100 % on a decode that works.',
    },
  ];
}

function detail(before: string, value: string, after = ''): string {
  return value === NONE ? '' : [before, value, after].filter(Boolean).join(' ');
}

/** `2 prefill → 4 decode`; what is not known is said so. */
export function sides({ prefill, decode }: PairRow): string {
  const side = (engines: readonly string[], name: string) =>
    engines.length > 0 ? `${count(engines.length)} ${name}` : `${name} not in sight`;
  return `${side(prefill, 'prefill')} → ${side(decode, 'decode')}`;
}

/** The figures of all pairs as text for the clipboard: columns are set apart by tabulators. */
export function figuresText(pairs: readonly PairRow[], heading: string): string {
  const lines = pairs.flatMap((pair) => [
    `${pair.label}\t${sides(pair)}`,
    ...figuresOf(pair).map(({ name, value, detail }) => `${name}\t${value}${detail ? `\t${detail}` : ''}`),
    '',
  ]);
  return [heading, '', ...lines].join('\n');
}
