import { toValue, type Value, type Variable } from '../../model';
import {
  at,
  isScalar,
  items,
  member,
  type ObjectNode,
  type Reason,
  type SourceText,
  type TreeNode,
} from '../../syntax';
import { emptyAfter, textOf } from '../config/pieces';
import { unique } from '../engine';
import { expandReferences, type Lookup } from './variable-references';

export interface ContainerEnvironment {
  readonly variables: readonly Variable[];
  readonly open: readonly Reason[];
}

/**
 * The variables of lists of `{name, value | valueFrom}`, in effect order. A reference `$(NAME)` is replaced when NAME is
 * set earlier; else Kubernetes leaves it as it is, unless it comes from `envFrom` or from a Service.
 * @param fill what a tool makes of the texts before Kubernetes reads them
 */
export function readEnvironmentLists(
  lists: readonly TreeNode[],
  fill: (text: SourceText) => SourceText = (text) => text,
): ContainerEnvironment {
  const variables: Variable[] = [];
  const open: Reason[] = [];
  const byName = new Map<string, SourceText>();
  for (const list of lists) {
    if (list.type === 'unknown') open.push(list.reason);
    if (list.type !== 'array') continue;
    if (list.open) open.push(list.open);
    for (const item of list.items) {
      if (item.type === 'unknown') open.push(item.reason);
      if (item.type !== 'object') continue;
      if (item.open) open.push(item.open);
      const variable = readVariable(item, (name) => byName.get(name), fill);
      if (!variable) {
        const reason = nameReason(item);
        if (reason) open.push(reason);
        continue;
      }
      variables.push(variable);
      byName.set(variable.name, textOf(variable.value));
    }
  }
  return { variables, open: unique(open) };
}

function readVariable(item: ObjectNode, lookup: Lookup, fill: (text: SourceText) => SourceText): Variable | undefined {
  const name = member(item, 'name')?.value;
  if (!isScalar(name) || !name.text.known) return undefined;
  return {
    name: name.text.text,
    nameText: name.text,
    value: readValue(item, name.text, lookup, fill),
    via: 'kubernetes',
  };
}

/** Why the name itself is not known: then the item may set any variable. */
function nameReason(item: ObjectNode): Reason | undefined {
  const name = member(item, 'name')?.value;
  if (name?.type === 'unknown') return name.reason;
  return isScalar(name) ? name.text.holes()[0]?.reason : undefined;
}

function readValue(item: ObjectNode, name: SourceText, lookup: Lookup, fill: (text: SourceText) => SourceText): Value {
  const from = member(item, 'valueFrom')?.value;
  if (from) return fromElsewhere(from);
  const value = member(item, 'value')?.value;
  if (!value) return toValue(emptyAfter(name));
  if (value.type === 'unknown') return { kind: 'unknown', reason: value.reason, place: value.place };
  if (isScalar(value)) {
    const text = value.type === 'null' ? emptyAfter(value.text) : expandReferences(fill(value.text), lookup, 'hole');
    return toValue(text);
  }
  // A mapping where a text must stand: the API server refuses it; as text it is what is written.
  return toValue(rawText(value));
}

/** The characters of a node as they are written. */
export function rawText({ place: { source, span } }: TreeNode): SourceText {
  return source.slice(span.start, span.end);
}

function fromElsewhere(from: TreeNode): Value {
  const reason = (kind: Reason['kind'], node: TreeNode | undefined): Value | undefined => {
    if (!node) return undefined;
    const detail = isScalar(node) ? node.text.text : rawText(node).text;
    return { kind: 'unknown', reason: { kind, detail }, place: node.place };
  };
  return (
    reason('field', at(from, 'fieldRef', 'fieldPath')) ??
    reason('field', at(from, 'resourceFieldRef', 'resource')) ??
    reason('secret', at(from, 'secretKeyRef', 'name') ?? at(from, 'secretKeyRef')) ??
    reason('config-map', at(from, 'configMapKeyRef', 'name') ?? at(from, 'configMapKeyRef')) ?? {
      kind: 'unknown',
      reason: from.type === 'unknown' ? from.reason : { kind: 'host', detail: 'valueFrom' },
      place: from.place,
    }
  );
}

/** `envFrom`: every variable of a Secret or ConfigMap that is not in sight. */
export function envFromReasons(list: TreeNode | undefined): Reason[] {
  if (list?.type === 'unknown') return [list.reason];
  return items(list).map((item): Reason => {
    const secret = at(item, 'secretRef', 'name');
    const configMap = at(item, 'configMapRef', 'name');
    const named = secret ?? configMap;
    const detail = isScalar(named) ? named.text.text : 'envFrom';
    return { kind: secret ? 'secret' : 'config-map', detail };
  });
}

/**
 * Of variables that alternatives of a template set, nobody knows which counts: every name that is set more than once
 * becomes unknown.
 */
export function withoutAlternatives(variables: readonly Variable[], reason: Reason): Variable[] {
  const counts = new Map<string, number>();
  for (const { name } of variables) counts.set(name, (counts.get(name) ?? 0) + 1);
  return variables.map((variable) =>
    (counts.get(variable.name) ?? 0) > 1
      ? { ...variable, value: { kind: 'unknown', reason, place: variable.nameText.place() } }
      : variable,
  );
}

/** Where a variable of this name points, for `$(NAME)` in a command: unknown values as holes. */
export function lookupIn(variables: readonly Variable[]): Lookup {
  const byName = new Map(variables.map((variable) => [variable.name, variable.value]));
  return (name) => {
    const value = byName.get(name);
    return value && textOf(value);
  };
}
