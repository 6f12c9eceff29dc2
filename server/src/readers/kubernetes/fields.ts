import { type Label, type Labels, type Switch, toValue, type Value } from '../../model';
import { at, isScalar, items, type ObjectNode, type Reason, type SourceText, type TreeNode } from '../../syntax';
import { unique } from '../engine';
import { maskPlaceholders } from './placeholders';

/** What a tool makes of the texts of a document before Kubernetes reads them. */
export type Fill = (text: SourceText) => SourceText;

export const asWritten: Fill = (text) => text;

/** `$NAME` as holes, where a tool fills them in. */
export function fillOf(placeholders: boolean): Fill {
  return placeholders ? (text) => maskPlaceholders(text) : asWritten;
}

/** The value of a scalar; none where there is none, or a list or mapping stands there. */
export function scalarValue(node: TreeNode | undefined, fill: Fill = asWritten): Value | undefined {
  if (node?.type === 'unknown') return { kind: 'unknown', reason: node.reason, place: node.place };
  return isScalar(node) && node.type !== 'null' ? toValue(fill(node.text)) : undefined;
}

/** The values of a list. */
export function scalarValues(list: TreeNode | undefined, fill: Fill = asWritten): Value[] {
  return items(list).flatMap((item) => scalarValue(item, fill) ?? []);
}

/** Why a list or mapping may hold more than it shows. */
export function openIn(node: TreeNode | undefined): Reason[] {
  if (node?.type === 'unknown') return [node.reason];
  const isOpen = node?.type === 'object' || node?.type === 'array';
  return isOpen && node.open ? [node.open] : [];
}

/**
 * A switch at a path.
 * @param fallback what it is where nothing sets it; `undefined` where something unseen may
 */
export function switchAt(node: TreeNode | undefined, path: readonly string[], fallback: boolean | undefined): Switch {
  const found = at(node, ...path);
  if (!found || found.type === 'null') return { on: fallback, place: undefined };
  return { on: found.type === 'boolean' ? found.value : undefined, place: found.place };
}

/** Labels of a mapping, or none. */
export function labelsOf(node: TreeNode | undefined, open: readonly Reason[], fill: Fill = asWritten): Labels {
  const reasons = [...open, ...openIn(node)];
  if (node?.type !== 'object') return { list: [], open: unique(reasons) };
  const list = node.members.flatMap(({ key, keyText, keyPlace, value }): Label[] => {
    const hole = fill(keyText).holes()[0];
    if (hole) {
      reasons.push(hole.reason);
      return [];
    }
    const given = scalarValue(value, fill);
    return given ? [{ key, keyPlace, value: given }] : [];
  });
  return { list, open: unique(reasons) };
}

/** A label selector: its expressions are not evaluated. */
export function selectorOf(node: ObjectNode, open: readonly Reason[], fill: Fill = asWritten): Labels {
  const expressions = at(node, 'matchExpressions');
  const unseen: Reason[] =
    items(expressions).length > 0 || expressions?.type === 'unknown'
      ? [{ kind: 'pattern', detail: 'matchExpressions' }]
      : [];
  return labelsOf(at(node, 'matchLabels'), [...open, ...openIn(node), ...unseen], fill);
}

/** The members of a list of mappings. */
export function objectsIn(list: TreeNode | undefined): ObjectNode[] {
  return items(list).filter((item) => item.type === 'object');
}
