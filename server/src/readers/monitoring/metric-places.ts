import { lookupMetric } from '../../knowledge';
import { isScalar, items, type Member, member, parseJson, parseYaml, type TreeNode } from '../../syntax';
import type { Reading } from '../command/launch';
import { addName, addQuery, mentionsMetric } from './queries';

/**
 * Keys under which PromQL stands, wherever: alert and recording rules and panels of Grafana (`expr`), KEDA, Perses, Flagger
 * and variables of Grafana (`query`), prometheus-adapter.
 */
const queryKeys = new Set(['expr', 'query', 'definition', 'metricsQuery', 'seriesQuery']);

/** Keys under which the name of a metric stands alone, which an adapter may have made up; of annotations the last part. */
const nameKeys = /(?:^|[./])(?:metricName|targetMetric)$/;

/** Text that holds one of these may be a file of its own: a dashboard or rules in a chart's values, or in a CRD. */
const embedded = /"(?:expr|query)"[ \t]*:|^[ \t]*(?:- )?(?:expr|metricsQuery|seriesQuery):/m;

/** Levels of a document that are searched, and levels of files in files. */
const deepest = 60;
const deepestFile = 3;

/** Gathers the metrics that a document asks for, by the keys under which expressions stand: of any kind of object. */
export function readMetrics(root: TreeNode, reading: Reading): void {
  if (mentionsMetric(root.place.source.text)) visit(root, reading, 0);
}

function visit(node: TreeNode, reading: Reading, level: number): void {
  if (level > deepest) return;
  for (const item of items(node)) {
    if (item.type === 'string') addListed(item.text, reading);
    else visit(item, reading, level + 1);
  }
  if (node.type !== 'object') return;
  for (const one of node.members) visitMember(one, node, reading, level);
}

function visitMember({ key, value }: Member, parent: TreeNode, reading: Reading, level: number): void {
  if (!isScalar(value)) {
    // `metric: {name: …}` of a HorizontalPodAutoscaler.
    const name = key === 'metric' ? member(value, 'name')?.value : undefined;
    if (isScalar(name)) addAutoscalerName(name.text, reading);
    visit(value, reading, level + 1);
    return;
  }
  if (value.type !== 'string' || !mentionsMetric(value.text.text)) return;
  if (queryKeys.has(key)) addQuery(value.text, reading);
  else if (key === 'record' && member(parent, 'expr')) addName(value.text, 'record', reading);
  // Beside a query KEDA only calls its result so.
  else if (nameKeys.test(key) && !member(parent, 'query')) addAutoscalerName(value.text, reading);
  else if (embedded.test(value.text.text)) visitFile(value.text, reading);
}

type Text = Parameters<typeof addQuery>[0];

/** `vllm:x`, or `prometheus.googleapis.com|vllm:x|gauge`, which is how the adapter of Google names Prometheus' series. */
function addAutoscalerName(text: Text, reading: Reading): void {
  addPart(text, /^(?:prometheus\.googleapis\.com[|/])?([\w:]+)(?:[|/]\w+)?$/, reading);
}

/** What a scheduler reads from engines, as an argument of its own or behind a flag, and lists of metrics to collect. */
function addListed(text: Text, reading: Reading): void {
  addPart(text, /^(?:--[\w-]*metric[\w-]*=)?(vllm:[a-z]\w+)$/, reading, true);
}

function addPart(text: Text, pattern: RegExp, reading: Reading, onlyKnown = false): void {
  const match = text.length < 300 ? pattern.exec(text.text) : null;
  const name = match?.[1];
  if (!match || name === undefined || (onlyKnown && !lookupMetric(name))) return;
  const start = match[0].indexOf(name);
  addName(text.slice(start, start + name.length), 'alias', reading);
}

/** A dashboard or a file of rules that stands as a text in another file. */
function visitFile(text: Text, reading: Reading): void {
  if (reading.depth >= deepestFile) return;
  const root = /^\s*[{[]/.test(text.text) ? parseJson(text).root : parseYaml(text).root;
  if (root) visit(root, { ...reading, depth: reading.depth + 1 }, 0);
}
