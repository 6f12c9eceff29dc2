import { behaviour } from '../../knowledge/behaviours';
import type { TransportFact } from '../../knowledge/transports';
import type { UcxListEntry } from '../../knowledge/ucx-list';
import type { Engine } from '../../model';
import type { Severity } from '../rule';
import { type GpuBuffers, gpuBuffers } from './gpu-memory';
import { usesNixl } from './nixl-engine';
import { detectsPeerFailure, meantBy, possibleTransports, type TransportList } from './ucx-transports';
import { applies } from './versions';

/*
 * What NIXL asks of a transport list that UCX alone would accept: a transport that recognises the GPU memory of the KV
 * cache, and one that can carry an endpoint with peer error handling.
 */

/** The GPU buffers of the engine, when none of these transports recognises them. */
export function unrecognisedBuffers(engine: Engine, transports: readonly TransportFact[]): GpuBuffers | undefined {
  const buffers = gpuBuffers(engine);
  const recognised = buffers?.kinds.some((kind) => transports.some(({ gpu }) => gpu === kind));
  return recognised ? undefined : buffers;
}

/** True when none of these transports can carry NIXL's endpoints. */
export function lacksLane(engine: Engine, transports: readonly TransportFact[]): boolean {
  return !transports.some((transport) => transport.baseLane || detectsPeerFailure(transport, engine));
}

/** What NIXL lacks because an entry of an allow list is misspelt, as a clause. */
export function lostBy(
  entry: UcxListEntry,
  list: TransportList,
  engine: Engine,
): { readonly severity: Severity; readonly clause: string } | undefined {
  if (!usesNixl(engine)) return undefined;
  const possible = possibleTransports(list);
  const meant = meantBy(entry, list.ucx);
  const buffers = unrecognisedBuffers(engine, possible);
  if (buffers && !unrecognisedBuffers(engine, meant)) {
    return {
      severity: buffers.severity,
      clause: 'UCX goes on without it, and NIXL cannot use the GPU memory of the KV cache',
    };
  }
  const asked = applies(behaviour('nixl-peer-error-handling').range, engine);
  if (lacksLane(engine, possible) && !lacksLane(engine, meant)) {
    return {
      severity: asked === 'yes' ? 'error' : 'warning',
      clause: 'UCX goes on without it, and NIXL has no transport that connects to a peer',
    };
  }
  return undefined;
}
