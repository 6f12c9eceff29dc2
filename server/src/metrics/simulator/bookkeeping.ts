import type { Engine } from './engine';
import type { Request } from './request';

/** Counts the tokens of a prompt by where their KV came from; the rest was computed. */
export function countPrompt(engine: Engine, request: Request, cached: number, external: number): void {
  const { counts } = engine;
  const { promptTokens } = request;
  const computed = promptTokens - cached - external;
  request.computedTokens = computed;
  counts.add('vllm:prompt_tokens', promptTokens);
  counts.add('vllm:prompt_tokens_by_source', computed, 'local_compute');
  counts.add('vllm:prompt_tokens_by_source', cached, 'local_cache_hit');
  counts.add('vllm:prompt_tokens_by_source', external, 'external_kv_transfer');
  counts.add('vllm:prompt_tokens_cached', cached + external);
  counts.add('vllm:prefix_cache_queries', promptTokens);
  counts.add('vllm:prefix_cache_hits', cached);
  counts.add('vllm:external_prefix_cache_queries', promptTokens - cached);
  counts.add('vllm:external_prefix_cache_hits', external);
  counts.observe('vllm:iteration_tokens_total', computed);
}

/** What is recorded of a request when it leaves an engine. */
export function countFinish(engine: Engine, request: Request, now: number, reason: string, outputTokens: number): void {
  const { counts } = engine;
  const first = request.firstTokenAt === 0 ? now : request.firstTokenAt;
  counts.add('vllm:request_success', 1, reason);
  counts.observe('vllm:e2e_request_latency_seconds', now - request.arrivedAt);
  counts.observe('http_request_duration_seconds', now - request.arrivedAt);
  counts.observe('http_request_duration_highr_seconds', now - request.arrivedAt);
  counts.observe('vllm:request_queue_time_seconds', request.startedAt - request.arrivedAt);
  counts.observe('vllm:request_prefill_time_seconds', Math.max(0, first - request.startedAt));
  counts.observe('vllm:request_decode_time_seconds', Math.max(0, now - first));
  counts.observe('vllm:request_inference_time_seconds', now - request.startedAt);
  counts.observe('vllm:request_prompt_tokens', request.promptTokens);
  counts.observe('vllm:request_generation_tokens', outputTokens);
  counts.observe('vllm:request_max_num_generation_tokens', outputTokens);
  counts.observe('vllm:request_params_max_tokens', engine.side === 'prefill' ? 1 : 2 * request.outputTokens);
  counts.observe('vllm:request_params_n', 1);
  counts.observe('vllm:request_prefill_kv_computed_tokens', request.computedTokens);
  if (outputTokens > 1) {
    counts.observe('vllm:request_time_per_output_token_seconds', Math.max(0, now - first) / (outputTokens - 1));
  }
}

/** Whole blocks only, and never all of a prompt: its last token is always computed. */
export function cachedTokens(engine: Engine, promptTokens: number, share: number): number {
  const { blockSize } = engine.shape;
  return Math.floor(Math.min(promptTokens * share, promptTokens - 1) / blockSize) * blockSize;
}
