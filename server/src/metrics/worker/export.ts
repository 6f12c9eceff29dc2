import type { ChartHistory, ExportParams, ExportResult, MetricsUpdate } from '../../../../protocol/metrics';
import { CHART_INFOS, type Deployment } from '../model';
import { writeRecorded } from '../sources';
import type { Tape } from './tape';

const POINTS = 2000;

/** Everything that was recorded, a line for each value: time, chart, unit, engine, value. */
export function csvOf(deployment: Deployment, update: MetricsUpdate, params: ExportParams): string {
  const units = new Map<string, string>(CHART_INFOS.map(({ id, unit }) => [id, unit]));
  const lines = ['time,chart,unit,engine,value'];
  for (const { chart, times, lines: curves } of historyOf(deployment, update, params)) {
    for (const { label, values } of curves) {
      for (const [index, value] of values.entries()) {
        if (value === null) continue;
        const time = new Date(times[index]!).toISOString();
        lines.push([time, chart, units.get(chart) ?? '', label, String(value)].map(cell).join(','));
      }
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

export function jsonOf(deployment: Deployment, update: MetricsUpdate, params: ExportParams): string {
  return `${JSON.stringify({ ...update, history: historyOf(deployment, update, params) }, null, 2)}\n`;
}

/** Writes the pages into a folder, as a recording that can be played again. */
export async function writeTape(tape: Tape, { folder, from, to }: ExportParams): Promise<ExportResult> {
  if (!folder) return { problem: 'No folder is named.' };
  let files = 0;
  try {
    for (const { endpoint, at, text } of tape.pages(from, to)) {
      await writeRecorded(folder, endpoint, at, text);
      files += 1;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable';
    return { files, problem: `The folder cannot be written (${code}).` };
  }
  return files === 0 ? { files, problem: 'Nothing was recorded yet.' } : { files };
}

function historyOf(deployment: Deployment, { recorded }: MetricsUpdate, { from, to }: ExportParams): ChartHistory[] {
  if (!recorded) return [];
  return deployment.history({
    from: Math.max(recorded.from, from ?? recorded.from),
    to: Math.min(recorded.to, to ?? recorded.to),
    points: POINTS,
    charts: CHART_INFOS.map(({ id }) => id),
    by: 'engine',
  });
}

/** A cell of a table. What a spreadsheet would take for a formula is text. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
