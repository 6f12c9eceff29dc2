import { hasOtherAccelerator } from '../../knowledge/buffer-devices';
import { lookupEnv } from '../../knowledge/environment';
import type { GpuMemory } from '../../knowledge/transports';
import { type Engine, knownText } from '../../model';
import type { Severity } from '../rule';
import { nixlConnectors } from './connectors';
import { connectorField } from './nixl-engine';
import { knownString } from './tree';

const MEMORY: Readonly<Record<string, GpuMemory>> = { cuda: 'cuda', rocm: 'rocm', xpu: 'ze' };
const ALL: readonly GpuMemory[] = ['cuda', 'rocm', 'ze', 'gaudi'];

/** The GPU memory that an engine hands to NIXL. */
export interface GpuBuffers {
  /** The kinds that it may be: one when the platform is known. */
  readonly kinds: readonly GpuMemory[];
  /**
   * What it comes to when NIXL cannot use it: an error when the buffers are certainly there, a warning when one thing is
   * left open (the platform, or the configuration beside an environment file), info when both are.
   */
  readonly severity: Severity;
}

/**
 * The KV buffers that NIXL registers, by `kv_buffer_device` (default: the accelerator) and platform; `undefined` when they
 * are in host memory, or when their place is not known. Both CUDA and ROCm call their device `cuda`. Accelerators of vLLM's
 * plugins (Gaudi, Ascend …) are not judged.
 */
export function gpuBuffers(engine: Engine): GpuBuffers | undefined {
  if (engine.platform === 'cpu' || engine.platform === 'tpu' || needsPlugin(engine)) return undefined;
  const kind = engine.platform && MEMORY[engine.platform];
  const kinds = kind ? [kind] : ALL;
  const connector = nixlConnectors(engine)[0];
  if (!connector) return { kinds, severity: kind ? 'warning' : 'info' };
  const device = connectorField(engine, 'kv_buffer_device');
  if (device === undefined || device.type === 'null') {
    // On XPU the default depends on the release.
    return { kinds, severity: kind && kind !== 'ze' && !connector.node.open ? 'error' : 'warning' };
  }
  const name = knownString(device);
  if (name === 'cuda') return { kinds: kind ? kinds : ['cuda', 'rocm'], severity: 'error' };
  return name === 'xpu' ? { kinds: ['ze'], severity: 'error' } : undefined;
}

function needsPlugin(engine: Engine): boolean {
  const names = engine.environment.variables.map(({ name }) => name);
  return (
    hasOtherAccelerator(knownText(engine.image), names) ||
    names.some((name) => lookupEnv(name)?.reader.endsWith(' plugin'))
  );
}
