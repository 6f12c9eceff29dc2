import { type KubernetesObject, knownText, type Pod, sameNamespace, type Value } from '../model';

/** What the objects of one analysis are called, templates of one chart included. */
export class ObjectNames {
  /** Charts by pods; none where a pod is in none. */
  readonly #charts = new Map<Pod, string>();

  /** @param chart the chart that templates make the pods from */
  add(pods: readonly Pod[], chart: string): void {
    for (const pod of pods) this.#charts.set(pod, chart);
  }

  /** What an object is called in the cluster, as a key; none where that is not known. */
  identity(pod: Pod): string | undefined {
    const name = this.nameOf(pod);
    return pod.object && name !== undefined
      ? `${pod.object.kind}/${namespaceText(pod.object) ?? ''}/${name}`
      : undefined;
  }

  /**
   * The name. Within one chart the same actions give the same text for one release, so that a name is known well enough
   * to be compared: each action is one letter of it.
   */
  nameOf(pod: Pod): string | undefined {
    const name = pod.object?.name;
    const known = knownText(name);
    const chart = this.#charts.get(pod);
    return known ?? (chart === undefined ? undefined : templated(name, chart));
  }

  /** Do both lie in one namespace? */
  sameNamespace(a: Pod, b: Pod): boolean {
    if (!a.object || !b.object) return false;
    const [first, second] = [a, b].map((pod) => this.#charts.get(pod));
    if (first === undefined || first !== second) return sameNamespace(a.object, b.object) === true;
    return namespaceText(a.object) === namespaceText(b.object);
  }
}

/** The name with a letter of its own for each action, without those that words are told apart by. */
function templated(name: Value | undefined, chart: string): string | undefined {
  if (name?.kind !== 'partial') return undefined;
  const { source } = name;
  let text = '';
  let done = 0;
  for (const { start, end, reason } of source.holes()) {
    if (reason.kind !== 'template') return undefined;
    text +=
      source.text.slice(done, start) + letters(`${chart} ${reason.detail.replace(/\s+|(?<=\{\{)-|-(?=\}\})/g, '')}`);
    done = end;
  }
  return text + source.text.slice(done);
}

function letters(text: string): string {
  return `‹${text.replace(/[-_.]/g, (one) => ({ '-': '‐', _: '‿' })[one] ?? '·')}›`;
}

/** A chart's objects lie in the namespace of its release, whether they say so or not. */
function namespaceText({ namespace }: KubernetesObject): string | undefined {
  if (!namespace) return undefined;
  const known = knownText(namespace);
  if (known !== undefined) return known;
  const detail = namespace.kind === 'known' ? '' : namespace.reason.detail;
  if (namespace.kind === 'unknown' && /^\{\{-?\s*\$?\.Release\.Namespace\b[^}.(]*\}\}$/.test(detail)) return undefined;
  return `‹${detail}›${namespace.kind === 'partial' ? namespace.source.text : ''}`;
}
