import type { Buckets } from '../counts';
import { escapeHelp, escapeLabel, type Family, type LabelPairs, type Row } from './family';
import { pythonNumber } from './numbers';

export interface PythonStyle {
  /** Several processes that add up their files: no moments of creation, another order. */
  readonly multiProcess: boolean;
  /** Gauges with the moments at which series were made. */
  readonly created: boolean;
  readonly rename: (name: string) => string;
}

export const SINGLE_PROCESS: PythonStyle = { multiProcess: false, created: true, rename: (name) => name };
export const MULTI_PROCESS: PythonStyle = { ...SINGLE_PROCESS, multiProcess: true, created: false };

const FILE_ORDER = ['histogram', 'summary', 'gauge', 'counter'] as const;

/** The text format 0.0.4 as Python's client library writes it. */
export function pythonText(families: readonly Family[], style: PythonStyle): string {
  const ordered = style.multiProcess
    ? FILE_ORDER.flatMap((type) => families.filter((family) => family.type === type))
    : families;
  let text = '';
  for (const family of ordered) text += familyText(family, style);
  return text;
}

function familyText(family: Family, style: PythonStyle): string {
  const { type, help, rows, byProcess } = family;
  const name = style.rename(family.name);
  const shown = type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name;
  let text = head(shown, help, type);
  if (type === 'histogram') text += histogramText(name, rows, style);
  else if (type === 'summary') for (const row of rows) text += summaryText(name, row);
  else if (byProcess && style.multiProcess) text += textByProcess(shown, rows, byProcess);
  else for (const { labels, value } of rows) text += `${shown}${labelsOf(labels)} ${pythonNumber(value as number)}\n`;
  if (!style.created || type === 'gauge') return text;
  const dated = rows.filter(({ created }) => created !== undefined);
  if (dated.length === 0) return text;
  const created = `${name}_created`;
  text += head(created, help, 'gauge');
  for (const row of dated) text += `${created}${labelsOf(row.labels)} ${pythonNumber(row.created!)}\n`;
  return text;
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
}

function histogramText(name: string, rows: readonly Row[], style: PythonStyle): string {
  let text = '';
  const sum = ({ labels, value }: Row) => `${name}_sum${labelsOf(labels)} ${pythonNumber((value as Buckets).sum)}\n`;
  if (style.multiProcess) for (const row of rows) text += sum(row);
  for (const row of rows) {
    const { edges, counts, count } = row.value as Buckets;
    const [before, after] = aroundEdge(row.labels);
    let reached = 0;
    for (let index = 0; index <= edges.length; index++) {
      reached += counts[index]!;
      const edge = index === edges.length ? '+Inf' : pythonNumber(edges[index]!);
      text += `${name}_bucket${before}${edge}${after} ${pythonNumber(reached)}\n`;
    }
    text += `${name}_count${labelsOf(row.labels)} ${pythonNumber(count)}\n`;
    if (!style.multiProcess) text += sum(row);
  }
  return text;
}

function summaryText(name: string, { labels, value }: Row): string {
  const { sum, count } = value as { sum: number; count: number };
  const shown = labelsOf(labels);
  return `${name}_count${shown} ${pythonNumber(count)}\n${name}_sum${shown} ${pythonNumber(sum)}\n`;
}

/** One row for each process, of which only the first one knows. */
function textByProcess(name: string, rows: readonly Row[], processes: readonly number[]): string {
  let text = '';
  processes.forEach((pid, index) => {
    for (const { labels, value } of rows) {
      const known = index === 0 ? (value as number) : 0;
      text += `${name}${sorted([...labels, ['pid', String(pid)]])} ${pythonNumber(known)}\n`;
    }
  });
  return text;
}

/** Label sets stay the same from page to page. */
const shownLabels = new WeakMap<LabelPairs, string>();
const shownEdges = new WeakMap<LabelPairs, readonly [string, string]>();

function labelsOf(labels: LabelPairs): string {
  let shown = shownLabels.get(labels);
  if (shown === undefined) {
    shown = sorted(labels);
    shownLabels.set(labels, shown);
  }
  return shown;
}

/** What stands before and after the value of `le`. */
function aroundEdge(labels: LabelPairs): readonly [string, string] {
  let around = shownEdges.get(labels);
  if (around === undefined) {
    const [before, after] = sorted([...labels, ['le', '\0']]).split('\0') as [string, string];
    around = [before, after];
    shownEdges.set(labels, around);
  }
  return around;
}

function sorted(labels: LabelPairs): string {
  if (labels.length === 0) return '';
  const pairs = [...labels].sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${pairs.map(([key, value]) => `${key}="${escapeLabel(value)}"`).join(',')}}`;
}
