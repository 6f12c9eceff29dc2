import type { EngineWindow } from '../../window';
import type { Pair } from './engines';

const CACHE_CONFIG = 'vllm:cache_config_info';

/** A setting of the KV cache that differs between prefill and decode. */
export interface Drift {
  readonly field: 'block_size' | 'cache_dtype';
  readonly prefill: readonly string[];
  readonly decode: readonly string[];
}

/**
 * What has to agree and does not, as the engines themselves say. Other fields may differ as they like: sizes, shares of
 * memory, prefix caching.
 */
export function driftOf({ prefill, decode }: Pick<Pair, 'prefill' | 'decode'>): readonly Drift[] {
  return (['cache_dtype', 'block_size'] as const).flatMap((field) => {
    const here = valuesOf(prefill, field);
    const there = valuesOf(decode, field);
    const differ = here.some((one) => there.some((other) => one !== other));
    return differ ? [{ field, prefill: here, decode: there }] : [];
  });
}

/** How many tokens a block of an engine holds; `null` where it does not say. */
export function blockSizeOf(engine: EngineWindow): number | null {
  const [value] = valuesOf([engine], 'block_size');
  const size = Number(value);
  return value !== undefined && Number.isInteger(size) && size > 0 ? size : null;
}

function valuesOf(engines: readonly EngineWindow[], field: Drift['field']): readonly string[] {
  const values = engines.map((engine) => engine.info(CACHE_CONFIG)?.[field]);
  return [...new Set(values.filter((value) => value !== undefined && value !== '' && value !== 'None'))]
    .map(String)
    .sort();
}
