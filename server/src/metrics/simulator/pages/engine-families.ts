import { inRange, lookupMetric, type MetricFact, metricThere } from '../../../knowledge';
import type { Endpoint, Engine } from '../engine';
import type { Scenario } from '../scenario';
import { cacheConfig } from './cache-config';
import { type Family, type LabelPairs, type Row, shortHelp } from './family';

/** Families in the order in which vLLM registers them. Which of them a release has is known to the tables. */
const FAMILIES = [
  'vllm:num_requests_running',
  'vllm:num_requests_waiting',
  'vllm:num_requests_waiting_by_reason',
  'vllm:engine_sleep_state',
  'vllm:gpu_cache_usage_perc',
  'vllm:gpu_prefix_cache_queries',
  'vllm:gpu_prefix_cache_hits',
  'vllm:kv_cache_usage_perc',
  'vllm:prefix_cache_queries',
  'vllm:prefix_cache_hits',
  'vllm:external_prefix_cache_queries',
  'vllm:external_prefix_cache_hits',
  'vllm:mm_cache_queries',
  'vllm:mm_cache_hits',
  'vllm:num_preemptions',
  'vllm:prompt_tokens',
  'vllm:prompt_tokens_by_source',
  'vllm:prompt_tokens_cached',
  'vllm:prompt_tokens_recomputed',
  'vllm:generation_tokens',
  'vllm:request_success',
  'vllm:request_prompt_tokens',
  'vllm:request_generation_tokens',
  'vllm:iteration_tokens_total',
  'vllm:request_max_num_generation_tokens',
  'vllm:request_params_n',
  'vllm:request_params_max_tokens',
  'vllm:time_to_first_token_seconds',
  'vllm:time_per_output_token_seconds',
  'vllm:inter_token_latency_seconds',
  'vllm:request_time_per_output_token_seconds',
  'vllm:e2e_request_latency_seconds',
  'vllm:request_queue_time_seconds',
  'vllm:request_inference_time_seconds',
  'vllm:request_prefill_time_seconds',
  'vllm:request_decode_time_seconds',
  'vllm:request_prefill_kv_computed_tokens',
  'vllm:nixl_xfer_time_seconds',
  'vllm:nixl_post_time_seconds',
  'vllm:nixl_bytes_transferred',
  'vllm:nixl_num_descriptors',
  'vllm:nixl_num_failed_transfers',
  'vllm:nixl_num_failed_notifications',
  'vllm:nixl_num_kv_expired_reqs',
  'vllm:nixl_num_notifications_after_expiry',
  'vllm:cache_config_info',
] as const;

/** Former names of what is counted under its newer name. */
const FORMERLY: Readonly<Record<string, string>> = {
  'vllm:gpu_cache_usage_perc': 'vllm:kv_cache_usage_perc',
  'vllm:gpu_prefix_cache_queries': 'vllm:prefix_cache_queries',
  'vllm:gpu_prefix_cache_hits': 'vllm:prefix_cache_hits',
  'vllm:time_per_output_token_seconds': 'vllm:inter_token_latency_seconds',
};

/** What the Rust front end has not registered, as far as its source was read (vLLM's main branch of late 2026). */
const NOT_IN_RUST: ReadonlySet<string> = new Set([
  'vllm:engine_sleep_state',
  'vllm:mm_cache_queries',
  'vllm:mm_cache_hits',
  'vllm:iteration_tokens_total',
  'vllm:cache_config_info',
]);

/** The release since which the Rust front end shows figures of NIXL, as far as is known. */
const RUST_SHOWS_NIXL = { library: 'vllm', since: '0.29.0' } as const;

/** The release since which usage of several processes adds up. */
const USAGE_ADDS_UP = { library: 'vllm', since: '0.12.0' } as const;

