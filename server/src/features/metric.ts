import type { Analysis, Range } from '../analysis';
import { describeBounds, type MetricFact, type MetricName, metricSeries, readMetricName } from '../knowledge';
import type { MetricUse } from '../model';
import { card, code, common, list } from './card';
import { covers } from './covers';
import { assumedText } from './versions';

/** The metric that the cursor is on, in an alert, a dashboard or an autoscaler. */
export function metricAt(analysis: Analysis, offset: number): MetricUse | undefined {
  return analysis.deployment.metrics.find(({ place }) => covers(analysis, place, offset));
}

/** What is known about the metric at an offset. */
export function metricHover(
  analysis: Analysis,
  offset: number,
): { readonly markdown: string; readonly range: Range } | undefined {
  const use = metricAt(analysis, offset);
  const name = use && readMetricName(use.name);
  const located = name && analysis.files.locate(use.place);
  if (!located) return undefined;
  const assumed = name.fact.versioned ? assumedText(use, [name.fact.range]) : '';
  const parts = [metricText(name), assumed].filter((part) => part !== '');
  return { markdown: parts.join('\n\n---\n\n'), range: located.range };
}

/** A metric, and the series of it that is meant, for hovers and the documentation of completion items. Markdown. */
export function metricText({ fact, suffix, spelling }: MetricName): string {
  const spelt = { plain: '', ray: 'Written as Ray does.', 'ray-colon': 'Written as Ray did.', underscore: '' };
  return card({
    ...common(fact),
    kind: `${fact.type} of ${fact.exporter}`,
    facts: [`in ${fact.unit}`, fact.labels.length > 0 ? `by ${list(fact.labels)}` : ''],
    text: [
      fact.description,
      spelt[spelling],
      fact.side ? `Counted by ${fact.side}.` : '',
      fact.needs ? `Needs ${fact.needs}.` : '',
      ...labelWords(fact),
      seriesWords(fact, suffix),
      bucketWords(fact),
      ...changes(fact),
    ],
    ranges: fact.versioned ? [fact.range] : [],
  });
}

function labelWords({ labelValues }: MetricFact): string[] {
  return Object.entries(labelValues).map(([label, values]) => `${code(label)} is ${list(values)}.`);
}

const meanings: Readonly<Record<string, string>> = {
  _bucket: 'counts what is at most `le`',
  _sum: 'adds up all values',
  _count: 'counts the values',
  _total: 'is the counter itself',
  _created: 'is the time at which it was made',
};

function seriesWords(fact: MetricFact, suffix: string): string {
  const meaning = meanings[suffix];
  if (meaning) return `${code(suffix)} ${meaning}.`;
  const series = metricSeries(fact).filter((name) => name !== fact.name && !name.endsWith('_created'));
  return series.length > 0 ? `Its series: ${list(series)}.` : '';
}

function bucketWords({ buckets }: MetricFact): string {
  if (!buckets) return '';
  return `Buckets up to ${buckets.length > 8 ? `${buckets.slice(0, 3).join(', ')} … ${buckets.at(-1)}` : buckets.join(', ')}.`;
}

function changes({ deprecated, hidden, replacedBy, insteadUse, alsoExposedBy }: MetricFact): string[] {
  return [
    deprecated ? `Deprecated from ${deprecated} on.` : '',
    hidden ? `Hidden in ${describeBounds(hidden)} unless \`--show-hidden-metrics-for-version\` is given.` : '',
    replacedBy ? `Instead: ${code(replacedBy)}.` : insteadUse ? `Instead: ${insteadUse}.` : '',
    alsoExposedBy.includes('production-stack') ? 'The router of production-stack has its own of this name.' : '',
  ];
}
