import type { TreeNode } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import { Refused } from './nodes';
import { effective, metadataOf, type Resource } from './resource';

/** Does a patch's target mean this object? Fields are regular expressions for the whole text; what is missing fits all. */
export function isSelected(target: TreeNode, resource: Resource): boolean {
  const { kind, group, version, names, namespaces, tree } = resource;
  const ends = (list: readonly string[]) => [list[0]!, list.at(-1)!];
  return (
    fits(textAt(target, 'kind'), [kind]) &&
    fits(textAt(target, 'group'), [group]) &&
    fits(textAt(target, 'version'), [version]) &&
    fits(textAt(target, 'name'), ends(names)) &&
    fits(textAt(target, 'namespace'), ends(namespaces).map(effective)) &&
    hasPairs(textAt(target, 'labelSelector'), metadataOf(tree, 'labels')) &&
    hasPairs(textAt(target, 'annotationSelector'), metadataOf(tree, 'annotations'))
  );
}

function fits(pattern: string | undefined, texts: readonly string[]): boolean {
  if (pattern === undefined || pattern === '') return true;
  // A plain word needs no engine; and what is more is written for Go's, which knows no look-around.
  if (/^[\w./-]*$/.test(pattern) && !pattern.includes('.')) return texts.includes(pattern);
  if (/\(\?[^:]|\\[^wdsbWDS.\\/-]/.test(pattern) || pattern.length > 200 || /[*+}][*+]|\)[*+{]/.test(pattern)) {
    throw new Refused(`the target \`${pattern}\` of a patch is not followed`);
  }
  try {
    const whole = new RegExp(`^(?:${pattern})$`);
    return texts.some((text) => whole.test(text));
  } catch {
    throw new Refused(`the target \`${pattern}\` of a patch is not followed`);
  }
}

/** `a=b,c==d,e!=f,g,!h`; sets of values are not followed. */
function hasPairs(selector: string | undefined, pairs: ReadonlyMap<string, string>): boolean {
  if (selector === undefined || selector.trim() === '') return true;
  return selector.split(',').every((requirement) => {
    const [, key, sign, value] = /^\s*([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)\s*$/.exec(requirement) ?? [];
    if (key !== undefined) return (pairs.get(key) === value) === (sign !== '!=');
    const [, not, there] = /^\s*(!?)([\w./-]+)\s*$/.exec(requirement) ?? [];
    if (there === undefined) throw new Refused(`the selector \`${selector}\` of a patch is not followed`);
    return pairs.has(there) === (not === '');
  });
}
