import table from '../../../schemas/metrics.json';
import { boundsOf, type Fact, type FactRow } from './fact';
import { lazy } from './lazy';
import { allowedMistakes, editDistance, nearest } from './nearest';
import { readSource } from './source';
import { type Bounds, type Certainty, inRange, type Library, type Range, type Versions } from './version';

/** Who shows a metric: vLLM itself, the exporter of NIXL, a router … */
export type MetricExporter = keyof typeof table.exporters;

export type MetricSide = 'prefill' | 'decode';

/** One metric (a family of series), under its name without the suffixes that the client library adds. */
export interface MetricFact extends Fact {
  readonly exposedBy: MetricExporter;
  /** The same in words: `vLLM`, `the router of production-stack`. */
  readonly exporter: string;
  /** Whether the range speaks of releases at all: those of LMCache and routers are not in the tables. */
  readonly versioned: boolean;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly labels: readonly string[];
  /** The values of labels that have few. */
  readonly labelValues: Readonly<Record<string, readonly string[]>>;
  /** The engine that counts, where decode pulls the blocks and where prefill pushes them. */
  readonly countedBy: { readonly pull?: MetricSide; readonly push?: MetricSide };
  /** The same in words. */
  readonly side?: string;
  /** What must be set for it to be there, in words. */
  readonly needs?: string;
  /** Finite upper edges of a histogram; none where they depend on the model. */
  readonly buckets?: readonly number[];
  /** The release that called it deprecated. */
  readonly deprecated?: string;
  /** Releases that show it only with `--show-hidden-metrics-for-version`. */
  readonly hidden?: Range;
  /** The metric that means the same. */
  readonly replacedBy?: string;
  /** What to ask for instead, in words. */
  readonly insteadUse?: string;
  /** Others that show a metric of this name, with other labels. */
  readonly alsoExposedBy: readonly MetricExporter[];
  /** Worth proposing first in a prefill/decode deployment. */
  readonly important: boolean;
  /** Suffixes of its series, most useful first: `_bucket`, `_total`; `''` where the name itself is one. */
  readonly suffixes: readonly string[];
}

/** A name as somebody wrote it, taken apart. */
export interface MetricName {
  readonly fact: MetricFact;
  /** `plain`, or how Ray and others write it, to whom a colon is not allowed. */
  readonly spelling: 'plain' | 'ray' | 'ray-colon' | 'underscore';
  /** `_bucket`, `_total` …; `''` for the name of the family. */
  readonly suffix: string;
}

interface Row extends FactRow {
  readonly exporter?: MetricExporter;
  readonly type: MetricFact['type'];
  readonly unit: string;
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  readonly onlyLabels?: Readonly<Record<string, readonly string[]>>;
  readonly countedBy?: MetricFact['countedBy'];
  readonly needs?: string;
  readonly buckets?: string | readonly number[];
  readonly deprecated?: string;
  readonly hidden?: Bounds;
  readonly replacedBy?: string;
  readonly insteadUse?: string;
  readonly alsoBy?: readonly MetricExporter[];
  readonly important?: boolean;
}

interface Exporter {
  readonly words: string;
  readonly library?: Library;
  readonly clientSuffixes?: boolean;
  readonly labels: readonly string[];
  readonly sources: readonly string[];
}

const rows = lazy(() => table.metrics as unknown as Readonly<Record<string, Row>>);
const exporters = lazy(() => table.exporters as unknown as Readonly<Record<MetricExporter, Exporter>>);
const edges = lazy(() => table.buckets as Readonly<Record<string, readonly number[]>>);
const facts = new Map<string, MetricFact>();

function metricFact(name: string): MetricFact | undefined {
  const known = facts.get(name);
  if (known || !Object.hasOwn(rows(), name)) return known;
  const row = rows()[name]!;
  const exposedBy = row.exporter ?? 'vllm';
  const exporter = exporters()[exposedBy];
  const library = exporter.library ?? 'vllm';
  const own = row.onlyLabels ?? row.labels ?? {};
  const buckets = typeof row.buckets === 'string' ? edges()[row.buckets] : row.buckets;
  const side = sideWords(row.countedBy);
  const fact: MetricFact = {
    name,
    range: { library, ...boundsOf(row) },
    description: row.description ?? '',
    sources: (row.sources ?? exporter.sources).map(readSource),
    confidence: row.confidence ?? 'source',
    exposedBy,
    exporter: exporter.words,
    versioned: exporter.library !== undefined,
    type: row.type,
    unit: row.unit,
    labels: row.onlyLabels ? Object.keys(own) : [...exporter.labels, ...Object.keys(own)],
    labelValues: Object.fromEntries(Object.entries(own).filter(([, values]) => values.length > 0)),
    countedBy: row.countedBy ?? {},
    ...(side !== undefined && { side }),
    ...(row.needs !== undefined && { needs: row.needs }),
    ...(buckets && { buckets }),
    ...(row.deprecated !== undefined && { deprecated: row.deprecated }),
    ...(row.hidden && { hidden: { library, ...boundsOf(row.hidden) } }),
    ...(row.replacedBy !== undefined && { replacedBy: row.replacedBy }),
    ...(row.insteadUse !== undefined && { insteadUse: row.insteadUse }),
    alsoExposedBy: row.alsoBy ?? [],
    important: row.important === true,
    suffixes: suffixesOf(row.type, exporter.clientSuffixes === true),
  };
  facts.set(name, fact);
  return fact;
}

