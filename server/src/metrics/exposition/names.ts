import { lookupMetric, metricNames, readMetricName } from '../../knowledge';
import type { Part } from '../page';

/** A name of a page, taken apart. */
export interface SeriesName {
  /** As vLLM or NIXL registers it, see `Series`. */
  readonly family: string;
  readonly part: Part;
}

/** What a page says of the type of a name: `counter`, `histogram` … */
export type TypeOf = (name: string) => string | undefined;

/** Which families are kept, by their names as vLLM or NIXL registers them. */
export type Wanted = (family: string) => boolean;

export const PROCESS_START = 'process_start_time_seconds';

const NIXL_PREFIX = 'vllm:nixl_';

const parts: readonly (readonly [string, Part])[] = [
  ['_bucket', 'bucket'],
  ['_sum', 'sum'],
  ['_count', 'count'],
  ['_created', 'created'],
  ['_total', 'value'],
];

/** How names of vLLM and NIXL begin, whoever wrote them. */
const oursBegin = /^(?:(?:ray_)?vllm[:_]|agent_)/;

const nothing: TypeOf = () => undefined;

/**
 * Takes a name of a page apart: nothing for those that are neither of vLLM nor of NIXL. What the tables know is read by
 * them, everything else by the types that the page declares, and without those by its suffix.
 */
export function readSeriesName(name: string, typeOf: TypeOf = nothing): SeriesName | undefined {
  const known = knownName(name);
  if (known) return known;
  const plain = plainName(name);
  if (plain === undefined) return undefined;
  const ending = parts.find(([suffix]) => name.endsWith(suffix) && name.length > suffix.length);
  if (!ending) return { family: plain, part: 'value' };
  const [suffix, part] = ending;
  const base = name.slice(0, -suffix.length);
  const stripped = { family: plain.slice(0, -suffix.length), part };
  const own = typeOf(name);
  if (own === undefined || own === 'untyped' || own === 'unknown') return stripped;
  if (own === 'counter' && suffix === '_total') return stripped;
  // Python's client shows moments of creation as gauges of their own.
  const created = suffix === '_created' && (typeOf(base) ?? typeOf(`${base}_total`)) !== undefined;
  return created ? stripped : { family: plain, part: 'value' };
}

const knownNames = new Map<string, SeriesName>();

/** A name that the tables know, if it is one of vLLM or NIXL. */
export function knownName(name: string): SeriesName | undefined {
  const known = knownNames.get(name);
  if (known || !oursBegin.test(name)) return known;
  const read = readMetricName(name);
  if (!read || !isOurs(read.fact.name)) return undefined;
  const made: SeriesName = { family: newest(read.fact.name), part: partOf(read.suffix) };
  knownNames.set(name, made);
  return made;
}

function partOf(suffix: string): Part {
  return parts.find(([known]) => known === suffix)?.[1] ?? 'value';
}

/** Without what Ray and relabelling did to it. */
function plainName(name: string): string | undefined {
  if (name.startsWith('vllm:')) return name;
  if (name.startsWith('ray_vllm:') || name.startsWith('ray_vllm_')) return `vllm:${name.slice('ray_vllm_'.length)}`;
  return name.startsWith('vllm_nixl_') ? `vllm:${name.slice('vllm_'.length)}` : undefined;
}

function isOurs(family: string): boolean {
  return family.startsWith('vllm:') || family.startsWith('agent_');
}

/** The name that releases of today have for a counter that only got its suffix. */
function newest(family: string): string {
  const fact = lookupMetric(family);
  return fact?.type === 'counter' && fact.replacedBy === `${family}_total` ? fact.replacedBy : family;
}

/** Beside the metrics that matter most, and those that they replaced: whether an engine sleeps. */
const alsoWanted = ['vllm:engine_sleep_state', 'vllm:prompt_tokens_cached', 'vllm:admission_rejections'];

let wantedNames: ReadonlySet<string> | undefined;

/** The families that the figures and verdicts are made of, as far as they are known by name. */
export function wantedFamilies(): ReadonlySet<string> {
  wantedNames ??= new Set(metricNames().flatMap((name) => (wantedByTable(name) ? [newest(name)] : [])));
  return wantedNames;
}

function wantedByTable(name: string): boolean {
  const fact = lookupMetric(name)!;
  if (!isOurs(name) || (fact.exposedBy === 'production-stack' && !name.startsWith(NIXL_PREFIX))) return false;
  if (fact.important || name.startsWith('agent_') || name.startsWith(NIXL_PREFIX)) return true;
  const replacement = fact.replacedBy === undefined ? undefined : lookupMetric(fact.replacedBy);
  return replacement?.important === true || alsoWanted.includes(name);
}

/** Everything of NIXL, and what a view of prefill and decode is made of. */
export const wantedByDefault: Wanted = (family) => family.startsWith(NIXL_PREFIX) || wantedFamilies().has(family);
