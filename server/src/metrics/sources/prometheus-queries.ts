import { wantedFamilies } from '../exposition';

/** Labels by which Prometheus tells the targets that it scrapes from each other. */
export const TARGET_LABELS = ['cluster', 'namespace', 'job', 'pod', 'instance'] as const;

/** Label matchers as they are written between braces; what is around them does not matter. */
function matchersOf(text: string | undefined): string {
  const inside = (text ?? '')
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim()
    .replace(/,$/, '');
  return inside === '' ? '' : `,${inside}`;
}

/** Everything that is wanted of the targets that match. */
export function wantedSelector(matchers: string | undefined): string {
  const names = [...wantedFamilies()].flatMap((family) => {
    const [, name] = /^vllm:(?!nixl_)(.+?)(?:_total)?$/.exec(family) ?? [];
    return name ?? [];
  });
  const vllm = `(?:ray_)?vllm[:_](?:nixl_.+|(?:${names.join('|')})(?:_total|_bucket|_sum|_count)?)`;
  const agents = 'agent_(?:tx|rx|xfer|memory|errors|telemetry)_.+';
  // The start of a process is told by every exporter: only where matchers say which are meant.
  const start = matchersOf(matchers) === '' ? '' : '|process_start_time_seconds';
  return `{__name__=~"${vllm}|${agents}${start}"${matchersOf(matchers)}}`;
}

/**
 * How many targets there were within a window, by a gauge that every engine of vLLM has; agents of NIXL count too. One that
 * starts anew at this moment has no value of now.
 */
export function countQuery(matchers: string | undefined, windowSeconds: number): string {
  const names = '(?:ray_)?vllm[:_]num_requests_running|agent_tx_bytes(?:_total)?';
  const seen = `last_over_time({__name__=~"${names}"${matchersOf(matchers)}}[${windowSeconds}s])`;
  return `count(count by (${TARGET_LABELS.join(',')}) (${seen}))`;
}

/** Histograms and counters that are summed up for a fleet, and gauges with how they are put together. */
const FLEET_HISTOGRAMS = [
  'vllm:nixl_xfer_time_seconds',
  'vllm:nixl_post_time_seconds',
  'vllm:nixl_bytes_transferred',
  'vllm:nixl_num_descriptors',
  'vllm:time_to_first_token_seconds',
  'vllm:inter_token_latency_seconds',
];

const FLEET_COUNTERS = [
  'vllm:nixl_num_failed_transfers',
  'vllm:nixl_num_failed_notifications',
  'vllm:nixl_num_kv_expired_reqs',
  'vllm:nixl_num_notifications_after_expiry',
  'vllm:prompt_tokens',
  'vllm:prompt_tokens_by_source',
  'vllm:generation_tokens',
  'vllm:request_success',
  'vllm:num_preemptions',
  'vllm:prefix_cache_queries',
  'vllm:prefix_cache_hits',
  'vllm:external_prefix_cache_queries',
  'vllm:external_prefix_cache_hits',
];

const FLEET_GAUGES = [
  ['vllm:num_requests_running', 'sum'],
  ['vllm:num_requests_waiting', 'sum'],
  ['vllm:num_requests_waiting_by_reason', 'sum'],
  ['vllm:kv_cache_usage_perc', 'avg'],
] as const;

/** Labels that stay apart in a fleet: whose figures they are, and those that families have themselves. */
const FLEET_LABELS = 'model_name,role,llm_isvc_role,le,source,reason,finished_reason';

/** The names of series of a fleet that grow. */
export const FLEET_TOTALS: readonly string[] = [
  ...FLEET_HISTOGRAMS.flatMap((name) => ['_bucket', '_sum', '_count'].map((part) => name + part)),
  ...FLEET_COUNTERS.map((name) => `${name}_total`),
];

/**
 * The increases within a window, and gauges, of all targets that match, by role and model: one expression for everything.
 * Prometheus corrects them for restarts, and extrapolates to the edges of the window.
 */
export function fleetQuery(matchers: string | undefined, windowSeconds: number): string {
  const rest = matchersOf(matchers);
  // The names stand in braces: not all of them may be matched by name alone once matchers are added.
  const terms = FLEET_TOTALS.map((name) =>
    named(name, 'sum', `increase({__name__="${name}"${rest}}[${windowSeconds}s])`),
  );
  const gauges = FLEET_GAUGES.map(([name, how]) => named(name, how, `{__name__="${name}"${rest}}`));
  return [...terms, ...gauges, named(ENGINES, 'count', `{__name__="vllm:num_requests_running"${rest}}`)].join(' or ');
}

/** How many engines a group has. */
export const ENGINES = 'engines';

/** The label that names what was summed up: `or` takes series that differ by their names only for the same. */
export const SUMMED = 'summed';

/** An aggregation that keeps its name, and knows the role by the names of pods where nothing else says it. */
function named(name: string, how: string, vector: string): string {
  const roles = `label_replace(${vector}, "role", "$2", "pod", "(.*[-_.])?(prefill|decode)([-_.].*)?")`;
  return `label_replace(${how} by (${FLEET_LABELS}) (${roles}), "${SUMMED}", "${name}", "", "")`;
}
