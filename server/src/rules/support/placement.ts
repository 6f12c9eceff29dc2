import { areStrangers, type Deployment, type Engine, type Neighbourhood, nobodyAround, onOneNode } from '../../model';
import { modelOf, opensSideChannel, sideOf } from './nixl-engine';

/**
 * Where the engines run that exchange KV blocks with this one.
 *
 * - `together`: one of them shares its network namespace, or its node's, so that a local address reaches it.
 * - `apart`: all that are in sight certainly live in other namespaces; `peer` is one of them.
 * - `scattered`: all in sight run under the addresses of some host, and nobody says whether it is the same one.
 * - `alone`: none is in sight, and this one has a namespace of its own (a pod or a container).
 * - `unknown`: nothing can be said.
 */
export interface Placement {
  readonly where: 'together' | 'apart' | 'scattered' | 'alone' | 'unknown';
  readonly peer?: Engine;
}

export function placementOf(
  engine: Engine,
  deployment: Deployment,
  around: Pick<Neighbourhood, 'engines' | 'pools'> = nobodyAround,
): Placement {
  const own = engine.network.kind === 'pod' || engine.network.kind === 'container';
  if (engine.network.kind === 'unknown') return { where: 'unknown' };
  const all = [...deployment.engines, ...around.engines];
  const others = all.filter((other) => other !== engine && couldPair(engine, other));
  if (others.some((other) => shareAddresses(engine, other))) return { where: 'together' };
  if (others.some(({ network }) => network.kind === 'unknown')) return { where: 'unknown' };
  const pools = [...deployment.pools, ...around.pools];
  const peer = others.find((other) => certainlyPairs(engine, other) && !areStrangers(engine, other, pools));
  if (!peer) return { where: own ? 'alone' : 'unknown' };
  const separate = own || peer.network.kind === 'pod' || peer.network.kind === 'container';
  return { where: separate ? 'apart' : 'scattered', peer };
}

/** In one namespace, or on the network of a node that both are bound to. */
function shareAddresses(a: Engine, b: Engine): boolean {
  if (a.network.key === b.network.key) return true;
  const onHost = a.network.kind === 'host' && b.network.kind === 'host';
  return onHost && a.pod !== undefined && b.pod !== undefined && onOneNode(a.pod, b.pod) === true;
}

/** May these two exchange blocks? Not when both only produce or both only consume. */
function couldPair(a: Engine, b: Engine): boolean {
  if (opensSideChannel(a) === 'no' || opensSideChannel(b) === 'no') return false;
  const first = sideOf(a);
  const second = sideOf(b);
  if (!first || !second || first.role === 'both' || first.role !== second.role) return true;
  // Two names that say the same are no proof.
  return !first.stated || !second.stated;
}

/**
 * Prefill and decode are a pair, also when the other one's connector is misspelt; engines that may be both are one when
 * they serve the same model.
 */
function certainlyPairs(a: Engine, b: Engine): boolean {
  if (opensSideChannel(a) !== 'yes') return false;
  const roles = [sideOf(a)?.role, sideOf(b)?.role];
  if (roles.includes(undefined)) return false;
  if (roles.includes('producer') && roles.includes('consumer')) return true;
  const model = modelOf(a);
  return roles.includes('both') && model !== undefined && model === modelOf(b);
}

/** The other side in words: `decode` for an engine that only prefills. */
export function otherSide(engine: Engine): string {
  const role = sideOf(engine)?.role;
  return role === 'producer' ? 'decode' : role === 'consumer' ? 'prefill' : 'the other engine';
}

/** This side in words. */
export function thisSide(engine: Engine): string {
  const role = sideOf(engine)?.role;
  return role === 'producer' ? 'prefill' : role === 'consumer' ? 'decode' : 'this engine';
}

/** What holds an engine, to follow "another": `pod`, `container` or `host`. */
export function holder(engine: Engine): string {
  const { kind } = engine.network;
  return kind === 'pod' || kind === 'container' ? kind : 'host';
}
