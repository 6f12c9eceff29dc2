import type { Buckets } from '../counts';
import { escapeHelp, escapeLabel, type Family, type LabelPairs, type Row } from './family';
import { rustFloat } from './numbers';

/** OpenMetrics 1.0 as the Rust front end writes it; the end of the page is left to the caller. */
export function openMetricsText(families: readonly Family[]): string {
  let text = '';
  for (const { name, type, help, rows } of families) {
    // Families without a series are not shown at all, and the library puts a full stop after every text.
    if (rows.length === 0) continue;
    text += `# HELP ${name} ${escapeHelp(help)}.\n# TYPE ${name} ${type}\n`;
    for (const row of rows) text += type === 'histogram' ? histogramText(name, row) : valueText(name, type, row);
  }
  return text;
}

function valueText(name: string, type: Family['type'], { labels, value }: Row): string {
  const number = value as number;
  // Whole numbers are kept as such; only shares are floats.
  const shown = name.endsWith('_perc') ? rustFloat(number) : String(number);
  return `${name}${type === 'counter' ? '_total' : ''}${braced(pairs(labels))} ${shown}\n`;
}

function histogramText(name: string, { labels, value }: Row): string {
  const { edges, counts, sum, count } = value as Buckets;
  const shown = pairs(labels);
  let text = `${name}_sum${braced(shown)} ${rustFloat(sum)}\n${name}_count${braced(shown)} ${count}\n`;
  const rest = shown === '' ? '' : `,${shown}`;
  let reached = 0;
  for (let index = 0; index <= edges.length; index++) {
    reached += counts[index]!;
    const edge = index === edges.length ? '+Inf' : rustFloat(edges[index]!);
    text += `${name}_bucket{le="${edge}"${rest}} ${reached}\n`;
  }
  return text;
}

const shownPairs = new WeakMap<LabelPairs, string>();

/** In the order in which they were registered. */
function pairs(labels: LabelPairs): string {
  let shown = shownPairs.get(labels);
  if (shown === undefined) {
    shown = labels.map(([key, value]) => `${key}="${escapeLabel(value)}"`).join(',');
    shownPairs.set(labels, shown);
  }
  return shown;
}

function braced(shown: string): string {
  return shown === '' ? '' : `{${shown}}`;
}
