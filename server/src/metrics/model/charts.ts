import type { ChartInfo } from '../../../../protocol/metrics';
import type { Chart } from './chart';
import { SERVING_CHARTS } from './serving-charts';
import { TRANSFER_CHARTS } from './transfer-charts';

/** Every chart that can be asked for, in the order in which they are shown. */
export const CHARTS: readonly Chart[] = [...TRANSFER_CHARTS, ...SERVING_CHARTS];

/** What is told of charts: without how they are computed. */
export const CHART_INFOS: readonly ChartInfo[] = CHARTS.map(({ value: _, parts: __, ...info }) => info);

export function chartById(id: string): Chart | undefined {
  return CHARTS.find((chart) => chart.id === id);
}
