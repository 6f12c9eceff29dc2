import type { ChartInfo } from '../../../../protocol/metrics';
import type { EngineWindow } from '../window';

/** A chart and how to compute it. */
export interface Chart extends ChartInfo {
  /** The value of the engines of one line over one step. */
  value?(windows: readonly EngineWindow[]): number | null;
  /** Has a line for each of these instead: buckets by their edge, tokens by their source. */
  parts?(windows: readonly EngineWindow[]): ReadonlyMap<string, number> | null;
}

/** PromQL of a chart that can be pasted anywhere: a minute holds four scrapes of most Prometheus servers. */
export const RATE = '[1m]';
export const increase = (name: string) => `sum(increase(${name}${RATE}))`;
export const rate = (name: string) => `sum(rate(${name}${RATE}))`;
export const meanQuery = (name: string, factor = '') => `${factor}${rate(`${name}_sum`)} / ${rate(`${name}_count`)}`;
export const quantileQuery = (name: string) =>
  `1000 * histogram_quantile(0.9, sum by (le) (rate(${name}_bucket${RATE})))`;
export const bucketQuery = (name: string) => `sum by (le) (increase(${name}_bucket${RATE}))`;
