import type { ChartHistory, HistoryParams } from '../../../../protocol/metrics';
import type { EngineWindow } from '../window';
import type { Chart } from './chart';
import { chartById } from './charts';
import type { Row, Tier } from './history';
import { transfersHidden } from './pairs';
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
/** After so many intervals the next page is overdue: the last value is not that of now any more. */
const OVERDUE = 2;
/** Pages that come so much more seldom than is asked for set the pace of points. */
const SELDOM = 1.5;

/**
 * The curves of a stretch of time, which points divide into equal steps: each stands for the one that ends with it. Who asks
 * on from the last point loses nothing and has nothing twice. Steps that begin with `until` or later have no point.
 */
export function curvesOf(
  groups: readonly Group[],
  params: HistoryParams,
  intervalMs: number,
  until = Number.POSITIVE_INFINITY,
): ChartHistory[] {
  const { from, to } = params;
  const all = groups.flatMap(({ stretches }) => stretches);
  const gap = Math.min(...all.map(({ gapMs }) => gapMs));
  const pace = all.length > 0 && gap > SELDOM * intervalMs ? gap : intervalMs;
  const shortest = Math.max(pace, ...all.map(({ ledger }) => ledger.history.tierFor(from).every));
  const most = Math.max(1, Math.min(MOST_POINTS, Math.floor(params.points) || 1, Math.floor((to - from) / shortest)));
  const ends =
    to > from ? Array.from({ length: most }, (_, n) => Math.round(from + ((n + 1) * (to - from)) / most)) : [];
  const times = ends.filter((_, n) => (ends[n - 1] ?? from) < until);
  const charts = params.charts.flatMap((id) => chartById(id) ?? []);
  const bounds = new Map(all.map((stretch) => [stretch, boundsOf(stretch, from, times, intervalMs)]));
  const restarts = groups
    .flatMap(({ key, stretches }) => stretches.flatMap(({ ledger }) => ledger.restarts.map((at) => ({ at, key }))))
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at);
  return charts.map((chart) => {
    // How values are spread is a matter of all of them.
    const drawn = chart.kind === 'heat' ? [{ key: '', label: '', stretches: all }] : groups;
    const lines = drawn.flatMap((group) => linesOf(chart, group, bounds, times.length, groups.length > 1));
    return { chart: chart.id, times, lines, restarts };
  });
}

type Line = ChartHistory['lines'][number];
interface Bounds {
  readonly tier: Tier;
  /** For every point the last row before its step, and the last within it; -1 where there is none. */
  readonly rows: readonly (readonly [number, number])[];
  readonly times: readonly number[];
  /** What usually lies between two rows. */
  readonly usual: number;
  /** Rows that lie farther apart have nothing to do with each other. */
  readonly longest: number;
}

function boundsOf(stretch: LedgerStretch, from: number, times: readonly number[], intervalMs: number): Bounds {
  const tier = stretch.ledger.history.tierFor(from);
  let before = tier.rowAt(from);
  const rows = times.map((time) => {
    const bounds = [before, tier.rowAt(time)] as const;
    before = bounds[1];
    return bounds;
  });
  const usual = Math.max(intervalMs, tier.every, stretch.gapMs);
  return { tier, rows, times, usual, longest: PATIENCE * usual };
}

/** The rows that a point lies between; nothing where nobody knows what was then. */
function boundAt(
  { tier, rows, times, usual, longest }: Bounds,
  point: number,
  counts: boolean,
): readonly [Row, Row] | undefined {
  const [from, to] = rows[point]!;
  if (to < 0) return undefined;
  if (from < to) return [row(tier, Math.max(0, from)), row(tier, to)];
  // No page within the step. What was counted comes with the next one, and must not come twice; of rates that one tells
  // already, or the last one is the newest that there is, where the endpoint is to be asked soon.
  const next = to + 1 < tier.length;
  if (next ? tier.time(to + 1) - tier.time(to) > longest : times[point]! - tier.time(to) > OVERDUE * usual)
    return undefined;
  if (counts) return [row(tier, to), row(tier, to)];
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
  const counts = chart.unit === 'events' || chart.kind === 'heat';
  const ofTransfers = chart.group === 'transfers' || chart.group === 'shape';
  const isHidden = (windows: readonly EngineWindow[]) => transfersHidden(stretches, (one) => windows.includes(one));
  const at = (point: number): readonly EngineWindow[] => {
    const windows = stretches.flatMap((stretch) => {
      const bound = boundAt(bounds.get(stretch)!, point, counts);
      return bound ? [stretch.between(...bound)] : [];
    });
    return ofTransfers && windows.length < stretches.length && isHidden(windows) ? [] : windows;
  };
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
