import type { HistoryParams, StartMetricsParams } from '../../../../protocol/metrics';

/** Bounds of what a client may ask for. */
const SHORTEST_INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10 * 60_000;
const MOST_SOURCES = 256;
const MOST_POINTS = 5000;
const MOST_CHARTS = 100;

/** What is to be watched, within bounds. Labels name endpoints everywhere, so that they are made different. */
export function checkedStart(params: StartMetricsParams): StartMetricsParams {
  const { sources, intervalMs } = params;
  if (!Array.isArray(sources) || sources.length === 0) throw new Error('There is nothing to watch.');
  if (sources.length > MOST_SOURCES) {
    throw new Error(`At most ${MOST_SOURCES} endpoints are watched; more are the work of a Prometheus server.`);
  }
  const interval = Number.isFinite(intervalMs) ? intervalMs : 2000;
  const taken = new Set<string>();
  const urls = new Set<string>();
  return {
    ...params,
    intervalMs: Math.min(LONGEST_INTERVAL_MS, Math.max(SHORTEST_INTERVAL_MS, interval)),
    sources: sources.flatMap((source) => {
      // What is asked twice would count twice.
      if (source.kind === 'endpoint' && urls.has(source.url)) return [];
      if (source.kind === 'endpoint') urls.add(source.url);
      let { label } = source;
      for (let count = 2; taken.has(label); count += 1) label = `${source.label} (${count})`;
      taken.add(label);
      return { ...source, label };
    }),
  };
}

export function checkedHistory(params: HistoryParams): HistoryParams {
  return {
    ...params,
    points: Math.min(MOST_POINTS, Math.max(1, Math.floor(params.points) || 1)),
    charts: params.charts.slice(0, MOST_CHARTS),
  };
}
