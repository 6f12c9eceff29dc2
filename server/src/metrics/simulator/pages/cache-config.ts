import { inRange } from '../../../knowledge';
import type { Engine } from '../engine';
import type { Scenario } from '../scenario';
import type { LabelPairs } from './family';

/** The labels of `vllm:cache_config_info`: every field of the cache's configuration, as text. */
export function cacheConfig(scenario: Scenario, { shape, capacity }: Engine): LabelPairs {
  const fields: [string, string][] = [
    ['block_size', String(shape.blockSize)],
    ['cache_dtype', shape.cacheDtype],
    ['calculate_kv_scales', 'False'],
    ['cpu_kvcache_space_bytes', 'None'],
    ['enable_prefix_caching', shape.prefixHits > 0 ? 'True' : 'False'],
    ['gpu_memory_utilization', '0.9'],
    ['is_attention_free', 'False'],
    ['kv_cache_memory_bytes', 'None'],
    ['mamba_block_size', 'None'],
    ['mamba_cache_dtype', 'auto'],
    ['num_cpu_blocks', 'None'],
    ['num_gpu_blocks', String(shape.gpuBlocks)],
    ['num_gpu_blocks_override', 'None'],
    ['prefix_caching_hash_algo', 'sha256'],
    ['sliding_window', 'None'],
    ['swap_space_bytes', '4294967296'],
    ['user_specified_block_size', 'True'],
  ];
  if (inRange({ library: 'vllm', since: '0.23.0' }, { vllm: scenario.vllm }) === 'yes') {
    fields.push(['kv_cache_max_concurrency', (capacity / scenario.model.maxModelLen).toFixed(2)]);
    fields.push(['kv_cache_size_tokens', String(capacity)]);
  }
  return fields;
}
