import { areStrangers, type Deployment, type Engine, type Neighbourhood } from '../../model';
import { nixlConnectors } from './connectors';
import { isDialled, sideOf } from './nixl-engine';

/** A prefill and a decode engine of one deployment. */
export interface Pair {
  readonly prefill: Engine;
  readonly decode: Engine;
}

/**
 * The pairs of which nobody can doubt that they exchange blocks: the only two of their file, where nothing tells that they are
 * of different deployments; those of one object (a resource with a part for each role); and those that names or a pool of
 * pods tie to each other and to nobody else, in one file or in two. Where there are several of either, which belong together
 * is for a router to know.
 */
export function pairsIn(deployment: Deployment, { pairs, pools }: Neighbourhood): readonly Pair[] {
  const engines = deployment.engines.filter(takesPart);
  const all = pairOf(engines);
  if (all) return areStrangers(all.prefill, all.decode, [...deployment.pools, ...pools]) ? [] : [all];
  const groups = new Map<object, Engine[]>();
  for (const engine of engines) {
    const object = engine.pod?.object;
    if (!object) continue;
    const group = groups.get(object);
    if (group) group.push(engine);
    else groups.set(object, [engine]);
  }
  const found = [...groups.values()].flatMap((group) => pairOf(group) ?? []);
  const paired = new Set(found.flatMap(({ prefill, decode }) => [prefill, decode]));
  const tied = pairs.filter((pair) => pair.every((engine) => takesPart(engine) && !paired.has(engine)));
  return [...found, ...tied.flatMap((pair) => pairOf(pair) ?? [])];
}

function takesPart(engine: Engine): boolean {
  return !engine.conditional && nixlConnectors(engine).length > 0;
}

function pairOf(engines: readonly Engine[]): Pair | undefined {
  const [prefill, ...otherPrefill] = engines.filter((engine) => sideOf(engine)?.role === 'producer');
  const [decode, ...otherDecode] = engines.filter((engine) => sideOf(engine)?.role === 'consumer');
  const alone = otherPrefill.length + otherDecode.length === 0 && engines.length === 2;
  return prefill && decode && alone ? { prefill, decode } : undefined;
}

/** The engine that compares itself with the other one at the handshake: the one that dials. */
export function dialler({ prefill, decode }: Pair): Engine {
  return isDialled(decode) === 'yes' ? prefill : decode;
}
