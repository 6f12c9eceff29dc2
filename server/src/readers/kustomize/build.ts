import { items, member, type ObjectNode, type SourceText, type TreeNode } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import { hasPlaceholders } from '../kubernetes/placeholders';
import { parsedTrees } from '../parsed-trees';
import { withGenerated } from './generators';
import { type Kustomization, requireFollowed, texts } from './kustomization-file';
import { Refused } from './nodes';
import { applyJsonPatches, applyPatches } from './patches';
import { applyReplacements } from './replacements';
import { idOf, type Resource } from './resource';
import type { Sources } from './sources';
import { setMetadata, setNumbersAndImages } from './transformers';

/** What a kustomization makes. */
export interface Built {
  readonly resources: readonly Resource[];
  /** Patches of objects that are not in sight. */
  readonly loose: readonly ObjectNode[];
  /** Where more objects come from. */
  readonly outOfSight: readonly string[];
}

/**
 * The objects that a kustomization makes of those that it lists, in kustomize's order: resources, generators, components,
 * patches, names and labels, JSON patches of the older kind, numbers and images (`api/internal/target`). Throws `Refused`
 * where something is not followed: half of it would say what nobody applies.
 */
export function build(top: Kustomization, sources: Sources): Built {
  const more = { loose: [] as ObjectNode[], outOfSight: [] as string[] };
  const resources = new Builder(sources, more).accumulate(top, [], [top.path]);
  if (more.loose.length > 0 && more.outOfSight.length === 0)
    throw new Refused('a patch means no object that is listed');
  return { resources, ...more };
}

/** Kustomizations that are built for one; each as often as it is listed. */
const MOST_BUILT = 500;

/** What configurations may set that changes more than references. */
const CONFIGURED = ['images', 'replicas'];

class Builder {
  readonly #sources: Sources;
  #left = MOST_BUILT;
  readonly #more: { readonly loose: ObjectNode[]; readonly outOfSight: string[] };

  constructor(sources: Sources, more: { readonly loose: ObjectNode[]; readonly outOfSight: string[] }) {
    this.#sources = sources;
    this.#more = more;
  }

  /** @param before the objects of the kustomization that a component belongs to */
  accumulate(own: Kustomization, before: readonly Resource[], above: readonly string[]): Resource[] {
    requireFollowed(own);
    this.#left -= 1;
    if (this.#left < 0) throw new Refused('it lists too much');
    this.#requirePlainConfiguration(own);
    const listed = own.resources.flatMap((text) => this.#resourcesOf(text, own, above));
    let resources = withGenerated([...before, ...listed], own, this.#sources);
    for (const text of own.components) resources = this.#withComponent(text, own, resources, above);
    const patched = applyPatches(resources, own, this.#sources);
    this.#more.loose.push(...patched.loose);
    const named = setMetadata(patched.resources, own);
    const counted = setNumbersAndImages(applyJsonPatches(named, own, this.#sources), own);
    return applyReplacements(counted, own, this.#sources);
  }

  /**
   * `configurations` tell kustomize of fields that hold names, labels and the like. References are met here by every name
   * that an object had, so that those need nothing; fields that hold images and numbers are not followed.
   */
  #requirePlainConfiguration(own: Kustomization): void {
    for (const text of texts(own.tree, 'configurations')) {
      for (const tree of parsedTrees(this.#sources.named(text, own))) {
        const strange = CONFIGURED.find((key) => member(tree, key));
        if (strange) throw new Refused(`\`${strange}\` in \`${text.text}\` is not followed`, text);
      }
    }
  }

  #resourcesOf(text: SourceText, own: Kustomization, above: readonly string[]): Resource[] {
    const listed = this.#sources.listed(text, own, above);
    if ('outOfSight' in listed) {
      this.#more.outOfSight.push(listed.outOfSight);
      return [];
    }
    if ('source' in listed)
      return parsedTrees(listed.source).flatMap((tree) => resourcesIn(tree, listed.path, listed.source));
    const { kustomization } = listed;
    if (kustomization.isComponent) throw new Refused(`\`${text.text}\` is a component among the resources`, text);
    return this.accumulate(kustomization, [], [...above, kustomization.path]);
  }

  #withComponent(
    text: SourceText,
    own: Kustomization,
    resources: readonly Resource[],
    above: readonly string[],
  ): Resource[] {
    const listed = this.#sources.listed(text, own, above);
    if ('outOfSight' in listed) throw new Refused(`the component \`${text.text}\` is not here`, text);
    if (!('kustomization' in listed)) throw new Refused(`\`${text.text}\` is no component`, text);
    const { kustomization } = listed;
    return this.accumulate(kustomization, resources, [...above, kustomization.path]);
  }
}

/** The objects of a document, those of a list one by one. */
function resourcesIn(tree: TreeNode, path: string, source: SourceText): Resource[] {
  if (tree.type === 'null') return [];
  if (tree.type !== 'object' || tree.open) throw new Refused(`\`${path}\` holds something else than objects`);
  if (/List$/.test(textAt(tree, 'kind') ?? '')) {
    return items(member(tree, 'items')?.value).flatMap((item) => resourcesIn(item, path, source));
  }
  const id = idOf(tree);
  if (!id) throw new Refused(`an object in \`${path}\` has no name`);
  const placeholders = hasPlaceholders(tree.place.source.text);
  return [{ ...id, tree, names: [id.name], namespaces: [id.namespace], placeholders, path, source, generated: false }];
}
