import { isScalar, items, member, type ObjectNode, parseYaml, type SourceText, type TreeNode } from '../../syntax';
import { Refused } from './nodes';

/** A kustomization, as far as it is followed. */
export interface Kustomization {
  readonly tree: ObjectNode;
  readonly source: SourceText;
  /** Its own path from the first kustomization. */
  readonly path: string;
  readonly isComponent: boolean;
  /** Objects, and other kustomizations whose objects come first. */
  readonly resources: readonly SourceText[];
  readonly components: readonly SourceText[];
}

/** What changes objects in ways that we do not follow. */
const UNFOLLOWED = ['transformers', 'generators', 'helmCharts', 'helmChartInflationGenerator', 'openapi'] as const;

/** Reads a kustomization's own file. */
export function readKustomizationFile(source: SourceText, path: string): Kustomization {
  const { root } = parseYaml(source);
  if (root?.type !== 'object' || root.open) throw new Refused(`\`${path}\` cannot be read`);
  const kind = member(root, 'kind')?.value;
  return {
    tree: root,
    source,
    path,
    isComponent: isScalar(kind) && kind.text.text === 'Component',
    resources: [...texts(root, 'resources'), ...texts(root, 'bases')],
    components: texts(root, 'components'),
  };
}

/** Ends the build where a kustomization changes objects in ways that are not followed. */
export function requireFollowed({ tree, path }: Kustomization): void {
  for (const key of UNFOLLOWED) {
    const value = member(tree, key)?.value;
    const isEmpty = !value || value.type === 'null' || (value.type === 'array' && value.items.length === 0);
    if (!isEmpty) throw new Refused(`\`${key}\` in \`${path}\` is not followed`);
  }
}

/** Files that a kustomization names beside its resources. */
export interface NamedFiles {
  /** Patches, settings and variables: what they say becomes a part of what it makes. */
  readonly parts: readonly NamedFile[];
  /** Files that its generators put into ConfigMaps as they are. */
  readonly data: readonly NamedFile[];
}

export interface NamedFile {
  readonly path: string;
  /** As it is written. */
  readonly text: SourceText;
}

export function filesOf({ tree, path }: Kustomization): NamedFiles {
  const entries = (key: string) => items(member(tree, key)?.value);
  const named = (written: readonly SourceText[]) =>
    written
      .filter(({ text }) => !text.includes('\n') && !isRemote(text))
      .map((whole): NamedFile => {
        const text = whole.slice(whole.text.indexOf('=') + 1);
        return { path: joinPath(folderOf(path), text.text), text };
      });
  const generators = entries('configMapGenerator');
  return {
    parts: named([
      ...texts(tree, 'patchesStrategicMerge'),
      ...texts(tree, 'configurations'),
      ...['patches', 'patchesJson6902', 'replacements'].flatMap(entries).flatMap((entry) => textsAt(entry, 'path')),
      ...generators.flatMap((entry) => ['envs', 'env'].flatMap((key) => textsAt(entry, key))),
    ]),
    data: named(generators.flatMap((entry) => textsAt(entry, 'files'))),
  };
}

/** One text, or a list of them. */
function textsAt(node: TreeNode, key: string): SourceText[] {
  const value = member(node, key)?.value;
  return [value, ...items(value)].flatMap((one) => (isScalar(one) && one.type !== 'null' ? [one.text] : []));
}

/** The texts of a list; one that is not known ends the build. */
export function texts(node: TreeNode | undefined, key: string): SourceText[] {
  const list = member(node, key)?.value;
  if (list?.type === 'unknown') throw new Refused(`\`${key}\` is not known`);
  return items(list).map((item) => {
    if (!isScalar(item) || !item.text.known) throw new Refused(`an item of \`${key}\` is no known text`);
    return item.text;
  });
}

/** True for what is fetched from elsewhere: a URL, or a repository. */
export function isRemote(path: string): boolean {
  return /^[a-z][\w+.-]*:\/\/|^(?:git::|git@|ssh:)|^(?:www\.)?(?:github|gitlab|bitbucket)\.(?:com|org)\/|\?ref=/.test(
    path,
  );
}

/** A path below a folder, without `.` and `..` where these can be resolved. */
export function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