function suffixesOf(type: MetricFact['type'], clientSuffixes: boolean): readonly string[] {
  if (type === 'histogram') return ['_bucket', '_sum', '_count', '_created'];
  return type === 'counter' && clientSuffixes ? ['_total', '_created'] : [''];
}

function sideWords(counted: MetricFact['countedBy'] = {}): string | undefined {
  const { pull, push } = counted;
  if (pull && pull === push) return pull;
  const parts = [pull && `${pull} with \`NixlConnector\``, push && `${push} with \`NixlPushConnector\``];
  return parts.filter((part) => part).join(', ') || undefined;
}

const spellings: readonly (readonly [MetricName['spelling'], RegExp, string])[] = [
  ['ray-colon', /^ray_vllm:/, 'vllm:'],
  ['ray', /^ray_vllm_/, 'vllm:'],
  ['underscore', /^vllm_/, 'vllm:'],
  ['underscore', /^lmcache_/, 'lmcache:'],
];

const anySuffix = /_(?:bucket|sum|count|total|created)$/;

/** Takes a name apart: `ray_vllm_nixl_xfer_time_seconds_sum` is Ray's spelling of a series of a histogram of vLLM. */
export function readMetricName(name: string): MetricName | undefined {
  const found = spellings.find(([, prefix]) => prefix.test(name));
  return readPlain(name, 'plain') ?? (found && readPlain(name.replace(found[1], found[2]), found[0]));
}

/** How a name is spelt, which may be still incomplete. */
export function metricSpelling(name: string): MetricName['spelling'] {
  return spellings.find(([, prefix]) => prefix.test(name))?.[0] ?? 'plain';
}

function readPlain(name: string, spelling: MetricName['spelling']): MetricName | undefined {
  const whole = metricFact(name);
  if (whole) return { fact: whole, spelling, suffix: '' };
  const suffix = anySuffix.exec(name)?.[0];
  const fact = suffix === undefined ? undefined : metricFact(name.slice(0, -suffix.length));
  return fact && suffix !== undefined && fact.suffixes.includes(suffix) ? { fact, spelling, suffix } : undefined;
}

/** The metric of this name, whatever the version (see its `range`), or to which a series of this name belongs. */
export function lookupMetric(name: string): MetricFact | undefined {
  return readMetricName(name)?.fact;
}

/** Another metric, or another series, written as `name` is. */
export function respellMetric({ spelling }: MetricName, name: string): string {
  switch (spelling) {
    case 'plain':
      return name;
    case 'ray-colon':
      return `ray_${name}`;
    case 'ray':
      return `ray_${name.replace(':', '_')}`;
    case 'underscore':
      return name.replace(':', '_');
  }
}

/** Is it there? `yes` for those whose releases are not known. A hidden one is there. */
export function metricThere({ range, versioned }: MetricFact, versions: Versions): Certainty {
  return versioned ? inRange(range, versions) : 'yes';
}

/** Names of its series, most useful first. */
export function metricSeries({ name, suffixes }: MetricFact): readonly string[] {
  return suffixes.map((suffix) => name + suffix);
}

/** Metrics that exist, or may exist, in these versions; those that matter for prefill/decode first. */
export function metricNames(versions: Versions = {}): readonly string[] {
  return sorted().filter((name) => metricThere(metricFact(name)!, versions) !== 'no');
}

const sorted = lazy(() => {
  const names = Object.keys(rows());
  return [...names.filter((name) => rows()[name]!.important), ...names.filter((name) => !rows()[name]!.important)];
});

/** Series close to a misspelt name, nearest first, with its suffix where the metric has such a series. */
export function nearestMetrics(name: string, count = 3): readonly string[] {
  const prefix = name.slice(0, name.indexOf(':') + 1);
  if (prefix === '') return [];
  const stems = Object.keys(rows()).flatMap((row) => (row.startsWith(prefix) ? [row.slice(prefix.length)] : []));
  const suffix = anySuffix.exec(name)?.[0] ?? '';
  const stem = name.slice(prefix.length, name.length - suffix.length);
  const found = nearest(stem, stems, stems.length).filter((other) => differInSpelling(stem, other));
  return found.slice(0, count).map((other) => {
    const { suffixes } = metricFact(prefix + other)!;
    return prefix + other + (suffixes.includes(suffix) ? suffix : suffixes[0]);
  });
}

/** False for two names with different words, of which one may be a metric as well as the other: `…_hits`, `…_miss`. */
function differInSpelling(one: string, other: string): boolean {
  const words = one.split('_');
  const others = other.split('_');
  if (words.length !== others.length) return editDistance(one, other, 1) <= 1;
  return words.every((word, index) => {
    const meant = others[index]!;
    const shortened = Math.min(word.length, meant.length) > 2 && (word.startsWith(meant) || meant.startsWith(word));
    const limit = allowedMistakes(meant.length);
    return shortened || editDistance(word, meant, limit) <= limit;
  });
}
