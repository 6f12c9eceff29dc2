import type { MetricsSource } from '../../../../protocol/metrics';
import { FAILED, XFER_TIME } from '../model/families';
import type { Thresholds } from '../thresholds';
import type { Watched } from '../verdict';
import type { EngineId, EngineWindow } from '../window';
import { matching, quoted } from './promql';

/** What is known of a deployment when rules and dashboards are written for it. */
export interface PlanInput {
  readonly watched: Watched;
  readonly sources: readonly MetricsSource[];
}

/** Engines that exchange KV, as Prometheus finds them. */
export interface PlannedPair {
  readonly label: string;
  /** Matchers of each side, those of the model included. */
  readonly prefill: string;
  readonly decode: string;
  /** Both sides. */
  readonly all: string;
  /** Where transfers and their failures are counted: one side, or both where it is not known which. */
  readonly transfers: string;
  /** The side of `transfers` in words. */
  readonly counting: 'prefill' | 'decode' | 'either side';
  /** Sides can be told apart. */
  readonly apart: boolean;
  /** Matchers that hold for what Prometheus itself tells of its targets; nothing where only series can be matched. */
  readonly targets: string | undefined;
}

/** A deployment, as queries need it. */
export interface Plan {
  readonly pairs: readonly PlannedPair[];
  readonly thresholds: Thresholds;
  /** How Prometheus spells a name of vLLM. */
  series(name: string): string;
}

/** Labels that Prometheus puts to targets: those that tell most of a side first. */
const TARGET_LABELS = ['job', 'pod', 'instance'] as const;

/** Labels of series that say the side of an engine. */
const ROLE_LABELS = ['llm_isvc_role', 'dynamo_component', 'role'] as const;

/** Labels that every series of a deployment has. */
const COMMON_LABELS = ['cluster', 'namespace', 'llm_isvc_name', 'dynamo_namespace'] as const;

export function planFor({ watched, sources }: PlanInput): Plan {
  const addresses = new Map(sources.flatMap((source) => (source.kind === 'endpoint' ? [addressOf(source)] : [])));
  const matchers = sources.flatMap((source) => (source.kind === 'prometheus' ? inside(source.matchers) : []));
  const given = matchers.length === 1 ? matchers[0]! : '';
  const pairs = watched.pairs.map(({ label, prefill, decode }) =>
    plannedPair(label, prefill, decode, addresses, given),
  );
  const left = watched.engines.filter((engine) => !watched.pairs.some((pair) => has(pair, engine)));
  if (left.length > 0) pairs.push(...plannedRest(left, addresses, given));
  const ray = watched.engines.length > 0 && watched.engines.every(({ id }) => id.labels.ReplicaId !== undefined);
  return {
    pairs,
    thresholds: watched.thresholds,
    series: (name) => (ray ? name.replace(/^vllm:/, 'ray_vllm_') : name),
  };
}

function has(pair: Watched['pairs'][number], { id }: EngineWindow): boolean {
  return [...pair.prefill, ...pair.decode].some((engine) => engine.id.key === id.key);
}

/** Engines whose partner is not in sight: each model is taken as one, without sides. */
function plannedRest(
  engines: readonly EngineWindow[],
  addresses: ReadonlyMap<string, string>,
  given: string,
): PlannedPair[] {
  const models = new Map<string, EngineWindow[]>();
  for (const engine of engines) {
    const model = engine.id.model ?? '';
    models.set(model, [...(models.get(model) ?? []), engine]);
  }
  return [...models].map(([model, own]) => {
    const prefill = own.filter(({ role }) => role === 'prefill');
    const decode = own.filter(({ role }) => role === 'decode');
    const sided = prefill.length > 0 && decode.length > 0;
    return plannedPair(model || 'all models', sided ? prefill : own, sided ? decode : own, addresses, given);
  });
}

function plannedPair(
  label: string,
  prefill: readonly EngineWindow[],
  decode: readonly EngineWindow[],
  addresses: ReadonlyMap<string, string>,
  given: string,
): PlannedPair {
  const all = [...prefill, ...decode];
  const labelsOf = ({ id }: EngineWindow) => allLabels(id, addresses);
  const common = [
    given,
    ...modelMatchers(all),
    ...COMMON_LABELS.flatMap((name) =>
      shared(
        all.map((engine) => labelsOf(engine)[name]),
        name,
      ),
    ),
  ].filter((matcher) => matcher !== '');
  const sides = sideMatchers(prefill.map(labelsOf), decode.map(labelsOf));
  const side = (matcher: string | undefined) => [...common, ...(matcher === undefined ? [] : [matcher])].join(',');
  const counting = countingSide(prefill, decode);
  return {
    label,
    prefill: side(sides?.prefill),
    decode: side(sides?.decode),
    all: side(undefined),
    transfers: counting === 'either side' ? side(undefined) : side(sides?.[counting]),
    counting: sides ? counting : 'either side',
    apart: sides !== undefined,
    targets: targetMatcher(prefill.map(labelsOf), decode.map(labelsOf)),
  };
}

