import type uPlot from 'uplot';
import { onAxis } from '../format';
import type { Palette } from '../palette';
import type { Curves } from './curves';

/** How many values fell into each bucket at each moment: the darker, the more. Buckets are rows of one height. */
export function drawHeat({ ctx, bbox, valToPos, scales }: uPlot, { times, curves }: Curves, palette: Palette): void {
  const [from, to] = [scales.x?.min ?? 0, scales.x?.max ?? 0];
  let most = 0;
  for (const { values } of curves) for (const value of values) if (value !== null && value > most) most = value;
  if (most === 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = palette.line(0);
  for (const [row, { values }] of curves.entries()) {
    const top = valToPos(row + 1, 'y', true);
    const height = Math.max(1, valToPos(row, 'y', true) - top - 1);
    for (const [at, value] of values.entries()) {
      const time = times[at]!;
      if (!value || time < from || time > to) continue;
      const before = times[at - 1] ?? time - ((times[at + 1] ?? time) - time);
      const left = valToPos(before, 'x', true);
      // Few must still be seen: a root lifts the low end.
      ctx.globalAlpha = 0.12 + 0.88 * Math.sqrt(value / most);
      ctx.fillRect(left, top, Math.max(1, valToPos(time, 'x', true) - left), height);
    }
  }
  ctx.restore();
}

/** Marks an axis with the edges of the buckets. */
export function heatAxis(curves: Curves, unit: string): Pick<uPlot.Axis, 'splits' | 'values' | 'filter'> {
  const keys = curves.curves.map(({ key }) => key);
  const every = Math.ceil(keys.length / 7);
  const splits = keys.map((_, row) => row + 1).filter((row) => row % every === 0);
  return {
    splits: () => splits,
    values: () => splits.map((row) => edge(keys[row - 1] ?? '', unit)),
    filter: (_, all) => all,
  };
}

/** The upper edge of a bucket, in words. */
function edge(key: string, unit: string): string {
  return key === '+Inf' ? 'over' : onAxis(Number(key), unit);
}

/** A bucket between the edge before and its own. */
export function bucketWords(lower: string | undefined, key: string, unit: string): string {
  if (key === '+Inf') return `over ${onAxis(Number(lower ?? 0), unit)}`;
  const above = onAxis(Number(key), unit);
  return lower === undefined ? `up to ${above}` : `${onAxis(Number(lower), unit)} to ${above}`;
}
