import { maskTemplates, parseYaml, type SourceText, splitYamlDocuments } from '../../syntax';
import type { Reading } from '../command/launch';
import { withChartValues } from '../helm/chart-values';
import { readMetrics } from '../monitoring/metric-places';
import { readWorkloads } from './workloads';

/** One YAML document: Kubernetes objects, chart values, recipes, alerts; all by their shape. */
export function readYamlDocument(source: SourceText, reading: Reading): void {
  const { root: written } = parseYaml(maskTemplates(source));
  if (!written) return;
  const root = withChartValues(written, source.text, reading.context);
  readWorkloads(root, reading);
  readMetrics(root, reading);
}

/** All documents of a text, such as a here-document that is handed to `kubectl`. */
export function readYamlDocuments(source: SourceText, reading: Reading): void {
  for (const { start, end } of splitYamlDocuments(source.text)) readYamlDocument(source.slice(start, end), reading);
}
