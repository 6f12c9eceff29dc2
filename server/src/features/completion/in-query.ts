import type { Analysis } from '../../analysis';
import {
  holds,
  lookupMetric,
  type MetricFact,
  metricNames,
  metricSeries,
  metricSpelling,
  readMetricName,
  respellMetric,
  type Versions,
} from '../../knowledge';
import { metricAt, metricText } from '../metric';
import { versionsOf } from '../versions';
import type { Offer } from './in-config';
import type { Name } from './names';
import { type Rated, ranked } from './relevance';

/** Metrics, where the cursor is on the name of one in an expression, or on what may become one. */
export function offerInQuery(analysis: Analysis, offset: number): Offer | undefined {
  const use = metricAt(analysis, offset);
  if (use && use.form !== 'record') {
    return { slot: { source: use.text, span: use.text.all }, proposals: offers(use.name, versionsOf(use)) };
  }
  return analysis.host ? offerInLine(analysis, offset) : undefined;
}

/** What an expression starts with on its line, or in the block that the line is in. */
const key = /^\s*(?:- )?["']?(?:expr|query|metricsQuery|seriesQuery)["']?\s*:(?:\s|$)/;

/** An expression that is no text yet: a colon at the end of a plain scalar makes it a mapping. */
function offerInLine({ text, deployment }: Analysis, offset: number): Offer | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  const typed = /(?:^|[^\w:])((?:ray_)?vllm[:_]\w*|[a-z]\w{2,}(?::\w*)?)$/.exec(before)?.[1];
  if (typed === undefined || !(key.test(before) || key.test(lineAround(text, start, before)))) return undefined;
  const after = /^[\w:]*/.exec(text.slice(offset, offset + 100))![0];
  const first = deployment.metrics[0] ?? deployment.engines[0];
  const proposals = offers(typed, first ? versionsOf(first) : {});
  // Any other word may be a function or a label: only what begins so can be meant.
  const fitting = /^(?:ray_)?vllm/.test(typed) ? proposals : proposals.filter(({ label }) => label.startsWith(typed));
  if (fitting.length === 0) return undefined;
  return { slot: { fileSpan: { start: offset - typed.length, end: offset + after.length } }, proposals: fitting };
}

/** The nearest line above that is less indented. */
function lineAround(text: string, start: number, line: string): string {
  const indent = line.search(/\S/);
  const above = text
    .slice(0, Math.max(0, start - 1))
    .split('\n')
    .reverse();
  return above.find((candidate) => candidate.trim() !== '' && candidate.search(/\S/) < indent) ?? '';
}

function offers(typed: string, versions: Versions): Offer['proposals'] {
  return metricLabels(typed, versions).map((name) => ({ ...name, newText: name.label }));
}

/** Series of vLLM's metrics that go on as typed, spelt as what is typed. */
function metricLabels(typed: string, versions: Versions): Name[] {
  const facts = metricNames(versions).flatMap((name) => lookupMetric(name) ?? []);
  const part = /^(?:ray_)?vllm[:_]?(\w*)$/.exec(typed)?.[1];
  const ours = part === undefined ? facts : facts.filter(({ exposedBy }) => exposedBy === 'vllm');
  const rate = (fact: MetricFact): Rated => ({
    ranges: [fact.range],
    confidence: fact.confidence,
    important: fact.important,
    deprecated: isLeaving(fact, versions),
  });
  const names = ranked(ours, rate, versions).flatMap(({ entry, deprecated }) => series(entry, typed, deprecated));
  const wanted = part ?? typed;
  const fitting = names.filter(({ label }) => label.includes(wanted));
  return fitting.length > 0 ? fitting : names;
}

function series(fact: MetricFact, typed: string, deprecated: boolean): Name[] {
  const spelling = metricSpelling(typed);
  return metricSeries(fact).flatMap((name): Name[] => {
    const read = readMetricName(name);
    if (!read || read.suffix === '_created') return [];
    return [
      {
        label: respellMetric({ ...read, spelling }, name),
        kind: 'value',
        detail: () => [`${fact.type}, ${fact.unit}`, fact.side ?? ''].filter((word) => word !== '').join(' · '),
        documentation: () => metricText({ ...read, spelling }),
        deprecated,
      },
    ];
  });
}

/** Deprecated, or hidden, in all that is known about the version; without any, in the newest. */
function isLeaving({ deprecated, hidden, range }: MetricFact, versions: Versions): boolean {
  const at = versions[range.library];
  if (
    deprecated !== undefined &&
    (at === undefined || holds({ library: range.library, since: deprecated }, at) === 'yes')
  )
    return true;
  return hidden !== undefined && holds(hidden, at) === 'yes';
}
