import { at, type ObjectNode, type SourceText } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';

/** An object on its way through kustomizations. */
export interface Resource {
  /** As it is now. Every node in it stands where it was written. */
  readonly tree: ObjectNode;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  /** What it was called so far, the first name first; references of any time still meet it. */
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
  /** A tool fills in `$NAME` before kustomize reads the file. */
  readonly placeholders: boolean;
  /** The file that it was read from, by its path from the first kustomization, and all of its text. */
  readonly path: string;
  readonly source: SourceText;
  /** Made by a generator: its name gets a hash. */
  readonly generated: boolean;
}

/** What tells one object from another. */
export interface ResourceId {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly namespace: string;
}

/** What an object calls itself; `undefined` when it has no kind or no name. */
export function idOf(tree: ObjectNode): ResourceId | undefined {
  const [kind, name] = [textAt(tree, 'kind'), textAt(tree, 'metadata', 'name')];
  if (kind === undefined || name === undefined) return undefined;
  const [group, version] = groupOf(textAt(tree, 'apiVersion') ?? '');
  return { kind, group, version, name, namespace: textAt(tree, 'metadata', 'namespace') ?? '' };
}

function groupOf(apiVersion: string): [string, string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

/** Is it the object that a patch without a target means? By any name that it had so far. */
export function isCalled(resource: Resource, id: ResourceId): boolean {
  const { kind, group, version, names, namespaces } = resource;
  return (
    kind === id.kind &&
    group === id.group &&
    version === id.version &&
    names.includes(id.name) &&
    namespaces.some((one) => effective(one) === effective(id.namespace))
  );
}

/** No namespace is the default one. */
export function effective(namespace: string): string {
  return namespace === '' ? 'default' : namespace;
}

/** The same object with another tree, and with the names that this gives it. */
export function withTree(resource: Resource, tree: ObjectNode): Resource {
  const name = textAt(tree, 'metadata', 'name') ?? resource.names.at(-1)!;
  const namespace = textAt(tree, 'metadata', 'namespace') ?? '';
  return {
    ...resource,
    tree,
    names: resource.names.includes(name) ? resource.names : [...resource.names, name],
    namespaces: resource.namespaces.includes(namespace) ? resource.namespaces : [...resource.namespaces, namespace],
  };
}

/** Labels or annotations as they are now. */
export function metadataOf(tree: ObjectNode, key: 'labels' | 'annotations'): ReadonlyMap<string, string> {
  const node = at(tree, 'metadata', key);
  if (node?.type !== 'object') return new Map();
  return new Map(node.members.map((one) => [one.key, textAt(node, one.key) ?? '']));
}
