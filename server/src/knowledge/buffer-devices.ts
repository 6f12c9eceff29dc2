import table from '../../../schemas/buffer-devices.json';
import { boundsOf, type FactRow } from './fact';
import type { Platform } from './images';
import { type At, type Certainty, holds, type Range } from './version';

interface Row extends FactRow {
  readonly device: string;
  readonly value?: string;
}

const allowed = table.allowed as readonly (Row & { readonly value: string })[];
const defaultRefused = table.defaultRefused as readonly Row[];

/** The releases in which NIXL connectors check `kv_buffer_device` against the platform. */
export const bufferDeviceChecked: Range = { library: 'vllm', ...boundsOf(table.checked) };

/** What vLLM calls the device of a platform: ROCm counts as `cuda`. */
export function deviceType(platform: Platform): string {
  return platform === 'rocm' ? 'cuda' : platform;
}

/** May a NIXL connector use this buffer device? Without a platform: `no` only when none of vLLM's own or a plugin's has it. */
export function bufferDeviceAllowed(value: string, platform: Platform | undefined, vllm: At): Certainty {
  const rows = allowed.filter((row) => row.value === value && (!platform || row.device === deviceType(platform)));
  const plugin = table.plugins.some((row) => row.value === value && (!platform || row.device === platform));
  if (rows.length === 0) return plugin ? 'unknown' : 'no';
  if (!platform) return 'unknown';
  return holds(
    rows.map((row) => ({ library: 'vllm', ...boundsOf(row) })),
    vllm,
  );
}

/** True for a device that only a platform plugin has, which brings its own changes of the connector along. */
export function isPluginBufferDevice(value: string): boolean {
  return table.plugins.some((row) => row.value === value);
}

/** The buffer devices that a platform allows for certain. */
export function bufferDevices(platform: Platform, vllm: At): readonly string[] {
  return allowed
    .filter(
      (row) => row.device === deviceType(platform) && holds({ library: 'vllm', ...boundsOf(row) }, vllm) === 'yes',
    )
    .map((row) => row.value);
}

/** The releases in which the default `kv_buffer_device` is refused on this platform; `undefined` where it never is. */
export function bufferDefaultRefused(platform: Platform): Range | undefined {
  const row = defaultRefused.find((candidate) => candidate.device === deviceType(platform));
  return row && { library: 'vllm', since: table.checked.since, ...boundsOf(row) };
}

/** True when the image or the names of variables tell of an accelerator that only a plugin of vLLM supports. */
export function hasOtherAccelerator(image: string | undefined, variables: readonly string[]): boolean {
  const { images, variables: prefixes } = table.otherAccelerators;
  const name = image?.toLowerCase() ?? '';
  return (
    images.some((part) => name.includes(part)) ||
    variables.some((variable) => prefixes.some((prefix) => variable.startsWith(prefix)))
  );
}
