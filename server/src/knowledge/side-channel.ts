import table from '../../../schemas/side-channel.json';
import { type At, type Versioned, valuesAt } from './version';

/**
 * What a rank adds to `VLLM_NIXL_SIDE_CHANNEL_PORT`: which ranks have a listener of their own, and how they are counted.
 * `data-rank`: one listener per data-parallel rank, by its global number. The others have one per tensor-parallel rank
 * of every data-parallel rank.
 */
export type PortOffset = 'tensor-rank' | 'local-data-rank-and-tensor-rank' | 'data-rank-and-tensor-rank' | 'data-rank';

/** The ways of counting in all releases, oldest first. */
export const portOffsets = table.offsets as readonly Versioned<PortOffset>[];

/** Where KV cache events are published unless the configuration says otherwise; the data-parallel rank is added. */
export const kvEventsEndpoint: string = table.kvEventsEndpoint;

/** The ways of counting that this release may have: one when the release is known well enough. */
export function portOffsetsAt(vllm: At): readonly PortOffset[] {
  return valuesAt(portOffsets, 'vllm', vllm);
}

/**
 * A range of listener ports of one process, `base` … inclusive.
 * @param data how many data-parallel ranks this process has, `start` the global number of the first
 */
export function listenerPorts(
  base: number,
  offset: PortOffset,
  ranks: { readonly tensor: number; readonly data: number; readonly start: number },
): { readonly first: number; readonly last: number } {
  const { tensor, data, start } = ranks;
  switch (offset) {
    case 'tensor-rank':
      return { first: base, last: base + tensor - 1 };
    case 'local-data-rank-and-tensor-rank':
      return { first: base, last: base + data * tensor - 1 };
    case 'data-rank-and-tensor-rank':
      return { first: base + start * tensor, last: base + (start + data) * tensor - 1 };
    case 'data-rank':
      return { first: base + start, last: base + start + data - 1 };
  }
}
