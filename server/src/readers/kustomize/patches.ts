import { items, member, type ObjectNode, type SourceText, type TreeNode } from '../../syntax';
import { parsedTrees } from '../parsed-trees';
import { applyJsonPatch, isJsonPatch } from './json-patch';
import { type Kustomization, texts } from './kustomization-file';
import { Refused } from './nodes';
import { idOf, isCalled, type Resource, withTree } from './resource';
import { isSelected } from './selector';
import type { Sources } from './sources';
import { mergePatch } from './strategic-merge';

/** What patches are applied to, and what none of the objects was meant by. */
export interface Patched {
  readonly resources: Resource[];
  /** Patches of objects that are not in sight. */
  readonly loose: ObjectNode[];
}

/** The older list of strategic merge patches and `patches`: what kustomize applies first. */
export function applyPatches(before: readonly Resource[], own: Kustomization, sources: Sources): Patched {
  const patched: Patched = { resources: [...before], loose: [] };
  for (const text of texts(own.tree, 'patchesStrategicMerge')) {
    const source = text.text.includes('\n') ? text : sources.named(text, own);
    for (const tree of parsedTrees(source)) mergeInto(patched, tree, undefined);
  }
  for (const entry of items(member(own.tree, 'patches')?.value)) applyEntry(patched, entry, own, sources);
  return patched;
}

/** The older list of JSON patches, which kustomize applies after names and labels. */
export function applyJsonPatches(before: readonly Resource[], own: Kustomization, sources: Sources): Resource[] {
  const patched: Patched = { resources: [...before], loose: [] };
  for (const entry of items(member(own.tree, 'patchesJson6902')?.value)) applyEntry(patched, entry, own, sources);
  return patched.resources;
}

function applyEntry(patched: Patched, entry: TreeNode, own: Kustomization, sources: Sources): void {
  if (entry.type !== 'object') throw new Refused('an item of `patches` is no mapping');
  const target = member(entry, 'target')?.value;
  for (const tree of parsedTrees(sourceOf(entry, own, sources))) {
    if (!isJsonPatch(tree)) mergeInto(patched, tree, target, renames(entry));
    else {
      if (!target) throw new Refused('a JSON patch has no target');
      patched.resources.forEach((resource, index) => {
        if (isSelected(target, resource))
          patched.resources[index] = withTree(resource, applyJsonPatch(resource.tree, tree));
      });
    }
  }
}

function sourceOf(entry: ObjectNode, own: Kustomization, sources: Sources): SourceText {
  const [inline, path] = ['patch', 'path'].map((key) => member(entry, key)?.value);
  if (inline?.type === 'string' && inline.text.text.trim() !== '') return inline.text;
  if (path?.type !== 'string' || !path.text.known) throw new Refused('an item of `patches` has no patch');
  return sources.named(path.text, own);
}

/** `options.allowNameChange` and `allowKindChange`. */
function renames(entry: ObjectNode): boolean {
  const options = member(entry, 'options')?.value;
  return options?.type === 'object' && options.members.length > 0;
}

function mergeInto(patched: Patched, patch: TreeNode, target: TreeNode | undefined, renaming = false): void {
  if (patch.type !== 'object') throw new Refused('a patch is no mapping');
  if (renaming) throw new Refused('the options of a patch are not followed');
  const id = idOf(patch);
  if (!target && !id) throw new Refused('a patch does not say what it patches');
  const meant = (resource: Resource) => (target ? isSelected(target, resource) : isCalled(resource, id!));
  const found = patched.resources.filter(meant);
  if (found.length === 0) patched.loose.push(patch);
  if (!target && found.length > 1) throw new Refused('a patch may mean several objects');
  for (const resource of found) {
    const index = patched.resources.indexOf(resource);
    const tree = mergePatch(resource.tree, patch);
    if (tree) patched.resources[index] = withTree(resource, withIdentityOf(tree, resource));
    else patched.resources.splice(index, 1);
  }
}

/** A patch does not rename what it is applied to. */
function withIdentityOf(tree: ObjectNode, { tree: before }: Resource): ObjectNode {
  const [old, now] = [before, tree].map((one) => member(one, 'metadata')?.value);
  if (old?.type !== 'object' || now?.type !== 'object') return tree;
  const kept = old.members.filter(({ key }) => key === 'name' || key === 'namespace');
  const members = [...kept, ...now.members.filter(({ key }) => key !== 'name' && key !== 'namespace')];
  const kind = member(before, 'kind');
  return {
    ...tree,
    members: tree.members.map((one) => {
      if (one.key === 'metadata') return { ...one, value: { ...now, members } };
      return one.key === 'kind' && kind ? kind : one;
    }),
  };
}
