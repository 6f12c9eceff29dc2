import { toValue, type Value, type Variable } from '../../model';
import {
  type ArrayNode,
  at,
  isScalar,
  member,
  type ObjectNode,
  type Reason,
  type SourceText,
  type TreeNode,
} from '../../syntax';
import { emptyAfter, textOf } from '../config/pieces';
import { unique } from '../engine';
import { type FindConfigMap, noConfigMaps } from './config-map-references';
import { fromConfigMap, type GivenValue, readEnvFrom } from './config-map-variables';
import { asWritten, type Fill } from './fields';
import type { FindNotText } from './not-text';
import { expandReferences, type Lookup, type UnknownReferences } from './variable-references';

export interface ContainerEnvironment {
  readonly variables: readonly Variable[];
  readonly open: readonly Reason[];
}

/** What the variables of a container are made of beside its own lists. */
export interface EnvironmentSources {
  /** What a tool makes of the texts before Kubernetes reads them. */
  readonly fill?: Fill | undefined;
  /** `envFrom`. */
  readonly from?: TreeNode | undefined;
  readonly configMaps?: FindConfigMap | undefined;
  /** What a controller sets before. */
  readonly given?: ReadonlyMap<string, SourceText> | undefined;
  /** Nothing unseen adds to the lists, or puts them in another order. */
  readonly settled?: boolean | undefined;
  /** Where the lists are Kubernetes' own: what it takes for no text. */
  readonly notText?: FindNotText | undefined;
}

/**
 * The variables of a container in effect order: those of `envFrom`, then those of lists of `{name, value | valueFrom}`. A
 * reference `$(NAME)` is replaced when NAME is set earlier; else Kubernetes leaves it as it is, unless it comes from a
 * Secret or from a Service (kubelet, `makeEnvironmentVariables`). That it stays is certain where NAME is set later; where
 * nothing sets it, something unseen may.
 */
export function readEnvironmentLists(
  lists: readonly TreeNode[],
  {
    fill = asWritten,
    from,
    configMaps = noConfigMaps,
    given: before,
    settled = false,
    notText,
  }: EnvironmentSources = {},
): ContainerEnvironment {
  const imported = readEnvFrom(from, configMaps);
  const variables = [...imported.variables];
  const open = [...imported.open];
  const imports = variables.map(({ name, value }) => [name, textOf(value)] as const);
  const byName = new Map([...(before ?? []), ...imports]);
  for (const list of lists) {
    if (list.type === 'unknown') open.push(list.reason);
    if (list.type !== 'array') continue;
    if (list.open) open.push(list.open);
    for (const item of list.items) {
      if (item.type === 'unknown') open.push(item.reason);
      if (item.type !== 'object') continue;
      if (item.open) open.push(item.open);
      const name = member(item, 'name')?.value;
      if (!isScalar(name) || !name.text.known) {
        const reason = nameReason(name);
        if (reason) open.push(reason);
        continue;
      }
      const comesLater = (other: string) =>
        settled && open.length === 0 && !ofService.test(other) && setsAfter(list, item, other);
      const given = readValue(item, name.text, {
        lookup: (other) => byName.get(other),
        unset: (other) => (comesLater(other) ? 'keep' : 'hole'),
        fill,
        configMaps,
        notText,
      });
      if (!given) continue;
      variables.push({ name: name.text.text, nameText: name.text, via: 'kubernetes', ...given });
      byName.set(name.text.text, textOf(given.value));
    }
  }
  return { variables, open: unique(open) };
}

/** Variables that Kubernetes makes of Services: they are there before the list. */
const ofService = /_SERVICE_(HOST|PORT)/;

/** Does a later item of the list set this name, or the item itself? */
function setsAfter(list: ArrayNode, item: TreeNode, name: string): boolean {
  const rest = list.items.slice(list.items.indexOf(item));
  return rest.some((one) => {
    const own = member(one, 'name')?.value;
    return isScalar(own) && own.text.text === name;
  });
}

/** Why the name itself is not known: then the item may set any variable. */
function nameReason(name: TreeNode | undefined): Reason | undefined {
  if (name?.type === 'unknown') return name.reason;
  return isScalar(name) ? name.text.holes()[0]?.reason : undefined;
}

interface ValueNeeds {
  readonly lookup: Lookup;
  readonly unset: (name: string) => UnknownReferences;
  readonly fill: Fill;
  readonly configMaps: FindConfigMap;
  readonly notText: FindNotText | undefined;
}

/** The value of a variable; none when Kubernetes leaves the variable out. */
function readValue(
  item: ObjectNode,
  name: SourceText,
  { lookup, unset, fill, configMaps, notText }: ValueNeeds,
): GivenValue | undefined {
  const from = member(item, 'valueFrom')?.value;
  if (from) {
    const reference = member(from, 'configMapKeyRef')?.value;
    const given = reference && fromConfigMap(reference, configMaps);
    return given === 'left-out' ? undefined : (given ?? { value: fromElsewhere(from) });
  }
  const value = member(item, 'value')?.value;
  if (!value) return { value: toValue(emptyAfter(name)) };
  if (value.type === 'unknown') return { value: { kind: 'unknown', reason: value.reason, place: value.place } };
  if (isScalar(value)) {
    const text = value.type === 'null' ? emptyAfter(value.text) : expandReferences(fill(value.text), lookup, unset);
    return { value: toValue(text), notText: notText?.(value) };
  }
  // A mapping where a text must stand: the API server refuses it; as text it is what is written.
  return { value: toValue(rawText(value)), notText: notText?.(value) };
}

/** The characters of a node as they are written. */
export function rawText({ place: { source, span } }: TreeNode): SourceText {
  return source.slice(span.start, span.end);
}

/** A value that is not in sight, whatever is. */
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
export function lookupIn(variables: readonly Variable[], given?: ReadonlyMap<string, SourceText>): Lookup {
  const byName = new Map(variables.map((variable) => [variable.name, variable.value]));
  return (name) => {
    const value = byName.get(name);
    return value ? textOf(value) : given?.get(name);
  };
}
