import type { GpuMemory } from '../../knowledge/transports';
import type { Certainty } from '../../knowledge/version';
import type { Engine } from '../../model';
import { nixlConnectors } from './connectors';
import { connectorField } from './nixl-engine';
import { knownString } from './tree';

const MEMORY: Readonly<Record<string, GpuMemory>> = { cuda: 'cuda', rocm: 'rocm', xpu: 'ze' };
const ALL: readonly GpuMemory[] = ['cuda', 'rocm', 'ze', 'gaudi'];

/** What kind of GPU memory the engine hands to NIXL. */
export interface KvMemory {
  /** Does NIXL get GPU memory at all? `unknown` when nothing says so, or the platform may have no GPU. */
  readonly gpu: Certainty;
  /** The kinds that it may be: one when the platform is known. */
  readonly kinds: readonly GpuMemory[];
}

/**
 * The memory of the KV buffers that NIXL registers, by `kv_buffer_device` (default: the accelerator) and platform. Both
 * CUDA and ROCm call their device `cuda`.
 */
export function kvMemory(engine: Engine): KvMemory {
  const kind = engine.platform && MEMORY[engine.platform];
  const kinds = kind ? [kind] : ALL;
  if (engine.platform === 'cpu' || engine.platform === 'tpu') return { gpu: 'no', kinds: [] };
  const connector = nixlConnectors(engine)[0];
  if (!connector) return { gpu: 'unknown', kinds };
  const device = connectorField(engine, 'kv_buffer_device');
  if (device === undefined || device.type === 'null') {
    // On XPU the default depends on the release.
    return { gpu: connector.node.open || !kind || kind === 'ze' ? 'unknown' : 'yes', kinds };
  }
  const name = knownString(device);
  if (name === 'cpu') return { gpu: 'no', kinds: [] };
  if (name === 'cuda') return { gpu: 'yes', kinds: kind ? kinds : ['cuda', 'rocm'] };
  if (name === 'xpu') return { gpu: 'yes', kinds: ['ze'] };
  return { gpu: 'unknown', kinds };
}
