import type {
  ChartHistory,
  ChartInfo,
  EndpointRow,
  EngineRow,
  HistoryParams,
  MetricsUpdate,
  PairRow,
  ServingFigures,
  TransferFigures,
  VerdictCard,
} from '../../protocol/metrics.ts';

/** What a made-up deployment is like. */
export interface FeedOptions {
  readonly prefill: number;
  readonly decode: number;
  readonly mood: 'healthy' | 'failing' | 'idle' | 'stale' | 'no-nixl' | 'first-page';
  readonly model?: string;
}

export const START = Date.UTC(2026, 0, 15, 9, 0, 0);
/** What there is to look back on begins there. */
const RECORDED_FROM = START - 6 * 3600_000;
const BUCKETS = ['5', '10', '25', '50', '75', '100', '200', '300', '500', '750', '1000', '5000', '+Inf'];

const info = (
  id: string,
  title: string,
  group: ChartInfo['group'],
  unit: ChartInfo['unit'],
  help: string,
): ChartInfo => ({
  id,
  title,
  group,
  unit,
  help,
  metrics: ['vllm:nixl_xfer_time_seconds'],
  query: 'sum(rate(vllm:nixl_xfer_time_seconds_count[1m]))',
});

export const CHARTS: readonly ChartInfo[] = [
  info('link-load', 'Link load', 'transfers', 'MB/s', 'Bytes over wall time: what the link carried.'),
  info('transfers', 'Transfers', 'transfers', 'per second', 'Transfers of ranks, not requests.'),
  info('transfer-time', 'Mean transfer time', 'transfers', 'ms', 'Summed time over transfers.'),
  info('throughput', 'Rate of one transfer', 'transfers', 'MB/s', 'Bytes over summed transfer time.'),
  {
    ...info('transfer-buckets', 'Transfer time, by bucket', 'shape', 'ms', 'How many fell into each bucket.'),
    kind: 'heat',
  },
  info('size', 'Size of a transfer', 'shape', 'MB', 'Bytes over transfers.'),
  info('failed', 'Failed transfers', 'failures', 'events', 'Increase between two points.'),
  info('expired', 'Expired KV', 'failures', 'events', 'Requests whose KV nobody fetched in time.'),
  info('running', 'Requests running', 'serving', 'count', 'Now in the batch.'),
  info('kv-usage', 'KV cache in use', 'serving', 'percent', 'Share of blocks in use.'),
  info('ttft', 'Time to first token', 'serving', 'ms', 'From arrival at this engine.'),
  info('itl', 'Time between tokens', 'serving', 'ms', 'Mean.'),
];

/** A number that looks random and is the same every time. */
function noise(...seeds: readonly number[]): number {
  let x = 0x9e3779b9;
  for (const seed of seeds) {
    x = Math.imul(x ^ Math.floor(seed), 0x85ebca6b);
    x ^= x >>> 13;
    x = Math.imul(x, 0xc2b2ae35);
    x ^= x >>> 16;
  }
  return (x >>> 0) / 2 ** 32;
}

