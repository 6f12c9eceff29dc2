import table from '../../../schemas/nixl-presets.json';
import { boundsOf } from './fact';
import { lazy } from './lazy';
import type { Bounds, Range } from './version';

/** A UCX variable that NIXL sets itself where the environment does not. A ucx.conf does not keep it from that. */
export interface UcxPreset {
  readonly value: string;
  /** The NIXL releases that do so. */
  readonly range: Range;
  /** The UCX releases with which they do, where it depends on that. */
  readonly ucx?: Range;
  /** Only on hosts with an EFA device. */
  readonly efa: boolean;
}

interface Row extends Bounds {
  readonly value: string;
  readonly ucxSince?: string;
  readonly ucxUntil?: string;
  readonly efa?: boolean;
}

const presets = lazy(() => table.presets as Readonly<Record<string, readonly Row[]>>);

/** What NIXL's releases set a UCX variable to; none for most. */
export function ucxPresets(name: string): readonly UcxPreset[] {
  const rows = Object.hasOwn(presets(), name) ? presets()[name]! : [];
  return rows.map((row) => ({
    value: row.value,
    range: { library: 'nixl', ...boundsOf(row) },
    ...((row.ucxSince ?? row.ucxUntil) !== undefined && {
      ucx: {
        library: 'ucx',
        ...(row.ucxSince !== undefined && { since: row.ucxSince }),
        ...(row.ucxUntil !== undefined && { until: row.ucxUntil }),
      },
    }),
    efa: row.efa === true,
  }));
}
