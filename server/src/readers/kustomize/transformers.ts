import { at, isScalar, items, type Member, member, type ObjectNode, SourceText, type TreeNode } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import type { Kustomization } from './kustomization-file';
import { changeAt, textNode, withMember } from './nodes';
import { type Resource, withTree } from './resource';

type Change = (resource: Resource) => ObjectNode;

/** Names, namespace, labels and annotations: what kustomize sets after the patches. */
export function setMetadata(resources: readonly Resource[], { tree }: Kustomization): Resource[] {
  const changes: Change[] = [
    ...namespaceOf(tree),
    ...namesOf(tree),
    ...pairsOf(member(tree, 'commonLabels')?.value, 'labels', { templates: true, selectors: true }),
    ...items(member(tree, 'labels')?.value).flatMap((entry) =>
      pairsOf(member(entry, 'pairs')?.value, 'labels', {
        templates: isTrue(entry, 'includeTemplates') || isTrue(entry, 'includeSelectors'),
        selectors: isTrue(entry, 'includeSelectors'),
      }),
    ),
    ...pairsOf(member(tree, 'commonAnnotations')?.value, 'annotations', { templates: true, selectors: false }),
  ];
  return changed(resources, changes);
}

/** Numbers of replicas and images: what kustomize sets last. */
export function setNumbersAndImages(resources: readonly Resource[], { tree }: Kustomization): Resource[] {
  const replicas = items(member(tree, 'replicas')?.value).map((entry): Change => {
    const count = member(entry, 'count')?.value;
    const name = textAt(entry, 'name');
    return (resource) =>
      count && scaled.test(resource.kind) && [resource.names[0], resource.names.at(-1)].includes(name)
        ? changeAt(resource.tree, ['spec', 'replicas'], () => count, count.place)
        : resource.tree;
  });
  const images = [...items(member(tree, 'images')?.value), ...items(member(tree, 'imageTags')?.value)].map(
    (entry): Change =>
      (resource) =>
        resource.kind === 'CustomResourceDefinition' ? resource.tree : (setImages(resource.tree, entry) as ObjectNode),
  );
  return changed(resources, [...replicas, ...images]);
}

const scaled = /^(Deployment|ReplicationController|ReplicaSet|StatefulSet)$/;

function changed(resources: readonly Resource[], changes: readonly Change[]): Resource[] {
  return resources.map((resource) =>
    changes.reduce((one, change) => {
      const tree = change(one);
      return tree === one.tree ? one : withTree(one, tree);
    }, resource),
  );
}

function isTrue(node: TreeNode, key: string): boolean {
  const value = member(node, key)?.value;
  return value?.type === 'boolean' && value.value;
}

function namespaceOf(tree: ObjectNode): Change[] {
  const namespace = member(tree, 'namespace')?.value;
  if (!isScalar(namespace) || namespace.text.length === 0) return [];
  return [({ tree: own }) => changeAt(own, ['metadata', 'namespace'], () => namespace, namespace.place)];
}

/** Kinds whose names kustomize leaves alone. */
const keepsName = /^(CustomResourceDefinition|APIService|Namespace)$/;

function namesOf(tree: ObjectNode): Change[] {
  const part = (key: string) => {
    const node = member(tree, key)?.value;
    return isScalar(node) && node.type !== 'null' && node.text.length > 0 ? [node.text] : [];
  };
  const [prefix, suffix] = [part('namePrefix'), part('nameSuffix')];
  if (prefix.length + suffix.length === 0) return [];
  return [
    ({ kind, tree: own }) =>
      keepsName.test(kind)
        ? own
        : changeAt(own, ['metadata', 'name'], (name) => name && renamed(name, prefix, suffix), tree.place),
  ];
}

function renamed(name: TreeNode, prefix: readonly SourceText[], suffix: readonly SourceText[]): TreeNode {
  if (!isScalar(name)) return name;
  return { ...name, ...textNode(SourceText.joined([...prefix, name.text, ...suffix], name.place), name.place) };
}

const templated = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job)$/;
const selecting = /^(Deployment|StatefulSet|DaemonSet|ReplicaSet)$/;

