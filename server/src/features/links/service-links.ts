import type { Analysis } from '../../analysis';
import {
  type Engine,
  type InferencePool,
  type KubernetesObject,
  knownText,
  type Labels,
  labelOf,
  type Pod,
  placeOf,
  type RequestProxy,
  type Service,
  type Value,
} from '../../model';
import { hull, type Links } from './link';
import { portsMeant } from './pod-links';
import { mayMeet, type Seen, type Sight } from './sight';

/** What Services, pools and policies choose. */
export function addSelectorLinks({ deployment, files }: Analysis, sight: Sight, links: Links): void {
  const locate: Seen<unknown>['locate'] = (place) => files.locate(place);
  const { services, pools, policies } = deployment;
  for (const { object, selector } of [...services, ...pools, ...policies]) {
    if (!selector) continue;
    for (const pod of chosen(selector, object, sight)) {
      for (const { key, keyPlace, value } of selector.list) {
        const from = hull(locate(keyPlace), locate(placeOf(value)));
        links.add(from, pod.locate(pod.it.place));
        const label = labelOf(pod.it.labels, key);
        links.add(from, label && pod.locate(placeOf(label.value)), true);
      }
    }
  }
  for (const owner of [...services, ...pools]) {
    const pods = owner.selector ? chosen(owner.selector, owner.object, sight) : [];
    for (const port of targetsOf(owner)) {
      for (const pod of pods) {
        for (const meant of pod.it.containers.flatMap((container) => portsMeant(port, container))) {
          links.add(locate(placeOf(port)), pod.locate(placeOf(meant)));
        }
      }
    }
  }
}

function targetsOf(owner: Service | InferencePool): readonly Value[] {
  return 'ports' in owner ? owner.ports.flatMap(({ targetPort, port }) => targetPort ?? port ?? []) : owner.targetPorts;
}

/** The pods that have every label that is asked for. Others may have them unseen. */
function chosen({ list }: Labels, { namespace }: KubernetesObject, { pods }: Sight): Seen<Pod>[] {
  if (list.length === 0) return [];
  return pods.filter(
    ({ it: { labels, object } }) =>
      mayMeet(knownText(namespace), knownText(object?.namespace)) &&
      list.every(({ key, value }) => {
        const wanted = knownText(value);
        return wanted !== undefined && knownText(labelOf(labels, key)?.value) === wanted;
      }),
  );
}

/** Names of variables and flags whose values are hosts. */
const HOSTS = /host|addr|url|endpoint|server|master|leader|router|proxy|(?:^|[-_])ip$/i;

/** A host name by what stands around it: after `//` or `@`, before a port, or with a name of the cluster. */
const HOST = /(?<![\w.$-])[a-z][a-z0-9.-]*[a-z0-9](?![\w(])/g;

/** Names of Services in the variables and flags of engines and of what stands before them. */
export function addHostLinks({ deployment, files }: Analysis, sight: Sight, links: Links): void {
  if (sight.services.length + sight.composed.length === 0) return;
  const texts = (owner: Pick<Engine | RequestProxy, 'environment' | 'flags' | 'pod'>) => {
    const namespace = knownText(owner.pod?.object?.namespace);
    for (const { name, value } of owner.environment.variables) look(name, value, namespace);
    for (const { name, values } of owner.flags.list) for (const value of values) look(name, value, namespace);
  };
  const look = (name: string, value: Value, namespace: string | undefined) => {
    if (value.kind === 'unknown') return;
    const { text } = value.source;
    if (text.length > LONGEST) return;
    for (const { 0: host, index } of text.matchAll(HOST)) {
      const after = text.slice(index + host.length);
      const isHost =
        /(?:\/\/|@)$/.test(text.slice(0, index)) || /^:\d/.test(after) || /\.svc\b/.test(host) || HOSTS.test(name);
      if (!isHost) continue;
      const [first = '', second, third] = host.split('.');
      const add = (label: string, start: number, space: string | undefined) => {
        const from = () => files.locate(value.source.place({ start, end: start + label.length }));
        for (const { it, locate } of sight.services) {
          if (it.name === label && mayMeet(knownText(it.object.namespace), space)) links.add(from(), locate(it.place));
        }
        for (const { it, locate } of sight.composed) if (it.name === label) links.add(from(), locate(it.place));
      };
      add(first, index, second && second !== 'svc' ? second : namespace);
      // A pod of a StatefulSet by its own name.
      if (second && /-\d+$/.test(first)) add(second, index + first.length + 1, third ?? namespace);
    }
  };
  for (const engine of deployment.engines) texts(engine);
  for (const proxy of deployment.proxies) texts(proxy);
}

/** Longer values are data. */
const LONGEST = 4096;