/** Updates and curves of a deployment that is made up, in the shapes that the server sends. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #model: string;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#model = options.model ?? 'Qwen/Qwen3-32B';
  }

  update(at: number, running = true): MetricsUpdate {
    const engines = this.#engines(at);
    return {
      at,
      running,
      intervalMs: 2000,
      windowSeconds: 60,
      source: 'live',
      charts: CHARTS,
      endpoints: this.#endpoints(at),
      engines,
      pairs: this.#pairs(at, engines),
      verdicts: this.#verdicts(at),
      others: [{ name: 'vllm:nixl_num_pending_sends', endpoint: 'prefill-0', labels: { engine: '0' }, value: 3 }],
      recorded: { from: RECORDED_FROM, to: at },
    };
  }

  history({ from, to, points, charts, by }: HistoryParams): ChartHistory[] {
    const step = Math.max(2000, Math.ceil((to - from) / points / 1000) * 1000);
    const times: number[] = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) times.push(at);
    const { prefill, decode } = this.#options;
    return charts.map((id) => {
      const chart = CHARTS.findIndex((info) => info.id === id);
      const heat = id === 'transfer-buckets';
      const keys = heat
        ? BUCKETS
        : by === 'engine'
          ? Array.from({ length: prefill + decode }, (_, index) => this.#name(index))
          : by === 'role'
            ? ['prefill', 'decode']
            : [this.#model];
      const lines = keys.map((key, index) => ({
        key,
        label: key,
        values: times.map((at) => (heat ? this.#bucket(index, at) : this.#value(id, chart, index, at))),
      }));
      const restart = START - 400_000;
      const restarts = restart > from && restart < to ? [{ at: restart, key: this.#name(prefill) }] : [];
      return { chart: id, times, lines, restarts };
    });
  }

  #bucket(index: number, at: number): number {
    const middle = 3 + 2 * Math.sin(at / 300_000);
    return Math.round(40 * Math.exp(-((index - middle) ** 2) / 2) * (0.6 + 0.8 * noise(index, at / 1000)));
  }

  #value(id: string, chart: number, index: number, at: number): number | null {
    const wave = 1 + 0.3 * Math.sin(at / 240_000 + index) + 0.25 * noise(chart, index, at / 1000);
    const failing = this.#options.mood === 'failing' && at > START - 180_000;
    if (id === 'failed') return failing && noise(index, at / 1000) > 0.6 ? Math.ceil(4 * noise(index, at / 999)) : 0;
    if (id === 'expired') return failing && noise(index, at / 1001) > 0.9 ? 1 : 0;
    if (this.#options.mood === 'idle' && chart < 6) return id === 'link-load' || id === 'transfers' ? 0 : null;
    const scale = [900, 18, 42, 620, 0, 64, 0, 0, 12, 55, 310, 18][chart] ?? 1;
    return scale * wave;
  }

  #name(index: number): string {
    const { prefill } = this.#options;
    return index < prefill ? `prefill-${index}` : `decode-${index - prefill}`;
  }

  #engines(at: number): EngineRow[] {
    const { prefill, decode, mood } = this.#options;
    if (mood === 'no-nixl') return [];
    return Array.from({ length: prefill + decode }, (_, index): EngineRow => {
      const isDecode = index >= prefill;
      const figures = this.#transfer(index, at, isDecode);
      return {
        key: `${this.#name(index)}/0`,
        endpoint: this.#name(index),
        engine: '0',
        model: this.#model,
        role: isDecode ? 'decode' : 'prefill',
        roleFrom: 'configuration',
        asleep: false,
        restarts: index === prefill ? 1 : 0,
        firstPageAt: RECORDED_FROM,
        window: figures,
        sinceStart: figures,
        serving: this.#serving(index, at, isDecode),
      };
    });
  }

  #transfer(index: number, at: number, counts: boolean): TransferFigures {
    const { mood } = this.#options;
    const failing = mood === 'failing';
    const none = mood === 'first-page';
    const work = counts && mood !== 'idle' && !none ? 1 : 0;
    const vary = 0.8 + 0.4 * noise(index, at / 1000);
    const transfers = Math.round(240 * vary) * work;
    const avgTransferMs = work ? 42 * vary : null;
    return {
      transfers: none ? null : transfers,
      avgTransferMs,
      p50TransferMs: work ? { gt: 25, le: 50 } : null,
      p90TransferMs: work ? { gt: 75, le: 100 } : null,
      p99TransferMs: work ? { gt: 5000, le: null } : null,
      avgPostMs: work ? 0.62 * vary : null,
      p90PostMs: work ? { gt: 0, le: 1 } : null,
      avgMBPerTransfer: work ? 64 : null,
      throughputMBps: work ? 1523 / vary : null,
      avgDescriptors: work ? 4096 : null,
      failedTransfers: none ? null : failing && counts ? 12 : 0,
      failedNotifications: none ? null : 0,
      kvExpired: none ? null : failing && !counts ? 4 : 0,
      lateNotifications: none ? null : 0,
      linkLoadMBps: none ? null : (transfers * 64) / 60,
      inFlight: none ? null : (transfers * 42 * vary) / 60_000,
      transfersPerSecond: none ? null : transfers / 60,
      bytesPerDescriptor: work ? 16_384 : null,
      postShare: work ? 0.015 : null,
    };
  }

  #serving(index: number, at: number, decode: boolean): ServingFigures {
    const vary = 0.8 + 0.4 * noise(index, 7, at / 1000);
    const idle = this.#options.mood === 'idle';
    return {
      running: idle ? 0 : Math.round((decode ? 24 : 3) * vary),
      waiting: idle ? 0 : Math.round(2 * vary),
      waitingDeferred: decode ? 1 : 0,
      kvUsage: (decode ? 0.61 : 0.22) * vary,
      avgTtftMs: idle ? null : 310 * vary,
      p90TtftMs: idle ? null : { gt: 250, le: 500 },
      avgItlMs: idle || !decode ? null : 18 * vary,
      p90ItlMs: idle || !decode ? null : { gt: 10, le: 25 },
      prefixHitRate: 0.34,
      externalHitRate: decode ? 0.98 : null,
      promptTokensPerSecond: 8200 * vary,
      generationTokensPerSecond: decode ? 1300 * vary : 4,
      promptTokensBySource: decode ? { external_kv_transfer: 8000, local_compute: 120 } : { local_compute: 8100 },
      finishedPerSecond: 4 * vary,
      preemptions: 0,
    };
  }

  #pairs(at: number, engines: readonly EngineRow[]): PairRow[] {
    const { prefill, mood } = this.#options;
    const [first, other] = [engines[0], engines[prefill]];
    if (!first || !other) return [];
    const factor = engines.length - prefill;
    const scaled = (value: number | null) => (value === null ? null : value * factor);
    const { window } = other;
    const spark = (scale: number, seed: number) =>
      Array.from({ length: 60 }, (_, index) =>
        mood === 'idle'
          ? 0
          : scale * (1 + 0.4 * noise(seed, index + at / 2000) + 0.3 * Math.sin((index + at / 2000) / 9)),
      );
    return [
      {
        key: this.#model,
        label: this.#model,
        prefill: engines.slice(0, prefill).map(({ key }) => key),
        decode: engines.slice(prefill).map(({ key }) => key),
        window: {
          ...window,
          transfers: scaled(window.transfers),
          transfersPerSecond: scaled(window.transfersPerSecond),
          linkLoadMBps: scaled(window.linkLoadMBps),
          inFlight: scaled(window.inFlight),
          kvExpired: first.window.kvExpired,
        },
        prefillServing: first.serving,
        decodeServing: other.serving,
        spark: { linkLoadMBps: spark(250, 1), avgTransferMs: spark(42, 2) },
      },
    ];
  }

  #endpoints(at: number): EndpointRow[] {
    const { prefill, decode, mood } = this.#options;
    const all = Array.from({ length: prefill + decode }, (_, index): EndpointRow => {
      const down = mood === 'stale' || (mood === 'failing' && index === 1);
      return {
        label: this.#name(index),
        url: `http://10.0.0.${index + 1}:8000/metrics`,
        state: mood === 'no-nixl' ? 'no-nixl' : down ? 'stale' : 'ok',
        lastPageAt: at - (down ? 24_000 : 400),
        latencyMs: 12 + index,
        bytes: 480_000,
        problem: down
          ? 'No answer within 5 s.'
          : mood === 'no-nixl'
            ? 'The page of vLLM has no figures of NIXL.'
            : null,
        engines: 1,
        nextAt: down ? at + 8000 : null,
      };
    });
    return all;
  }

  #verdicts(at: number): VerdictCard[] {
    if (this.#options.mood !== 'failing') return [];
    return [
      {
        id: 'telemetry-off',
        severity: 'critical',
        title: 'Every transfer is booked as failed',
        endpoint: 'decode-0',
        engine: '0',
        message:
          'NIXL reports no telemetry, so vLLM books finished transfers as failed and answers with HTTP 500. Unset NIXL_TELEMETRY_ENABLE.',
        evidence: ['failed transfers: 12 in 60 s', 'transfers since the start: 0'],
        since: at - 90_000,
        lines: [
          {
            name: 'NIXL_TELEMETRY_ENABLE',
            place: {
              uri: 'file:///w/decode.yaml',
              range: { start: { line: 41, character: 10 }, end: { line: 41, character: 31 } },
              text: 'decode.yaml:42',
            },
          },
        ],
        sources: ['https://github.com/vllm-project/vllm/pull/58038'],
      },
      {
        id: 'kv-expired',
        severity: 'warning',
        title: 'KV expires before decode fetches it',
        endpoint: 'prefill-0',
        engine: '0',
        message: 'Leases run out on prefill. Decode is overloaded or gone; raise kv_lease_duration if it is only slow.',
        evidence: ['expired: 4 in 60 s'],
        since: at - 30_000,
        lines: [{ name: 'kv_lease_duration', place: null }],
        sources: [],
      },
    ];
  }
}
