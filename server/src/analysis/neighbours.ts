import {
  type Deployment,
  type Engine,
  knownText,
  labelOf,
  type Neighbourhood,
  nobodyAround,
  type Pod,
  sameNamespace,
  selects,
} from '../model';
import type { Beside } from './beside';

/** Words of a name that say what an engine does, not which deployment it belongs to. */
const ROLE_WORDS = /^(?:prefill(?:er)?|decode(?:r)?|encode(?:r)?|producer|consumer|p|d)$/;

/** Labels that tell one deployment from another. */
const TELLING = [
  'app.kubernetes.io/instance',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/version',
  'llm-d.ai/model',
  'llm-d.ai/guide',
  'model',
  'variant',
];

/**
 * What the files beside one say about the deployment that it is a part of. Manifests lie in one folder for many reasons:
 * two are taken together only where their objects are called the same but for their role, in one namespace, or one pool of
 * pods chooses both; and not where some file beside defines one of them a second time, as variants do.
 */
export function neighbourhood(own: Deployment, beside: Beside): Neighbourhood {
  const readings = beside.readings.map(({ deployment }) => deployment);
  if (readings.length === 0) return { ...nobodyAround, open: beside.open };
  const all = [own, ...readings];
  const twice = twiceDefined(all);
  const pools = all.flatMap((one) => one.pools);
  const mine = own.engines.filter(({ pod }) => pod && !twice.has(identity(pod)));
  const candidates = readings.flatMap(({ engines }) => engines).filter(({ pod }) => pod && !twice.has(identity(pod)));
  const engines = candidates.filter((other) =>
    mine.some((one) => belongTogether(one, other, pools) && isOnlyOne(other, one, candidates, pools)),
  );
  const pods = new Set(engines.flatMap(({ pod }) => pod ?? []));
  return {
    engines,
    pods: [...pods],
    services: readings.flatMap(({ services }) => services),
    pools: readings.flatMap((one) => one.pools),
    policies: readings.flatMap(({ policies }) => policies),
    proxies: readings.flatMap(({ proxies }) => proxies).filter(({ pod }) => pod && pods.has(pod)),
    open: beside.open,
  };
}

/** What an object is called in the cluster; none where that is not known. */
function identity({ object }: Pod): string | undefined {
  const name = knownText(object?.name);
  return object && name !== undefined ? `${object.kind}/${knownText(object.namespace) ?? ''}/${name}` : undefined;
}

/** Objects that more than one file defines: each would replace the other, so that at most one is meant. */
function twiceDefined(all: readonly Deployment[]): ReadonlySet<string | undefined> {
  const seen = new Set<string | undefined>();
  // What has no known name belongs to nothing.
  const twice = new Set<string | undefined>([undefined]);
  for (const { pods } of all) {
    const own = new Set(pods.map(identity));
    for (const one of own) (seen.has(one) ? twice : seen).add(one);
  }
  return twice;
}

function belongTogether(a: Engine, b: Engine, pools: Deployment['pools']): boolean {
  if (!a.pod?.object || !b.pod?.object || sameNamespace(a.pod.object, b.pod.object) !== true) return false;
  if (contradict(a.pod, b.pod) || otherModel(a, b)) return false;
  const [first, second] = [stem(a.pod), stem(b.pod)];
  if (first?.hasRole && second?.hasRole && first.rest === second.rest) return true;
  return pools.some(
    ({ selector }) =>
      selector && selects(selector, a.pod!.labels) === true && selects(selector, b.pod!.labels) === true,
  );
}

/** A name without the words that say what an engine does. */
function stem({ object }: Pod): { readonly rest: string; readonly hasRole: boolean } | undefined {
  const name = knownText(object?.name);
  if (name === undefined) return undefined;
  const words = name.split(/[-_.]/);
  const rest = words.filter((word) => !ROLE_WORDS.test(word));
  return { rest: rest.join('-'), hasRole: rest.length < words.length };
}

function contradict(a: Pod, b: Pod): boolean {
  return TELLING.some((key) => {
    const [first, second] = [a, b].map(({ labels }) => knownText(labelOf(labels, key)?.value));
    return first !== undefined && second !== undefined && first !== second;
  });
}

function otherModel(a: Engine, b: Engine): boolean {
  const [first, second] = [a, b].map(({ flags }) =>
    knownText(flags.get('served-model-name')?.value ?? flags.get('model')?.value ?? flags.positionals[0]),
  );
  return first !== undefined && second !== undefined && first !== second;
}

/** True when no other object could be meant: with two prefills for a decode nobody knows which one it is. */
function isOnlyOne(other: Engine, own: Engine, candidates: readonly Engine[], pools: Deployment['pools']): boolean {
  return !candidates.some(
    (third) => third.pod !== other.pod && third.role?.role === other.role?.role && belongTogether(own, third, pools),
  );
}
