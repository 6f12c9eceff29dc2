import type { EndpointState, EngineRole } from '../../protocol/metrics';
import type { Labels } from '../../server/src/metrics/page';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../server/src/metrics/thresholds';
import type { Watched, WatchedEndpoint } from '../../server/src/metrics/verdict';
import type { EngineWindow } from '../../server/src/metrics/window';

/** One figure, or one for each value of the family's own label. */
type ByLabel = number | Readonly<Record<string, number>>;

/** What an engine showed in a window; what is not given is not on its page. */
export interface Figures {
  readonly endpoint?: string;
  readonly engine?: string;
  readonly model?: string;
  readonly role?: EngineRole;
  readonly roleFrom?: EngineWindow['roleFrom'];
  readonly labels?: Labels;
  readonly seconds?: number;
  readonly restarts?: number;
  readonly counters?: Readonly<Record<string, ByLabel>>;
  /** Count and sum. */
  readonly histograms?: Readonly<Record<string, readonly [number, number]>>;
  readonly gauges?: Readonly<Record<string, ByLabel>>;
  /** The lowest values of gauges; as the last ones where nothing is said. */
  readonly lowest?: Readonly<Record<string, ByLabel>>;
  /** Where the process has counted more than in the window. */
  readonly lifetimes?: Readonly<Record<string, number | null>>;
  readonly infos?: Readonly<Record<string, Labels>>;
}

/** The label by which a family has several figures. */
const OWN_LABEL: Readonly<Record<string, string>> = {
  'vllm:request_success': 'finished_reason',
  'vllm:prompt_tokens_by_source': 'source',
  'vllm:num_requests_waiting_by_reason': 'reason',
  'vllm:engine_sleep_state': 'sleep_state',
};

/** The window of an engine with exactly these figures. */
export function engineWindow(figures: Figures): EngineWindow {
  const { endpoint = figures.role ?? 'engine', engine = '0', model = 'm', labels = {} } = figures;
  const gauges = (table: Figures['gauges']) => (family: string, only?: Labels) => pick(table?.[family], family, only);
  return {
    id: { key: `${endpoint}/${engine}`, endpoint, engine, model, labels: { engine, model_name: model, ...labels } },
    role: figures.role,
    roleFrom: figures.roleFrom ?? (figures.role && 'configuration'),
    seconds: figures.seconds ?? 60,
    restarts: figures.restarts ?? 0,
    counter: gauges(figures.counters),
    histogram: (family) => {
      const found = figures.histograms?.[family];
      return found
        ? { count: found[0], sum: found[1], buckets: [{ le: Number.POSITIVE_INFINITY, count: found[0] }] }
        : null;
    },
    gauge: gauges(figures.gauges),
    lowest: gauges({ ...figures.gauges, ...figures.lowest }),
    lifetime: (family) => {
      const told = figures.lifetimes?.[family];
      return told !== undefined
        ? told
        : (figures.histograms?.[family]?.[0] ?? pick(figures.counters?.[family], family));
    },
    info: (family) => figures.infos?.[family] ?? null,
    declares: (family) => familiesOf(figures).has(family),
    counterBy: (family) => {
      const found = figures.counters?.[family];
      return typeof found === 'object' ? found : null;
    },
  };
}

function pick(found: ByLabel | undefined, family: string, only?: Labels): number | null {
  if (found === undefined) return null;
  if (typeof found === 'number') return found;
  const wanted = only?.[OWN_LABEL[family]!];
  if (wanted !== undefined) return found[wanted] ?? 0;
  return Object.values(found).reduce((all, one) => all + one, 0);
}

export function familiesOf({ counters, histograms, gauges, infos }: Figures): ReadonlySet<string> {
  return new Set([counters, histograms, gauges, infos].flatMap((table) => Object.keys(table ?? {})));
}

export interface WatchedParts {
  readonly engines?: readonly Figures[];
  readonly endpoints?: readonly (Partial<WatchedEndpoint> & { readonly label: string })[];
  readonly thresholds?: Partial<Thresholds>;
  readonly hints?: Watched['hints'];
  /** Nobody knows who exchanges KV with whom. */
  readonly unpaired?: boolean;
}

