import type { ChartHistory, HistoryParams } from '../../../../protocol/metrics';
import type { EngineWindow } from '../window';
import { type Chart, chartById } from './charts';
import type { Row, Tier } from './history';
import type { LedgerStretch } from './stretch';

/** Engines whose figures are drawn as one line. */
export interface Group {
  readonly key: string;
  readonly label: string;
  readonly stretches: readonly LedgerStretch[];
}

/** Points of a curve, and curves, at most: what a panel can draw, and what an answer may weigh. */
const MOST_POINTS = 2000;
/** Between two pages may lie so many intervals before a curve breaks. */
const PATIENCE = 3;

/** The curves of a stretch of time. A point stands for the step that ends with it. */
export function curvesOf(groups: readonly Group[], params: HistoryParams, intervalMs: number): ChartHistory[] {
  const points = Math.max(1, Math.min(MOST_POINTS, Math.floor(params.points) || 1));
  const all = groups.flatMap(({ stretches }) => stretches);
  const spacing = all.map(({ ledger }) => ledger.history.tierFor(params.from).every);
  const step = Math.max(intervalMs, ...spacing, Math.ceil((params.to - params.from) / points));
  const times: number[] = [];
  // At multiples of the step, so that points stay where they are while time goes on.
  for (let at = Math.ceil(params.from / step) * step; at <= params.to; at += step) times.push(at);
  const charts = params.charts.flatMap((id) => chartById(id) ?? []);
  const bounds = new Map(all.map((stretch) => [stretch, boundsOf(stretch, times, step, intervalMs)]));
  const restarts = groups
    .flatMap(({ key, stretches }) => stretches.flatMap(({ ledger }) => ledger.restarts.map((at) => ({ at, key }))))
    .filter(({ at }) => at >= params.from && at <= params.to)
    .sort((a, b) => a.at - b.at);
  return charts.map((chart) => {
    // How values are spread is a matter of all of them.
    const drawn = chart.kind === 'heat' ? [{ key: '', label: '', stretches: all }] : groups;
    const lines = drawn.flatMap((group) => linesOf(chart, group, bounds, times.length, groups.length > 1));
    return { chart: chart.id, times, lines, restarts };
  });
}

type Line = ChartHistory['lines'][number];
type Bounds = readonly (readonly [Row, Row] | undefined)[];

/** For every point the rows that it lies between. */
function boundsOf(stretch: LedgerStretch, times: readonly number[], step: number, intervalMs: number): Bounds {
  const first = times[0];
  if (first === undefined) return [];
  const tier = stretch.ledger.history.tierFor(first - step);
  const longest = PATIENCE * Math.max(intervalMs, tier.every, stretch.gapMs);
  const rows = times.map((time) => tier.rowAt(time));
  let before = tier.rowAt(first - step);
  return rows.map((to, point) => {
    const from = before;
    before = to;
    return boundOf(tier, from, to, times[point]!, longest);
  });
}

function boundOf(tier: Tier, from: number, to: number, time: number, longest: number): readonly [Row, Row] | undefined {
  if (to < 0) return undefined;
  if (from < to) return [row(tier, Math.max(0, from)), row(tier, to)];
  // No page within the step. The next one tells what happened since the one before; of an endpoint that is to be asked
  // soon, the last one is the newest that there is.
  const next = to + 1 < tier.length;
  if ((next ? tier.time(to + 1) : time) - tier.time(to) > longest) return undefined;
  return next ? [row(tier, to), row(tier, to + 1)] : [row(tier, Math.max(0, to - 1)), row(tier, to)];
}

function row(tier: Tier, index: number): Row {
  return { tier, index };
}

function linesOf(
  chart: Chart,
  { key, label, stretches }: Group,
  bounds: ReadonlyMap<LedgerStretch, Bounds>,
  length: number,
  several: boolean,
): Line[] {
  const at = (point: number): readonly EngineWindow[] =>
    stretches.flatMap((stretch) => {
      const bound = bounds.get(stretch)![point];
      return bound ? [stretch.between(...bound)] : [];
    });
  const values = (compute: (windows: readonly EngineWindow[]) => number | null) =>
    Array.from({ length }, (_, point) => {
      const windows = at(point);
      return windows.length === 0 ? null : finite(compute(windows));
    });
  if (chart.value) {
    return [{ key, label, values: values((windows) => chart.value!(windows)) }];
  }
  const parts = Array.from({ length }, (_, point) => {
    const windows = at(point);
    return windows.length === 0 ? null : chart.parts!(windows);
  });
  const names = [...new Set(parts.flatMap((part) => [...(part?.keys() ?? [])]))];
  const own = several && chart.kind !== 'heat';
  return names.map((name) => ({
    key: own ? `${key} ${name}` : name,
    label: own ? `${label}: ${name}` : name,
    values: parts.map((part) => part && finite(part.get(name) ?? 0)),
  }));
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