function modelMatchers(engines: readonly EngineWindow[]): string[] {
  const models = engines.map(({ id }) => id.model);
  return models.some((model) => model === null) ? [] : [matching('model_name', models as string[])];
}

/** Every label of an engine; those that are scraped directly are known to Prometheus by their address. */
function allLabels({ labels, endpoint }: EngineId, addresses: ReadonlyMap<string, string>): LabelsOf {
  const address = addresses.get(endpoint);
  return { ...(address !== undefined && { instance: address }), ...labels };
}

function shared(values: readonly (string | undefined)[], name: string): string[] {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? [`${name}=${quoted(first)}`] : [];
}

interface Sides {
  readonly prefill: string;
  readonly decode: string;
}

type LabelsOf = Readonly<Record<string, string | undefined>>;

/** What tells the two sides apart: their roles, the names of their jobs or pods, or at last who they are. */
function sideMatchers(prefill: readonly LabelsOf[], decode: readonly LabelsOf[]): Sides | undefined {
  for (const name of ROLE_LABELS) {
    const sides = disjoint(name, prefill, decode);
    if (sides) return sides;
  }
  for (const name of TARGET_LABELS) {
    const sides = byWord(name, prefill, decode) ?? disjoint(name, prefill, decode);
    if (sides) return sides;
  }
  return undefined;
}

function disjoint(name: string, prefill: readonly LabelsOf[], decode: readonly LabelsOf[]) {
  const [givers, takers] = [prefill, decode].map((side) => side.map((labels) => labels[name])) as [
    (string | undefined)[],
    (string | undefined)[],
  ];
  if (![...givers, ...takers].every((value) => value !== undefined)) return undefined;
  if (givers.some((value) => takers.includes(value))) return undefined;
  return { prefill: matching(name, givers as string[]), decode: matching(name, takers as string[]) };
}

/** Names of pods change with every rollout; the word in them stays. */
function byWord(name: string, prefill: readonly LabelsOf[], decode: readonly LabelsOf[]) {
  const says = (side: readonly LabelsOf[], word: RegExp, other: RegExp) =>
    side.every((labels) => word.test(labels[name] ?? '') && !other.test(labels[name] ?? ''));
  const found = says(prefill, /prefill/, /decode/) && says(decode, /decode/, /prefill/);
  return found ? { prefill: `${name}=~".*prefill.*"`, decode: `${name}=~".*decode.*"` } : undefined;
}

/**
 * The targets of both sides: by the word in their names, by jobs of their own, or one by one. A job that both sides share
 * may have other targets, too.
 */
function targetMatcher(prefill: readonly LabelsOf[], decode: readonly LabelsOf[]): string | undefined {
  const all = [...prefill, ...decode];
  const worded = TARGET_LABELS.find((name) => all.every((labels) => /prefill|decode/.test(labels[name] ?? '')));
  const ofAll = (name: string) => all.flatMap((labels) => labels[name] ?? []);
  const own = [
    ...(disjoint('job', prefill, decode) ? ['job'] : []),
    ...['instance', 'pod'].filter((name) => ofAll(name).length === all.length),
  ][0];
  const matcher =
    worded === undefined ? own && matching(own, [...new Set(ofAll(own))]) : `${worded}=~".*(prefill|decode).*"`;
  if (matcher === undefined) return undefined;
  const places = ['cluster', 'namespace'].flatMap((name) =>
    shared(
      all.map((labels) => labels[name]),
      name,
    ),
  );
  return [...places, matcher].join(',');
}

/** With the pull connector decode counts, with the push connector prefill; what was counted tells. */
function countingSide(prefill: readonly EngineWindow[], decode: readonly EngineWindow[]): PlannedPair['counting'] {
  const counts = (side: readonly EngineWindow[]) =>
    side.some((engine) => [XFER_TIME, FAILED].some((family) => (engine.lifetime(family) ?? 0) > 0));
  const [given, taken] = [counts(prefill), counts(decode)];
  if (given === taken) return 'either side';
  return given ? 'prefill' : 'decode';
}

/** How Prometheus names the target, unless told otherwise. */
function addressOf({ label, url }: { readonly label: string; readonly url: string }): readonly [string, string] {
  if (!URL.canParse(url)) return [label, url];
  const { protocol, hostname, port } = new URL(url);
  return [label, `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`];
}

/** Matchers as they are written between braces. */
function inside(matchers: string | undefined): string[] {
  const text = (matchers ?? '')
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .trim()
    .replace(/,$/, '');
  return text === '' ? [] : [text];
}
