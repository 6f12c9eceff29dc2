import { SLEEP_STATE } from '../../model/families';
import type { Setting, SideHints, Verdict, Watched } from '../../verdict';
import type { EngineWindow } from '../../window';
import { known } from './figures';

export type Side = 'prefill' | 'decode';
export type Pair = Watched['pairs'][number];

/** The side whose engine it is; `undefined` for one of both, and for one of which nothing is known. */
export function sideOf({ role }: EngineWindow): Side | undefined {
  return role === 'prefill' || role === 'decode' ? role : undefined;
}

/** Engines on the other side of the pairs that an engine belongs to. */
export function partnersOf({ pairs }: Watched, engine: EngineWindow): readonly EngineWindow[] {
  const has = (engines: readonly EngineWindow[]) => engines.some(({ id }) => id.key === engine.id.key);
  const partners = pairs.flatMap(({ prefill, decode }) => [
    ...(has(prefill) ? decode : []),
    ...(has(decode) ? prefill : []),
  ]);
  return [...new Map(partners.map((partner) => [partner.id.key, partner])).values()];
}

/** Its figures are of now: the last scrapes of its endpoint did not fail. */
export function isFresh({ endpoints }: Watched, { id }: EngineWindow): boolean {
  // Instances behind a Prometheus server are no endpoints of their own.
  const endpoint = endpoints.find(({ label }) => label === id.endpoint);
  return endpoint === undefined || endpoint.state === 'ok' || endpoint.state === 'no-nixl';
}

/** Engines that may serve are behind endpoints without figures: how requests are divided cannot be told. */
export function hidesEngines({ endpoints, engines }: Watched): boolean {
  return endpoints.some(({ label, state }) => {
    return state !== 'ok' && state !== 'no-nixl' && !engines.some(({ id }) => id.endpoint === label);
  });
}

export function isAsleep(engine: EngineWindow): boolean {
  const asleep = ['weights_offloaded', 'discard_all'].some(
    (state) => (known(engine.gauge(SLEEP_STATE, { sleep_state: state })) ?? 0) > 0,
  );
  return asleep || known(engine.gauge(SLEEP_STATE, { sleep_state: 'awake' })) === 0;
}

/** How an engine is called in a sentence: by its endpoint, and by its number where the endpoint has several. */
export function nameOf({ engines }: Watched, { id }: EngineWindow): string {
  const several = engines.some((other) => other.id.endpoint === id.endpoint && other.id.key !== id.key);
  return several ? `${id.endpoint}/${id.engine}` : id.endpoint;
}

/** Where a verdict about an engine belongs. */
export function at({ id }: EngineWindow): Pick<Verdict, 'endpoint' | 'engine'> {
  return { endpoint: id.endpoint, engine: id.engine };
}

/** Where a verdict about several engines belongs: as near as they have in common. */
export function among(engines: readonly EngineWindow[]): Pick<Verdict, 'endpoint' | 'engine'> {
  const [first] = engines;
  if (!first || engines.some(({ id }) => id.endpoint !== first.id.endpoint)) return { endpoint: null, engine: null };
  return { endpoint: first.id.endpoint, engine: engines.length === 1 ? first.id.engine : null };
}

/** What the configuration says about the side of an engine, where it has one. */
export function hintsOf({ hints }: Watched, engine: EngineWindow): SideHints | undefined {
  const side = sideOf(engine);
  return side && hints?.[side];
}

export function variable(name: string, side?: Side): Setting {
  return { kind: 'variable', name, ...(side && { side }) };
}

export function flag(name: string, side?: Side): Setting {
  return { kind: 'flag', name, ...(side && { side }) };
}

export function field(name: string, side?: Side): Setting {
  return { kind: 'field', name, ...(side && { side }) };
}