/** Families of vLLM of one release behind one front end. */
export class EngineFamilies {
  private readonly scenario: Scenario;
  private readonly facts: readonly MetricFact[];
  private readonly usageByProcess: boolean;
  private readonly labels = new WeakMap<Engine, Map<string, LabelPairs>>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    const versions = { vllm: scenario.vllm };
    const rust = scenario.frontEnd === 'rust';
    const nixlShown = !rust || inRange(RUST_SHOWS_NIXL, versions) === 'yes';
    this.usageByProcess = inRange(USAGE_ADDS_UP, versions) === 'no';
    this.facts = FAMILIES.flatMap((name) => {
      const fact = lookupMetric(name)!;
      if (metricThere(fact, versions) !== 'yes') return [];
      if (fact.hidden && inRange(fact.hidden, versions) !== 'no') return [];
      if (rust && NOT_IN_RUST.has(name)) return [];
      return name.startsWith('vllm:nixl_') && !nixlShown ? [] : [fact];
    });
  }

  of(endpoint: Endpoint): Family[] {
    const { scenario } = this;
    return this.facts.map((fact, index) => {
      // Series are made one after the other while the process starts.
      const created = endpoint.startedAt / 1000 + 8.25 + index / 4096;
      const byProcess =
        scenario.frontEnd === 'python-multi' && this.usageByProcess && fact.name === 'vllm:kv_cache_usage_perc'
          ? endpoint.engines.map((_, process) => endpoint.pid + process)
          : undefined;
      return {
        name: fact.name,
        type: fact.type,
        help: shortHelp(fact.description),
        rows: endpoint.engines.flatMap((engine) => this.rows(engine, fact, created)),
        ...(byProcess && { byProcess }),
      };
    });
  }

  private rows(engine: Engine, fact: MetricFact, created: number): Row[] {
    if (fact.name === 'vllm:cache_config_info') {
      return [{ labels: this.labelsOf(engine, '', '', fact.name), value: 1, created }];
    }
    const [own] = Object.entries(fact.labelValues);
    if (!own) return [{ labels: this.labelsOf(engine), value: figureOf(engine, fact), created }];
    const [label, values] = own;
    return values.map((value) => ({
      labels: this.labelsOf(engine, label, value),
      value: figureOf(engine, fact, value),
      created,
    }));
  }

  private labelsOf(engine: Engine, label = '', value = '', info = ''): LabelPairs {
    let known = this.labels.get(engine);
    if (!known) {
      known = new Map();
      this.labels.set(engine, known);
    }
    const key = `${label}=${value}${info}`;
    let pairs = known.get(key);
    if (!pairs) {
      const rank: readonly [string, string] = ['engine', String(engine.rank)];
      const named: LabelPairs = [['model_name', this.scenario.model.name], rank];
      const own: LabelPairs = label === '' ? [] : [[label, value]];
      pairs = [...(info === '' ? named : [...cacheConfig(this.scenario, engine), rank]), ...own, ...this.added(engine)];
      known.set(key, pairs);
    }
    return pairs;
  }

  /** What those who pass the figures on add to every series. */
  private added({ endpoint }: Engine): LabelPairs {
    switch (this.scenario.shownBy) {
      case 'vllm':
        return [];
      case 'dynamo':
        return [
          ['dynamo_component', endpoint.side === 'prefill' ? 'prefill' : 'backend'],
          ['dynamo_endpoint', 'generate'],
          ['dynamo_namespace', 'dynamo'],
          ['model', this.scenario.model.name],
          ['worker_id', endpoint.workerId],
        ];
      default:
        return [
          ['Component', 'core_worker'],
          ['NodeAddress', '10.0.0.17'],
          ['ReplicaId', endpoint.replicaId],
          ['SessionName', 'session_2026-09-01_08-30-00_000001_1'],
          ['Version', '2.49.0'],
          ['WorkerId', endpoint.workerId],
        ];
    }
  }
}

function figureOf(engine: Engine, fact: MetricFact, own = ''): Row['value'] {
  const name = FORMERLY[fact.name] ?? fact.name;
  if (fact.type === 'histogram') return engine.counts.histogram(name);
  if (fact.type === 'counter') return engine.counts.counter(name, own);
  switch (name) {
    case 'vllm:num_requests_running':
      return engine.running.length;
    case 'vllm:num_requests_waiting':
      return engine.queue.length + engine.loading.size;
    case 'vllm:num_requests_waiting_by_reason':
      return own === 'deferred' ? engine.loading.size : engine.queue.length;
    case 'vllm:engine_sleep_state':
      return (own === 'awake') === engine.asleep || own === 'discard_all' ? 0 : 1;
    case 'vllm:kv_cache_usage_perc':
      return engine.usage;
    default:
      throw new Error(`No figure for ${name}.`);
  }
}
