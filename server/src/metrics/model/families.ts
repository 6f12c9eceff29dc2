import { lookupMetric, metricNames } from '../../knowledge';
import { lazy } from '../../knowledge/lazy';

export const XFER_TIME = 'vllm:nixl_xfer_time_seconds';
export const POST_TIME = 'vllm:nixl_post_time_seconds';
export const BYTES = 'vllm:nixl_bytes_transferred';
export const DESCRIPTORS = 'vllm:nixl_num_descriptors';
export const FAILED = 'vllm:nixl_num_failed_transfers';
export const FAILED_NOTIFICATIONS = 'vllm:nixl_num_failed_notifications';
export const EXPIRED = 'vllm:nixl_num_kv_expired_reqs';
export const LATE = 'vllm:nixl_num_notifications_after_expiry';
export const RUNNING = 'vllm:num_requests_running';
export const WAITING = 'vllm:num_requests_waiting';
export const WAITING_BY_REASON = 'vllm:num_requests_waiting_by_reason';
export const KV_USAGE = 'vllm:kv_cache_usage_perc';
export const TTFT = 'vllm:time_to_first_token_seconds';
export const ITL = 'vllm:inter_token_latency_seconds';
export const PROMPT_TOKENS = 'vllm:prompt_tokens';
export const PROMPT_TOKENS_BY_SOURCE = 'vllm:prompt_tokens_by_source';
export const GENERATION_TOKENS = 'vllm:generation_tokens';
export const FINISHED = 'vllm:request_success';
export const PREEMPTIONS = 'vllm:num_preemptions';
export const PREFIX_QUERIES = 'vllm:prefix_cache_queries';
export const PREFIX_HITS = 'vllm:prefix_cache_hits';
export const EXTERNAL_QUERIES = 'vllm:external_prefix_cache_queries';
export const EXTERNAL_HITS = 'vllm:external_prefix_cache_hits';
export const SLEEP_STATE = 'vllm:engine_sleep_state';

/** The families that have a place of their own among the figures of transfers. */
export const TRANSFER_FAMILIES: readonly string[] = [
  XFER_TIME,
  POST_TIME,
  BYTES,
  DESCRIPTORS,
  FAILED,
  FAILED_NOTIFICATIONS,
  EXPIRED,
  LATE,
];

/** Whose figures a family holds, and how they behave. */
export interface FamilyKind {
  /** An engine's, one of NIXL's agents', or nobody's that we know. */
  readonly owner: 'engine' | 'agent' | undefined;
  /** `unknown`: one of NIXL's that no table has; it is shown as it is. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'info' | 'unknown';
  /** Labels that the family itself has, beside those of the engine. */
  readonly ownLabels: ReadonlySet<string>;
}

/** Labels that name an engine, or an agent, in the tables. Older agents also say a `category` of the metric. */
const ENGINE_LABELS: ReadonlySet<string> = new Set(['engine', 'model_name']);
const AGENT_LABELS: ReadonlySet<string> = new Set(['hostname', 'agent_name']);
const NONE: ReadonlySet<string> = new Set();

const kinds = new Map<string, FamilyKind>();
/** Names that pages may make up are not remembered without end. */
const MOST_KINDS = 4096;

export function kindOf(family: string): FamilyKind {
  const known = kinds.get(family);
  if (known) return known;
  const kind = judge(family);
  if (kinds.size < MOST_KINDS) kinds.set(family, kind);
  return kind;
}

function judge(family: string): FamilyKind {
  const fact = lookupMetric(family) ?? lookupMetric(`${family}_total`);
  if (family.startsWith('agent_')) {
    return fact?.exposedBy === 'nixl'
      ? { owner: 'agent', type: fact.type, ownLabels: new Set([...ownOf(fact.labels, AGENT_LABELS), 'category']) }
      : { owner: undefined, type: 'unknown', ownLabels: NONE };
  }
  if (!family.startsWith('vllm:')) return { owner: undefined, type: 'unknown', ownLabels: NONE };
  if (family.endsWith('_info')) return { owner: undefined, type: 'info', ownLabels: NONE };
  if (fact?.exposedBy !== 'vllm') return { owner: undefined, type: 'unknown', ownLabels: NONE };
  return { owner: 'engine', type: fact.type, ownLabels: new Set(ownOf(fact.labels, ENGINE_LABELS)) };
}

function ownOf(labels: readonly string[], others: ReadonlySet<string>): readonly string[] {
  return labels.filter((label) => !others.has(label));
}

/** Older names of the same figure, newest first: `vllm:gpu_cache_usage_perc` for `vllm:kv_cache_usage_perc`. */
export function formerNames(family: string): readonly string[] {
  return former().get(family) ?? [];
}

const former = lazy(() => {
  const names = new Map<string, string[]>();
  for (const name of metricNames()) {
    const newer = lookupMetric(name)?.replacedBy;
    if (newer !== undefined) names.set(newer, [...(names.get(newer) ?? []), name]);
  }
  return names;
});
