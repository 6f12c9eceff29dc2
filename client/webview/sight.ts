import type { EndpointState, EngineRow, MetricsUpdate } from '../../protocol/metrics';
import { plural, span } from './format';

/** Nothing that can be read comes from there now. What answers without figures of NIXL is another matter. */
export const FAILING: ReadonlySet<EndpointState> = new Set<EndpointState>(['stale', 'down', 'refused']);

export type Side = 'prefill' | 'decode';

/** How far what is counted can be believed: who is in sight, who answers, and for how long that has been so. */
export interface Sight {
  /** How long the window was watched; no longer than the window. */
  readonly watchedMs: number;
  /** All of the window was. */
  readonly whole: boolean;
  /** Sides of pairs of which no engine is in sight. */
  readonly missing: readonly Side[];
  /** No engine has a role that makes it part of a pair. */
  readonly unpaired: boolean;
  /** Engines that could be on a missing side: nothing tells their role yet. */
  readonly roleless: boolean;
  /** Who of the pairs has no figures of transfers, though they may be the ones who count. */
  readonly uncounted: { readonly who: string; readonly verb: string } | null;
  /** Who of those that may count came into sight within the window, and how long ago. */
  readonly late: { readonly who: string; readonly verb: string; readonly ms: number } | null;
  /** Who of the pairs does not answer, and since when. */
  readonly silent: { readonly who: string; readonly verb: string; readonly since: number | null } | null;
}

/**
 * Transfers are counted by decode where the connector pulls, and by prefill where it pushes. Whoever has counted one since its
 * start is the side that counts; before that both may be.
 */
export function sight(update: MetricsUpdate): Sight {
  const { at, engines, endpoints, pairs, recorded, windowSeconds } = update;
  const windowMs = windowSeconds * 1000;
  const watchedMs = recorded ? Math.min(windowMs, Math.max(0, at - recorded.from)) : 0;
  const rows = new Map(engines.map((engine) => [engine.key, engine]));
  const missing = new Set<Side>();
  const uncounted = new Map<Side, EngineRow[]>();
  const late = new Map<Side, EngineRow[]>();
  const silent = new Map<Side, EngineRow[]>();
  const failing = new Set(endpoints.filter(({ state }) => FAILING.has(state)).map(({ label }) => label));
  const members: Record<Side, EngineRow[]> = { prefill: [], decode: [] };
  for (const pair of pairs) {
    const sides = (['prefill', 'decode'] as const).map(
      (side) => [side, pair[side].flatMap((key) => rows.get(key) ?? [])] as const,
    );
    const counting = sides.filter(([, all]) => all.some(({ sinceStart }) => (sinceStart.transfers ?? 0) > 0));
    for (const [side, all] of sides) {
      members[side].push(...all);
      if (pair[side].length === 0 && counting.length === 0) missing.add(side);
      add(
        silent,
        side,
        all.filter(({ endpoint }) => failing.has(endpoint)),
      );
      const counts = counting.length === 0 || counting.some(([one]) => one === side);
      if (!counts) continue;
      add(
        uncounted,
        side,
        all.filter(({ window }) => window.transfers === null),
      );
      add(
        late,
        side,
        all.filter(({ firstPageAt }) => at - firstPageAt < windowMs),
      );
    }
  }
  const quiet = [...silent.values()].flat().map(({ endpoint }) => endpoint);
  const last = endpoints.filter(({ label }) => quiet.includes(label)).map(({ lastPageAt }) => lastPageAt ?? at);
  return {
    watchedMs,
    whole: watchedMs >= windowMs,
    missing: [...missing],
    unpaired: pairs.length === 0,
    roleless: engines.some(({ role, window }) => role === null && window.transfers !== null),
    uncounted: uncounted.size > 0 ? names(uncounted, members) : null,
    late: late.size > 0 ? { ...names(late, members), ms: youngest(late, at) } : null,
    silent: silent.size > 0 ? { ...names(silent, members), since: last.length > 0 ? Math.min(...last) : null } : null,
  };
}

/** Since when it was counted: `in the last 60 s`, or less where not all of the window was watched. */
export function period({ whole, watchedMs }: Sight, windowSeconds: number): string {
  return whole ? `in the last ${span(windowSeconds * 1000)}` : `in the ${span(watchedMs)} that were watched`;
}

function youngest(found: ReadonlyMap<Side, readonly EngineRow[]>, at: number): number {
  return Math.min(...[...found.values()].flat().map(({ firstPageAt }) => Math.max(0, at - firstPageAt)));
}

function add(map: Map<Side, EngineRow[]>, side: Side, rows: readonly EngineRow[]): void {
  if (rows.length > 0) map.set(side, [...(map.get(side) ?? []), ...rows]);
}

/** `decode` where that is all of the side; the endpoint where it is one of several; otherwise how many they are. */
function names(found: ReadonlyMap<Side, readonly EngineRow[]>, members: Record<Side, readonly EngineRow[]>) {
  const parts = [...found].map(([side, rows]) => {
    if (rows.length === members[side].length) return side;
    const labels = [...new Set(rows.map(({ endpoint }) => endpoint))];
    return labels.length === 1 ? (labels[0] as string) : `${plural(labels.length, 'endpoint')} of ${side}`;
  });
  const unique = [...new Set(parts)];
  const many = unique.length > 1 || /^\d+ endpoints /.test(unique[0] ?? '');
  return { who: unique.join(' and '), verb: many ? 'have' : 'has' };
}
