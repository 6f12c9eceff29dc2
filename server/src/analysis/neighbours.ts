import {
  type Deployment,
  type Engine,
  isOnePool,
  labelsDiffer,
  modelsDiffer,
  type Neighbourhood,
  nobodyAround,
  sameButForRole,
} from '../model';
import type { Beside } from './beside';
import { ObjectNames } from './object-names';

/** Engines that are compared with each other. More in one folder are none that belong together. */
const MOST_ENGINES = 100;

/**
 * What the files beside one say about the deployment that it is a part of. Manifests lie in one folder for many reasons:
 * two are taken together only where their objects are called the same but for their role, in one namespace, or one pool of
 * pods chooses both; and not where some file beside defines one of them a second time, as variants do.
 * @param templates what the names of a chart's templates begin with, where the file is one of them
 */
export function neighbourhood(
  own: Deployment,
  beside: Pick<Beside, 'readings' | 'open'>,
  templates: string | undefined,
): Neighbourhood {
  const readings = beside.readings.map(({ deployment }) => deployment);
  const all = [own, ...readings];
  const names = new ObjectNames();
  if (templates !== undefined) {
    const parts = beside.readings.filter(({ file }) => file.name.startsWith(templates));
    for (const { pods } of [own, ...parts.map(({ deployment }) => deployment)]) names.add(pods, templates);
  }
  const twice = twiceDefined(all, names);
  const isKnown = ({ pod }: Engine) => pod && !twice.has(names.identity(pod));
  const together = new Together(
    names,
    all.flatMap((one) => one.pools),
  );
  const mine = own.engines.filter(isKnown);
  const candidates = readings.flatMap(({ engines }) => engines).filter(isKnown);
  if (mine.length + candidates.length > MOST_ENGINES) return { ...nobodyAround, open: beside.open };
  const engines = candidates.filter((other) =>
    mine.some((one) => together.belong(one, other) && together.isOnlyOne(other, one, candidates)),
  );
  const pods = new Set(engines.flatMap(({ pod }) => pod ?? []));
  return {
    engines,
    pods: [...pods],
    services: readings.flatMap(({ services }) => services),
    pools: readings.flatMap((one) => one.pools),
    policies: readings.flatMap(({ policies }) => policies),
    proxies: readings.flatMap(({ proxies }) => proxies).filter(({ pod }) => pod && pods.has(pod)),
    pairs: pairsOf(mine, candidates, together),
    open: beside.open,
  };
}

/** Each pair once. */
function pairsOf(mine: readonly Engine[], candidates: readonly Engine[], together: Together) {
  const all = [...mine, ...candidates];
  return mine.flatMap((own, index) =>
    all.slice(index + 1).flatMap((other): Neighbourhood['pairs'] => {
      if (other.pod === own.pod || !together.belong(own, other)) return [];
      const alone = together.isOnlyOne(other, own, all) && together.isOnlyOne(own, other, all);
      return alone ? [[own, other]] : [];
    }),
  );
}

/** Objects that more than one file defines: each would replace the other, so that at most one is meant. */
function twiceDefined(all: readonly Deployment[], names: ObjectNames): ReadonlySet<string | undefined> {
  const seen = new Set<string | undefined>();
  // What has no known name belongs to nothing.
  const twice = new Set<string | undefined>([undefined]);
  for (const { pods } of all) {
    const own = new Set(pods.map((pod) => names.identity(pod)));
    for (const one of own) (seen.has(one) ? twice : seen).add(one);
  }
  return twice;
}

/** Which engines belong to one deployment. */
class Together {
  readonly #names: ObjectNames;
  readonly #pools: Deployment['pools'];

  constructor(names: ObjectNames, pools: Deployment['pools']) {
    this.#names = names;
    this.#pools = pools;
  }

  belong(a: Engine, b: Engine): boolean {
    if (!a.pod?.object || !b.pod?.object || !this.#names.sameNamespace(a.pod, b.pod)) return false;
    if (labelsDiffer(a.pod, b.pod) || modelsDiffer(a, b)) return false;
    const [first, second] = [this.#names.nameOf(a.pod), this.#names.nameOf(b.pod)];
    if (first !== undefined && second !== undefined && sameButForRole(first, second)) return true;
    return isOnePool(a.pod, b.pod, this.#pools);
  }

  /** True when no other object could be meant: with two prefills for a decode nobody knows which one it is. */
  isOnlyOne(other: Engine, own: Engine, candidates: readonly Engine[]): boolean {
    return !candidates.some(
      (third) =>
        third.pod !== other.pod &&
        third.pod !== own.pod &&
        third.role?.role === other.role?.role &&
        this.belong(own, third),
    );
  }
}
