import type { KubernetesObject } from '../../model';
import { at, isScalar, member, type ObjectNode, type Place, type Reason, type TreeNode } from '../../syntax';
import { scalarValue } from './fields';

/** The Kubernetes object that a part of a document belongs to. */
export interface ManifestObject {
  readonly kind: string;
  /** Unique within the file, as far as names are known. */
  readonly key: string;
  readonly name: string | undefined;
  readonly identity: KubernetesObject;
  /** A controller that adds variables and flags of its own to what is written. */
  readonly operator: Reason | undefined;
  /** The router that replaces the address that an engine advertises. */
  readonly addressRewrittenBy: string | undefined;
}

/**
 * Kinds whose controllers start pods as they are written: Kubernetes' own, and those whose controllers add labels and a
 * few variables of their own (LWS, JobSet, AIBrix, Kthena's ModelServing, RBG, Argo, Kruise). All others may set flags
 * and variables of vLLM themselves, as those of Dynamo, KServe and KubeRay do.
 */
const startsAsWritten =
  /^(Pod|PodTemplate|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|LeaderWorkerSet|DisaggregatedSet|JobSet|StormService|RoleSet|PodSet|ModelServing|RoleBasedGroup(Set)?|InstanceSet|Instance|Rollout|CloneSet)$/;

/** The object that starts at this node, if one does. */
export function manifestObject(node: ObjectNode): ManifestObject | undefined {
  const kind = textAt(node, 'kind');
  if (kind === undefined || !member(node, 'apiVersion')) return undefined;
  const name = textAt(node, 'metadata', 'name');
  const namespace = textAt(node, 'metadata', 'namespace') ?? '';
  const { source, span } = node.place;
  const own = name ?? `unnamed ${digest(source.text.slice(span.start, span.end))}`;
  return {
    kind,
    key: `${kind}/${namespace}/${own}`,
    name,
    identity: identityOf(node, kind),
    operator: startsAsWritten.test(kind) ? undefined : { kind: 'wrapper', detail: `the ${kind} controller` },
    // AIBrix' gateway puts the pod's address in place of what prefill says (`pkg/plugins/gateway/algorithms/pd`).
    addressRewrittenBy: /^(StormService|RoleSet)$/.test(kind) ? 'the AIBrix gateway' : undefined,
  };
}

function identityOf(node: ObjectNode, kind: string): KubernetesObject {
  const name = at(node, 'metadata', 'name');
  return {
    kind,
    apiVersion: textAt(node, 'apiVersion'),
    name: scalarValue(name),
    namespace: scalarValue(at(node, 'metadata', 'namespace')),
    place: name?.place ?? member(node, 'kind')!.value.place,
    whole: node.place,
  };
}

/** True for a strategic merge patch: parts of it delete or replace, so what is missing says nothing. */
export function isPatch(node: ObjectNode): boolean {
  return node.members.some(({ key }) => key.startsWith('$patch') || key.startsWith('$setElementOrder'));
}

/** The text of a scalar at a path, templates in it included as they are written. */
export function textAt(node: TreeNode | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(node, ...path);
  if (found?.type === 'unknown') return asWritten(found.place);
  if (!isScalar(found) || found.type === 'null') return undefined;
  return found.text.known ? found.text.text : asWritten(found.text.place());
}

/** The characters of the file: those of a template are masked in the texts that are read. */
function asWritten({ source, span }: Place): string {
  const { root, span: range } = source.locate(span);
  return root.text.slice(range.start, range.end);
}

/** A short name for a text, for objects that have none. */
function digest(text: string): string {
  let hash = 5381;
  for (let index = 0; index < text.length; index++) hash = (hash * 33 + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(36);
}
