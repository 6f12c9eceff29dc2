import type { Analysis, FilePlace } from '../../analysis';
import {
  type Container,
  type ContainerPort,
  knownText,
  type Pod,
  placeOf,
  type Value,
  type Variable,
} from '../../model';
import { type Links, writtenAt } from './link';
import { mayMeet, type Seen, type SeenConfigMap, type Sight } from './sight';

/** What a pod names of its own, and of the ConfigMaps in sight. */
export function addPodLinks({ it: pod, locate }: Seen<Pod>, analysis: Analysis, sight: Sight, links: Links): void {
  const namespace = knownText(pod.object?.namespace);
  const named = (name: string | undefined) =>
    sight.configMaps.filter((one) => one.name === name && mayMeet(one.namespace, namespace));
  const place = (value: Value | undefined) => value && locate(placeOf(value));
  const shown = new Map<string | undefined, Mounted[]>();
  for (const { name, kind, source, items } of pod.volumes) {
    if (kind !== 'configMap') continue;
    const configMaps = named(knownText(source));
    for (const configMap of configMaps) {
      links.add(place(source), configMap.place);
      for (const { key } of items ?? []) links.add(place(key), configMap.keys.get(knownText(key) ?? ''));
    }
    shown.set(
      knownText(name),
      configMaps.flatMap((configMap) => mountedFiles(configMap, items)),
    );
  }
  for (const container of pod.containers) {
    for (const { volume } of container.mounts) {
      const target = pod.volumes.find(({ name }) => knownText(name) === knownText(volume) && knownText(name));
      links.add(place(volume), place(target?.name));
    }
    for (const { port } of container.probes) {
      for (const meant of portsMeant(port, container)) links.add(place(port), place(meant));
    }
    for (const variable of container.environment.variables) addVariable(variable, locate, named, links);
    addMountedFiles(container, locate(container.whole), shown, analysis, links);
  }
}

/** The ports of a container that a number or a name means. */
export function portsMeant(port: Value | undefined, { ports }: Container): Value[] {
  const text = knownText(port);
  if (text === undefined) return [];
  return ports.flatMap(({ name, number }: ContainerPort) => {
    const meant = /^\d+$/.test(text) ? number : name;
    return meant && knownText(meant) === text ? [meant] : [];
  });
}

function addVariable(
  { reference, passedAt, via, nameText }: Variable,
  locate: Seen<Pod>['locate'],
  named: (name: string) => readonly SeenConfigMap[],
  links: Links,
): void {
  if (reference) {
    for (const configMap of named(writtenAt(reference.name))) {
      links.add(locate(reference.name), configMap.place);
      links.add(locate(reference.key), configMap.keys.get(writtenAt(reference.key)));
    }
  } else if (passedAt && via === 'config-map') {
    for (const configMap of named(writtenAt(passedAt))) {
      links.add(locate(passedAt), configMap.place);
      links.add(locate(passedAt), locate(nameText.place()), true);
    }
  }
}

/** A file that a volume shows: its path there, and the key that it is. */
type Mounted = readonly [path: string, key: FilePlace];

function mountedFiles({ keys }: SeenConfigMap, items: Pod['volumes'][number]['items']): Mounted[] {
  if (!items) return [...keys];
  return items.flatMap(({ key, path }): Mounted[] => {
    const [found, shown] = [keys.get(knownText(key) ?? ''), knownText(path)];
    return found && shown !== undefined ? [[shown, found]] : [];
  });
}

/** Paths in a container at which a key of a ConfigMap is mounted: a script that it runs. */
function addMountedFiles(
  { mounts }: Container,
  whole: FilePlace | undefined,
  shown: ReadonlyMap<string | undefined, readonly Mounted[]>,
  { name, text, files }: Analysis,
  links: Links,
): void {
  if (whole?.file !== name) return;
  const inside = text.slice(whole.start, whole.end);
  for (const { volume, path, subPath } of mounts) {
    const folder = knownText(path)?.replace(/\/+$/, '');
    for (const [file, key] of (folder !== undefined && shown.get(knownText(volume))) || []) {
      if (subPath && knownText(subPath) !== file) continue;
      const full = subPath ? folder! : `${folder}/${file}`;
      for (const start of occurrences(inside, full)) {
        links.add(files.place(name, whole.start + start, whole.start + start + full.length), key);
      }
    }
  }
}

/** Where a path stands in a text, and is no part of a longer one. */
export function occurrences(text: string, path: string): number[] {
  const found: number[] = [];
  if (path === '') return found;
  for (let start = text.indexOf(path); start >= 0; start = text.indexOf(path, start + path.length)) {
    const before = text.slice(Math.max(0, start - 2), start);
    const after = text.slice(start + path.length, start + path.length + 2);
    if (!/[\w./$}]$|[^=\s]-$/.test(before) && !/^(?:[\w/-]|\.\w)/.test(after)) found.push(start);
  }
  return found;
}