function pairsOf(
  pairs: TreeNode | undefined,
  key: 'labels' | 'annotations',
  { templates, selectors }: { readonly templates: boolean; readonly selectors: boolean },
): Change[] {
  if (pairs?.type !== 'object') return [];
  const { members, place } = pairs;
  const add = (value: TreeNode | undefined): TreeNode | undefined => {
    const before: ObjectNode = value?.type === 'object' ? value : { ...pairs, members: [] };
    return members.reduce<ObjectNode>((labels, one: Member) => withMember(labels, one), before);
  };
  return [
    ({ kind, tree }) => {
      const paths = [['metadata', key]];
      if (templates && templated.test(kind)) paths.push(['spec', 'template', 'metadata', key]);
      if (templates && kind === 'CronJob') {
        paths.push(['spec', 'jobTemplate', 'metadata', key]);
        paths.push(['spec', 'jobTemplate', 'spec', 'template', 'metadata', key]);
      }
      if (selectors && selecting.test(kind)) paths.push(['spec', 'selector', 'matchLabels']);
      if (selectors && /^(Service|ReplicationController)$/.test(kind)) paths.push(['spec', 'selector']);
      return paths.reduce((own, path) => changeAt(own, path, add, place), tree);
    },
  ];
}

/** The images of all lists of containers below a node, with what an entry of `images` makes of them. */
function setImages(node: TreeNode, entry: TreeNode): TreeNode {
  if (node.type === 'array') {
    const list = node.items.map((item) => setImages(item, entry));
    return list.some((item, index) => item !== node.items[index]) ? { ...node, items: list } : node;
  }
  if (node.type !== 'object') return node;
  const members = node.members.map((one): Member => {
    const below = setImages(one.value, entry);
    const value = one.key === 'containers' || one.key === 'initContainers' ? inContainers(below, entry) : below;
    return value === one.value ? one : { ...one, value };
  });
  return members.some((one, index) => one !== node.members[index]) ? { ...node, members } : node;
}

function inContainers(list: TreeNode, entry: TreeNode): TreeNode {
  if (list.type !== 'array') return list;
  const containers = list.items.map((item) => {
    const image = member(item, 'image');
    const value = image && newImage(image.value, entry);
    return item.type === 'object' && image && value ? withMember(item, { ...image, value }) : item;
  });
  return containers.some((item, index) => item !== list.items[index]) ? { ...list, items: containers } : list;
}

/** The image that an entry gives; none when it is about another one. */
function newImage(image: TreeNode, entry: TreeNode): TreeNode | undefined {
  const name = textAt(entry, 'name');
  if (!isScalar(image) || !image.text.known || !name) return undefined;
  const { text } = image;
  const own = splitImage(text.text);
  if (own.name !== name) return undefined;
  const part = (key: string): SourceText | undefined => {
    const value = at(entry, key);
    return isScalar(value) && value.type !== 'null' && value.text.length > 0 ? value.text : undefined;
  };
  const [newName, newTag, digest, suffix] = ['newName', 'newTag', 'digest', 'tagSuffix'].map(part);
  const slice = (span: readonly [number, number] | undefined) => (span ? [text.slice(...span)] : []);
  const tag = newTag ? [newTag] : digest ? [] : [...slice(own.tag), ...(suffix ? [suffix] : [])];
  const hash = digest ? [digest] : newTag || suffix ? [] : slice(own.digest);
  const parts = [
    newName ?? text.slice(0, own.name.length),
    ...(tag.length > 0 ? [SourceText.root(':'), ...tag] : []),
    ...(hash.length > 0 ? [SourceText.root('@'), ...hash] : []),
  ];
  return { ...image, ...textNode(SourceText.joined(parts, image.place), image.place) };
}

interface ImageParts {
  readonly name: string;
  readonly tag: readonly [number, number] | undefined;
  readonly digest: readonly [number, number] | undefined;
}

/** `[host[:port]/]name[:tag][@digest]`. */
function splitImage(image: string): ImageParts {
  const slash = Math.max(0, image.indexOf('/'));
  const at = image.indexOf('@', slash);
  const end = at < 0 ? image.length : at;
  const colon = image.slice(0, end).indexOf(':', slash);
  return {
    name: image.slice(0, colon < 0 ? end : colon),
    tag: colon < 0 ? undefined : [colon + 1, end],
    digest: at < 0 ? undefined : [at + 1, image.length],
  };
}
