import { type ConfigMapEntry, toValue, type Value, type Variable } from '../../model';
import { at, isScalar, items, type Place, type Reason, SourceText, type TreeNode } from '../../syntax';
import { mayBeReplaced } from '../may-be-replaced';
import { entryOf, type FindConfigMap, isConfigMap } from './config-map-references';

/** Variables that a container takes over as they are, and what may set others that are not in sight. */
export interface ImportedVariables {
  readonly variables: readonly Variable[];
  readonly open: readonly Reason[];
}

/**
 * `envFrom`, in order: every text of a ConfigMap becomes a variable, and a later one of the same name wins, so that those
 * before one that is not in sight are not known. What a Secret holds is not in sight either; that nobody puts settings there
 * which stand in a ConfigMap before it is taken for granted.
 */
export function readEnvFrom(list: TreeNode | undefined, configMaps: FindConfigMap): ImportedVariables {
  let variables: Variable[] = [];
  const open: Reason[] = list?.type === 'unknown' ? [list.reason] : [];
  const mayReplace = (reason: Reason): void => {
    open.push(reason);
    if (reason.kind === 'secret') return;
    variables = mayBeReplaced(variables, reason);
  };
  for (const item of items(list)) {
    if (item.type === 'unknown') mayReplace(item.reason);
    const named = at(item, 'configMapRef', 'name');
    const prefix = at(item, 'prefix');
    const reason = unseenIn(item) ?? prefixReason(prefix);
    const found = !reason && isScalar(named) ? configMaps(named.text.text) : undefined;
    if (!found || !isConfigMap(found)) {
      mayReplace(reason ?? (found ? { ...found, place: named!.place } : sourceReason(item)));
      continue;
    }
    open.push(...found.open);
    const before = isScalar(prefix) && prefix.type !== 'null' ? prefix.text : undefined;
    for (const entry of found.data) {
      const { keyText } = entry;
      const name = before && before.length > 0 ? SourceText.joined([before, keyText], keyText.place()) : keyText;
      if (!keyText.known) open.push(keyText.holes()[0]!.reason);
      else if (isVariableName(name.text))
        variables.push({ ...givenBy(entry, named!.place), name: name.text, nameText: name });
    }
  }
  if (list?.type === 'array' && list.open) mayReplace(list.open);
  return { variables, open };
}

/** A value, and where it comes from. */
export type GivenValue = Pick<Variable, 'value'> &
  Partial<Pick<Variable, 'via' | 'passedAt' | 'reference' | 'notText'>>;

/**
 * The value of `configMapKeyRef`; `undefined` where nothing is known about it. A key that is provably not there leaves the
 * variable out where the reference is optional; else the pod does not start, or the cluster has another ConfigMap.
 */
export function fromConfigMap(reference: TreeNode, configMaps: FindConfigMap): GivenValue | 'left-out' | undefined {
  const [name, key] = [at(reference, 'name'), at(reference, 'key')];
  if (!isScalar(name) || !isScalar(key) || !name.text.known || !key.text.known) return undefined;
  const found = configMaps(name.text.text);
  const referred = { reference: { name: name.place, key: key.place } };
  if (!isConfigMap(found)) return { value: { kind: 'unknown', reason: found, place: name.place }, ...referred };
  const entry = entryOf(found, key.text.text);
  if (entry) return { ...givenBy(entry, key.place), ...referred };
  const [open] = found.open;
  if (!open && isOptional(reference)) return 'left-out';
  const missing = `the ConfigMap \`${found.name}\` has no key \`${key.text.text}\``;
  const reason = open ?? ({ kind: 'reference', detail: missing } as const);
  return { value: { kind: 'unknown', reason, place: key.place }, ...referred };
}

/** True where a reference may lead nowhere. */
function isOptional(reference: TreeNode): boolean {
  const optional = at(reference, 'optional');
  return optional?.type === 'boolean' && optional.value;
}

function givenBy({ text, unknown, notText, place }: ConfigMapEntry, passedAt: Place) {
  const noText: Reason = { kind: 'syntax', detail: 'data' };
  const value: Value = text ? toValue(text) : { kind: 'unknown', reason: unknown ?? noText, place };
  return { value, via: 'config-map', passedAt, notText } as const;
}

/** Since Kubernetes 1.30 every name of printable characters, before letters, digits, `-`, `_` and `.` only. */
function isVariableName(name: string): boolean {
  return /^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name);
}

function unseenIn(item: TreeNode): Reason | undefined {
  return item.type === 'object' ? item.open : undefined;
}

function prefixReason(prefix: TreeNode | undefined): Reason | undefined {
  if (prefix?.type === 'unknown') return prefix.reason;
  return isScalar(prefix) ? prefix.text.holes()[0]?.reason : undefined;
}

/** Why a source is not followed: a Secret's values are nobody's business, and a name may not be known. */
function sourceReason(item: TreeNode): Reason {
  const secret = at(item, 'secretRef', 'name');
  const named = secret ?? at(item, 'configMapRef', 'name');
  const detail = isScalar(named) ? named.text.text : 'envFrom';
  if (secret || !named) return { kind: secret ? 'secret' : 'config-map', detail };
  return { kind: 'config-map', detail, place: named.place };
}
