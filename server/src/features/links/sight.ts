import type { Analysis, FilePlace } from '../../analysis';
import { at, type Engine, isScalar, knownText, member, type Place, type Pod, type Service } from '../../model';
import { placeKey } from './link';

/** Something of a file, with what finds its places. */
export interface Seen<T> {
  readonly it: T;
  readonly locate: (place: Place) => FilePlace | undefined;
}

export interface SeenConfigMap {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly place: FilePlace;
  readonly keys: ReadonlyMap<string, FilePlace>;
}

/** What names may mean. */
export interface Sight {
  readonly configMaps: readonly SeenConfigMap[];
  readonly services: readonly Seen<Service>[];
  readonly pods: readonly Seen<Pod>[];
  /** Services of Compose files: those that start engines. */
  readonly composed: readonly Seen<Engine>[];
}

export function sightOf(analyses: readonly Analysis[]): Sight {
  const seen = <T>(pick: (analysis: Analysis) => readonly T[]): Seen<T>[] =>
    analyses.flatMap((analysis) => {
      const locate = (place: Place) => analysis.files.locate(place);
      return pick(analysis).map((it) => ({ it, locate }));
    });
  const configMaps = new Map<string, SeenConfigMap>();
  for (const analysis of analyses) {
    for (const one of configMapsIn(analysis)) configMaps.set(placeKey(one.place), one);
  }
  return {
    configMaps: [...configMaps.values()],
    services: seen(({ deployment }) => deployment.services),
    pods: seen(({ deployment }) => deployment.pods),
    composed: seen(({ host, deployment }) => (host === 'compose' ? deployment.engines : [])),
  };
}

/** The ConfigMaps of a file, and those of other files that it refers to. */
function configMapsIn({ deployment, objects, files }: Analysis): SeenConfigMap[] {
  const found: SeenConfigMap[] = [];
  const add = (name: string, namespace: string | undefined, place: Place, keys: readonly [string, Place][]) => {
    const located = files.locate(place);
    const known = keys.flatMap(([key, at]): [string, FilePlace][] => {
      const there = files.locate(at);
      return there ? [[key, there]] : [];
    });
    if (located) found.push({ name, namespace, place: located, keys: new Map(known) });
  };
  for (const { name, object, place, data } of deployment.configMaps) {
    const keys = data.map(({ key, keyText }): [string, Place] => [key, keyText.place()]);
    add(name, knownText(object.namespace), place, keys);
  }
  for (const { answer } of objects) {
    if ('unresolved' in answer || answer.kind !== 'ConfigMap') continue;
    const { name, namespace, tree } = answer;
    const title = at(tree, 'metadata', 'name');
    const data = ['data', 'binaryData'].flatMap((key) => {
      const list = member(tree, key)?.value;
      return list?.type === 'object' ? list.members : [];
    });
    const keys = data.map(({ key, keyText }): [string, Place] => [key, keyText.place()]);
    if (isScalar(title)) add(name, namespace, title.text.place(), keys);
  }
  return found;
}

/** May two objects lie in one namespace, as far as both name theirs? */
export function mayMeet(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}