/** A deployment of these engines: their endpoints answer, prefill and decode of it are a pair. */
export function watchedOf({ engines = [], endpoints = [], thresholds, hints, unpaired }: WatchedParts): Watched {
  const windows = engines.map(engineWindow);
  const labels = new Set([...windows.map(({ id }) => id.endpoint), ...endpoints.map(({ label }) => label)]);
  const prefill = windows.filter(({ role }) => role === 'prefill');
  const decode = windows.filter(({ role }) => role === 'decode');
  return {
    endpoints: [...labels].map((label) => ({
      label,
      state: 'ok' as EndpointState,
      problem: null,
      openMetrics: false,
      families: new Set(
        engines.filter((_, index) => windows[index]!.id.endpoint === label).flatMap((one) => [...familiesOf(one)]),
      ),
      ...endpoints.find((one) => one.label === label),
    })),
    engines: windows,
    pairs: !unpaired && prefill.length > 0 && decode.length > 0 ? [{ label: 'prefill → decode', prefill, decode }] : [],
    thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds },
    ...(hints && { hints }),
  };
}

/** What a pair does that exchanges KV well by pull: 100 requests of 1,000 tokens in a minute, of 8 MB each. */
export function healthyPrefill(over: Figures = {}, requests = 100): Figures {
  return merge(
    {
      role: 'prefill',
      counters: {
        'vllm:nixl_num_failed_transfers': 0,
        'vllm:nixl_num_failed_notifications': 0,
        'vllm:nixl_num_kv_expired_reqs': 0,
        'vllm:nixl_num_notifications_after_expiry': 0,
        'vllm:request_success': { length: requests, stop: 0, error: 0, abort: 0 },
        'vllm:prompt_tokens': requests * 1000,
        'vllm:prompt_tokens_by_source': { local_compute: requests * 1000, local_cache_hit: 0, external_kv_transfer: 0 },
        'vllm:generation_tokens': requests,
        'vllm:num_preemptions': 0,
      },
      histograms: {
        'vllm:nixl_xfer_time_seconds': [0, 0],
        'vllm:nixl_post_time_seconds': [0, 0],
        'vllm:nixl_bytes_transferred': [0, 0],
        'vllm:nixl_num_descriptors': [0, 0],
        'vllm:time_to_first_token_seconds': [requests, requests * 0.2],
      },
      gauges: {
        'vllm:num_requests_running': 2,
        'vllm:num_requests_waiting': 0,
        'vllm:num_requests_waiting_by_reason': { capacity: 0, deferred: 0 },
        'vllm:kv_cache_usage_perc': 0.3,
        'vllm:engine_sleep_state': { awake: 1, weights_offloaded: 0, discard_all: 0 },
      },
      infos: { 'vllm:cache_config_info': { block_size: '16', cache_dtype: 'auto', num_gpu_blocks: '1000' } },
    },
    over,
  );
}

export function healthyDecode(over: Figures = {}, requests = 100): Figures {
  return merge(
    healthyPrefill(
      {
        role: 'decode',
        counters: {
          'vllm:request_success': {
            length: Math.min(10, requests),
            stop: Math.max(0, requests - 10),
            error: 0,
            abort: 0,
          },
          'vllm:prompt_tokens_by_source': {
            local_compute: requests,
            local_cache_hit: 0,
            external_kv_transfer: requests * 999,
          },
          'vllm:generation_tokens': requests * 200,
        },
        histograms: {
          'vllm:nixl_xfer_time_seconds': [requests, requests * 0.002],
          'vllm:nixl_post_time_seconds': [requests, requests * 0.0004],
          'vllm:nixl_bytes_transferred': [requests, requests * 8 * 2 ** 20],
          'vllm:nixl_num_descriptors': [requests, requests * 64],
          'vllm:time_to_first_token_seconds': [requests, requests * 0.05],
          'vllm:inter_token_latency_seconds': [requests * 199, requests * 199 * 0.012],
        },
        infos: { 'vllm:cache_config_info': { block_size: '16', cache_dtype: 'auto', num_gpu_blocks: '3000' } },
      },
      requests,
    ),
    over,
  );
}

function merge(base: Figures, over: Figures): Figures {
  const tables = ['counters', 'histograms', 'gauges', 'lowest', 'lifetimes', 'infos'] as const;
  const merged = tables.map((table) => [table, { ...base[table], ...over[table] }]);
  return { ...base, ...over, ...Object.fromEntries(merged) };
}
