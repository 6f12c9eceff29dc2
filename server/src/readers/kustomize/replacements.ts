import { isScalar, items, member, type Reason, type TreeNode } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import { parsedTrees } from '../parsed-trees';
import type { Kustomization } from './kustomization-file';
import { Refused } from './nodes';
import { type Resource, withTree } from './resource';
import { isSelected } from './selector';
import type { Sources } from './sources';

/**
 * The objects with every field unknown that `replacements` write: what they write there is put together from other fields,
 * which is not followed.
 */
export function applyReplacements(before: readonly Resource[], own: Kustomization, sources: Sources): Resource[] {
  let resources = [...before];
  for (const replacement of replacementsOf(own, sources)) {
    for (const target of items(member(replacement, 'targets')?.value)) {
      const select = member(target, 'select')?.value;
      if (!select) throw new Refused('a replacement does not say what it changes');
      const given = items(member(target, 'fieldPaths')?.value).flatMap((path) =>
        isScalar(path) ? path.text.text : [],
      );
      const paths = given.length > 0 ? given : ['metadata.name'];
      resources = resources.map((resource) => (isSelected(select, resource) ? forget(resource, paths, own) : resource));
    }
  }
  return resources;
}

/** Written in place, or in files of their own: one, or a list of them. */
function replacementsOf(own: Kustomization, sources: Sources): TreeNode[] {
  return items(member(own.tree, 'replacements')?.value).flatMap((entry) => {
    const path = member(entry, 'path')?.value;
    if (!isScalar(path) || path.type === 'null') return [entry];
    return parsedTrees(sources.named(path.text, own)).flatMap((tree) => (tree.type === 'array' ? tree.items : [tree]));
  });
}

function forget(resource: Resource, paths: readonly string[], { path: file }: Kustomization): Resource {
  const reason: Reason = { kind: 'overlay', detail: file };
  const tree = paths.reduce((node: TreeNode, path) => unknownAt(node, splitPath(path), reason), resource.tree);
  return tree.type === 'object' && tree !== resource.tree ? withTree(resource, tree) : resource;
}

/** `a.b.[name=c].d`, `a.0`, `a.*`, `a.[with.dots]`. */
function splitPath(path: string): string[] {
  return [...path.matchAll(/\[([^\]]*)\]|((?:\\.|[^.[\]\\])+)/g)].map(([, bracket, plain]) =>
    bracket === undefined ? plain!.replaceAll('\\.', '.') : `[${bracket}]`,
  );
}

/** The tree with what stands at a path unknown. A field that is made anew belongs to none that is looked at. */
function unknownAt(node: TreeNode, path: readonly string[], reason: Reason): TreeNode {
  const [step, ...rest] = path;
  if (step === undefined) return { type: 'unknown', reason, place: node.place, notation: node.notation };
  if (node.type === 'object') {
    const key = step.replace(/^\[(.*)\]$/, '$1');
    const isMeant = (own: string) => step === '*' || own === key;
    if (step !== '*' && !member(node, key)) return { ...node, open: node.open ?? reason };
    const members = node.members.map((one) =>
      isMeant(one.key) ? { ...one, value: unknownAt(one.value, rest, reason) } : one,
    );
    return { ...node, members };
  }
  if (node.type !== 'array') return node;
  const [, key, value] = /^\[([^=]+)=(.*)\]$/.exec(step) ?? [];
  const isMeant = (item: TreeNode, index: number) =>
    key === undefined ? step === '*' || step === String(index) : textAt(item, key) === value;
  const list = node.items.map((item, index) => (isMeant(item, index) ? unknownAt(item, rest, reason) : item));
  return { ...node, items: list };
}
