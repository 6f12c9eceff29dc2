import { readMetricName } from '../../knowledge';
import type { EngineVersions, MetricUse } from '../../model';
import { promqlSelectors, type SourceText } from '../../syntax';
import type { Reading } from '../command/launch';
import { readVersions } from '../versions';

/** Longer texts are no expressions that people write. */
const longest = 64 * 1024;

/** Words of which at least one is in every name of ours. */
const ours = /vllm|lmcache|agent_|llm_d_|http_re|process_start/;

/** True when a text may hold the name of a metric that we know. */
export function mentionsMetric(text: string): boolean {
  return ours.test(text);
}

/** The metrics of ours that an expression asks for. */
export function addQuery(expression: SourceText, reading: Reading): void {
  // Grafana's `metrics(pattern)` lists names; what looks like one in it is a part of a pattern.
  if (expression.length > longest || !mentionsMetric(expression.text) || /^\s*metrics\(/.test(expression.text)) return;
  for (const { name, text, labels } of promqlSelectors(expression)) {
    if (isOurs(name)) addUse({ name, text, labels, form: 'query' }, reading);
  }
}

/** A name that stands alone: what a recording rule makes, or what an autoscaler asks some adapter for. */
export function addName(text: SourceText, form: 'record' | 'alias', reading: Reading): void {
  const { text: name, known } = text;
  if (known && name.length < 200 && isOurs(name)) addUse({ name, text, labels: [], form }, reading);
}

function addUse(use: Omit<MetricUse, 'place' | 'versions'>, { context, out }: Reading): void {
  out.metrics.push({ ...use, place: use.text.place(), versions: versionsFor(context) });
}

/** No engine stands behind a query: what comments and settings say counts. */
function versionsFor(context: Reading['context']): EngineVersions {
  return readVersions({ image: undefined, imagePlace: undefined, requirements: {} }, context);
}

/** A name that we know, or one that should be vLLM's by its prefix, which it may be while it is typed, too. */
function isOurs(name: string): boolean {
  return /^(?:ray_)?vllm[:_]|^vllm$|^lmcache:/.test(name) || readMetricName(name) !== undefined;
}
