import {
  lookupMetric,
  type MetricFact,
  type MetricName,
  metricSeries,
  metricThere,
  readMetricName,
  respellMetric,
} from '../../knowledge/metrics';
import { holds } from '../../knowledge/version';
import type { Deployment, MetricUse } from '../../model';
import type { Fix, Severity } from '../rule';
import { fix } from './findings';
import { atMost, versionOf } from './versions';
import { code } from './words';

/** A metric that a file asks for, and what is known about it. */
export interface KnownUse {
  readonly use: MetricUse;
  readonly name: MetricName;
  readonly fact: MetricFact;
}

/** The metrics that files ask for and whose releases are known. Names that they make themselves are not among them. */
export function knownUses(deployment: Deployment): KnownUse[] {
  const recorded = recordedNames(deployment);
  return deployment.metrics.flatMap((use) => {
    const name = use.form === 'record' || recorded.has(use.name) ? undefined : readMetricName(use.name);
    // An adapter that replaces the colon may have replaced more.
    const made = use.form === 'alias' && name?.spelling !== 'plain';
    return name?.fact.versioned && !made ? [{ use, name, fact: name.fact }] : [];
  });
}

/** Names that recording rules of the files give to their results. */
export function recordedNames({ metrics }: Deployment): ReadonlySet<string> {
  return new Set(metrics.flatMap(({ form, name }) => (form === 'record' ? [name] : [])));
}

/** True when the file asks for the other metric as well: then it serves several releases, and each query has its own. */
export function asksFor(other: MetricFact, { use }: KnownUse, { metrics }: Deployment): boolean {
  if (metrics.some(({ name }) => lookupMetric(name) === other)) return true;
  const names = [other.name, ...metricSeries(other)].join('|');
  return new RegExp(`(?<![\\w:])(?:${names})(?![\\w:])`).test(use.text.locate().root.text);
}

/** What comes of asking for a metric that is not there. */
export function nothing({ use }: KnownUse): string {
  return use.form === 'alias' ? 'nothing is found by this name' : 'the query gives nothing';
}

/** True when the release is older than the metric. */
export function isEarlier({ use, fact }: KnownUse): boolean {
  const { library, since } = fact.range;
  return since !== undefined && holds({ library, since }, versionOf(use, library)) === 'no';
}

/**
 * The weaker of this severity and what may be said: of a name that some adapter may have made up, and of releases that
 * were not read in source, no more than information.
 */
export function limited(severity: Severity, { use, fact }: KnownUse): Severity {
  const sure = use.form === 'query' && fact.confidence === 'source' && fact.alsoExposedBy.length === 0;
  return sure ? severity : atMost(severity, 'info');
}

/** The series of another metric that the one that is written corresponds to, spelt like it. */
export function sameSeries(other: MetricFact, { name }: KnownUse): string | undefined {
  const exists = name.suffix === '' || other.suffixes.includes(name.suffix);
  return exists ? respellMetric(name, other.name + name.suffix) : undefined;
}

/**
 * Asks for the other metric by the same kind of series. Safe where the one that is written is certainly not there and the
 * other is, and nothing in the file gives series other names.
 */
export function askInstead(other: MetricFact | undefined, known: KnownUse, certain: boolean): Fix | undefined {
  const { use, fact } = known;
  const series = other && sameSeries(other, known);
  const there = other && metricThere(other, use.versions);
  if (!other || series === undefined || there === 'no') return undefined;
  const sure = certain && there === 'yes' && limited('warning', known) === 'warning' && fact.type === other.type;
  const safe = sure && !/relabel/i.test(use.text.locate().root.text);
  return fix(`Write ${code(series)}`, safe, { place: use.place, newText: series });
}
