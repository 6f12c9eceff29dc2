import { type Deployment, type Engine, type Place, placeOf } from '../model';
import { contains, type RootPlace, type SourceText } from '../syntax';

/** Where something that stands in another document is used. */
export interface Use {
  readonly place: Place;
  readonly message: string;
}

/** Finds the uses of some characters: where a container takes over a ConfigMap's value, or runs its script. */
export type UsesOf = (place: Place, engine: Engine | undefined) => readonly Use[];

/** Uses that are listed for one finding. */
const MAX_USES = 5;

/** The uses in the engines of a deployment. */
export function usesIn({ engines }: Deployment): UsesOf {
  let byRoot: ReadonlyMap<SourceText, ReadonlySet<Engine>> | undefined;
  return (place, own) => {
    const located = place.source.locate(place.span);
    if (!own) byRoot ??= enginesByRoot(engines);
    const using = own ? [own] : [...(byRoot?.get(located.root) ?? [])];
    return using.flatMap((engine) => useOf(located, engine) ?? []).slice(0, MAX_USES);
  };
}

/** The engines that take something from a text, or are started in it. */
function enginesByRoot(engines: readonly Engine[]): ReadonlyMap<SourceText, ReadonlySet<Engine>> {
  const found = new Map<SourceText, Set<Engine>>();
  const add = ({ source, span }: Place, engine: Engine) => {
    const { root } = source.locate(span);
    const known = found.get(root);
    if (known) known.add(engine);
    else found.set(root, new Set([engine]));
  };
  for (const engine of engines) {
    add(engine.place, engine);
    for (const { via, value, nameText } of engine.environment.variables) {
      if (via !== 'config-map') continue;
      add(placeOf(value), engine);
      add(nameText.place(), engine);
    }
  }
  return found;
}

function useOf({ root, span }: RootPlace, engine: Engine): Use | undefined {
  const name = engine.name === undefined ? 'this engine' : `\`${engine.name}\``;
  for (const { via, passedAt, value, nameText } of engine.environment.variables) {
    if (via !== 'config-map' || !passedAt) continue;
    const stands = [placeOf(value), nameText.place()].some(({ source, span: own }) => {
      const at = source.locate(own);
      return at.root === root && contains(at.span, span);
    });
    if (stands) return { place: passedAt, message: `${name} takes it from here` };
  }
  const { container } = engine;
  const started = engine.place.source.locate(engine.place.span).root;
  if (!container || started !== root || container.place.source.locate(container.place.span).root === root) return;
  return { place: container.place, message: `the container that runs it` };
}
