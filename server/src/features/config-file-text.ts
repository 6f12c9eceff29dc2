import { describeBounds, holds, lookupNixlConfigKey, ucxPresets, type Versions } from '../knowledge';
import type { Variable } from '../model';

const TYPES = {
  boolean: '`true` or `false`',
  integer: 'a number',
  milliseconds: 'a number of milliseconds, or a time',
  string: 'a text in quotes',
  any: 'anything',
} as const;

/** What a file of settings, or NIXL itself, does with a variable. Markdown; empty for most. */
export function configFileText({ name, via }: Variable, versions: Versions): string {
  const key = via === 'nixl-config' ? lookupNixlConfigKey(name) : undefined;
  if (key) return `In this file: ${TYPES[key.type]}. The environment wins over it.`;
  const presets = ucxPresets(name)
    .filter(({ range, ucx }) => holds(range, versions.nixl) !== 'no' && !(ucx && holds(ucx, versions.ucx) === 'no'))
    .map(({ value, range, efa }) => `\`${value}\` (NIXL ${describeBounds(range)}${efa ? ', with an EFA device' : ''})`);
  return presets.length === 0 ? '' : `NIXL sets it itself unless the environment does: ${presets.join(', ')}.`;
}
