import { type Deployment, type Engine, type Place, placeOf } from '../model';
import { contains } from '../syntax';

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
  return (place, own) => {
    const uses = (own ? [own] : engines).flatMap((engine) => useOf(place, engine) ?? []);
    return uses.slice(0, MAX_USES);
  };
}

function useOf(place: Place, engine: Engine): Use | undefined {
  const { root, span } = place.source.locate(place.span);
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
