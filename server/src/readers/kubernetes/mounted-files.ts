import type { ConfigMap, ConfigMapEntry } from '../../model';
import type { Place, Reason, SourceText } from '../../syntax';
import { at, isScalar, items, member, type ObjectNode, type TreeNode } from '../../syntax';
import { entryOf, type FindConfigMap, isConfigMap } from './config-map-references';
import { objectsIn } from './fields';

/** The text of a file in a container by its path, where a ConfigMap that is in sight is mounted there. */
export type MountedFiles = (path: string) => SourceText | undefined;

/** What one ConfigMap shows in a folder of a container. */
interface Shown {
  readonly configMap: string;
  readonly place: Place;
  /** Paths by keys, where only some are shown. */
  readonly paths: ReadonlyMap<string, string> | undefined;
}

interface Mount {
  readonly folder: string;
  /** The entry of the volume that is mounted as this very file. */
  readonly subPath: string | undefined;
  readonly shown: readonly Shown[];
}

/**
 * The files that ConfigMaps put into a container.
 * @param lost told why a file that is mounted for all we see cannot be had
 */
export function mountedFiles(
  spec: ObjectNode,
  container: ObjectNode,
  configMaps: FindConfigMap,
  lost: (path: string, reason: Reason) => void,
): MountedFiles {
  const volumes = new Map<string, readonly Shown[]>();
  for (const volume of objectsIn(member(spec, 'volumes')?.value)) {
    const name = textOf(at(volume, 'name'));
    if (name !== undefined) volumes.set(name, shownBy(volume));
  }
  const mounts = objectsIn(member(container, 'volumeMounts')?.value).flatMap((node): Mount[] => {
    const [name, folder] = [textOf(at(node, 'name')), textOf(at(node, 'mountPath'))];
    if (name === undefined || folder === undefined || at(node, 'subPathExpr')) return [];
    const subPath = at(node, 'subPath');
    if (subPath && textOf(subPath) === undefined) return [];
    return [{ folder: normal(folder), subPath: textOf(subPath), shown: volumes.get(name) ?? [] }];
  });
  // The deepest mount hides what others show there.
  mounts.sort((a, b) => b.folder.length - a.folder.length);
  const working = textOf(member(container, 'workingDir')?.value);
  return (path) => {
    const full = absolute(path, working);
    if (full === undefined) return undefined;
    const mount = mounts.find(({ folder }) => full === folder || full.startsWith(`${folder === '/' ? '' : folder}/`));
    return mount && fileIn(mount, full, configMaps, (reason) => lost(path, reason));
  };
}

function fileIn(
  { folder, subPath, shown }: Mount,
  full: string,
  configMaps: FindConfigMap,
  lost: (reason: Reason) => void,
): SourceText | undefined {
  let reason: Reason | undefined;
  const inside = full === folder ? '' : full.slice(folder === '/' ? 1 : folder.length + 1);
  const path = normal([subPath, inside].filter((part) => part !== undefined && part !== '').join('/'));
  for (const { configMap, place, paths } of shown) {
    const key = paths ? paths.get(path) : path;
    const found = key === undefined ? undefined : configMaps(configMap);
    const entry = key !== undefined && found && isConfigMap(found) ? entryOf(found, key) : undefined;
    if (entry?.text) return entry.text;
    if (found) reason ??= { ...whyNot(found, key!, entry), place };
  }
  if (reason) lost(reason);
  return undefined;
}

function whyNot(found: ConfigMap | Reason, key: string, entry: ConfigMapEntry | undefined): Reason {
  if (!isConfigMap(found)) return found;
  const detail = `the ConfigMap \`${found.name}\` has no text \`${key}\``;
  return entry?.unknown ?? found.open[0] ?? { kind: 'reference', detail };
}

/** The ConfigMaps of a volume; several are shown together in a projected one. */
function shownBy(volume: ObjectNode): Shown[] {
  const own = at(volume, 'configMap');
  const sources = items(at(volume, 'projected', 'sources')).map((source) => at(source, 'configMap'));
  return [own, ...sources].flatMap((source): Shown[] => {
    const name = at(source, 'name');
    const configMap = textOf(name);
    if (!name || configMap === undefined) return [];
    const { place } = name;
    const list = at(source, 'items');
    if (!list || list.type === 'null') return [{ configMap, place, paths: undefined }];
    const paths = items(list).flatMap((item): [string, string][] => {
      const [key, path] = [textOf(at(item, 'key')), textOf(at(item, 'path'))];
      return key === undefined || path === undefined ? [] : [[normal(path), key]];
    });
    return [{ configMap, place, paths: new Map(paths) }];
  });
}

function textOf(node: TreeNode | undefined): string | undefined {
  return isScalar(node) && node.type !== 'null' && node.text.known ? node.text.text : undefined;
}

/** A path from the top; one that starts in the container's own folder only where it is given. */
function absolute(path: string, working: string | undefined): string | undefined {
  if (path.startsWith('/')) return normal(path);
  return working?.startsWith('/') ? normal(`${working}/${path}`) : undefined;
}

/** Without double slashes, `.` and `..`, and without a slash at the end. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}
