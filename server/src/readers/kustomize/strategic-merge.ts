import { isScalar, type Member, member, type ObjectNode, type TreeNode } from '../../syntax';
import { textAt } from '../kubernetes/manifest-object';
import { Refused, withMember, withoutKey } from './nodes';

/** Lists of Kubernetes' own kinds that are merged item by item, and the keys that tell the items apart. */
const podLists: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  resourceClaims: ['name'],
  hostAliases: ['ip'],
  env: ['name'],
  ports: ['containerPort', 'protocol'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};

const podKinds = /^(Pod|PodTemplate|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob)$/;

/** Keys of items by the name of their list, for the kinds whose schema kustomize knows. */
type Lists = Readonly<Record<string, readonly string[]>>;

function listsOf(object: ObjectNode): Lists {
  const [kind = '', version = ''] = [textAt(object, 'kind'), textAt(object, 'apiVersion')];
  if (!/^(v1|(apps|batch|extensions)\/.*)$/.test(version)) return {};
  if (kind === 'Service') return { ports: ['port', 'protocol'] };
  return podKinds.test(kind) ? podLists : {};
}

/**
 * What a strategic merge patch makes of an object, as kustomize applies it (`kyaml/yaml/merge2`): mappings are merged,
 * lists of known kinds item by item, everything else is replaced; `null` and `$patch: delete` take away. Every node of the
 * result is the one that was written. `undefined`: the object is gone.
 */
export function mergePatch(object: ObjectNode, patch: ObjectNode): ObjectNode | undefined {
  const merged = merge(object, patch, listsOf(object), '');
  return merged?.type === 'object' ? merged : undefined;
}

function merge(dest: TreeNode | undefined, patch: TreeNode, lists: Lists, key: string): TreeNode | undefined {
  if (patch.type === 'null') return undefined;
  if (patch.type === 'object') return mergeObject(dest, patch, lists);
  const keys = lists[key];
  if (patch.type !== 'array' || !keys) return patch;
  const items = dest?.type === 'array' ? dest.items : [];
  const directive = patch.items.find((item) => item.type === 'object' && directiveOf(item));
  if (directive?.type === 'object' && directive.members.length === 1) {
    const rest = patch.items.filter((item) => item !== directive);
    if (directiveOf(directive) === 'replace') return { ...patch, items: added(rest, lists) };
    if (directiveOf(directive) === 'delete') return undefined;
  }
  return { ...(dest?.type === 'array' ? dest : patch), items: mergeItems(items, patch.items, keys, lists) };
}

function mergeObject(dest: TreeNode | undefined, patch: ObjectNode, lists: Lists): TreeNode | undefined {
  const directive = directiveOf(patch);
  if (directive === 'delete') return undefined;
  const own = directive ? withoutKey(patch, '$patch') : patch;
  for (const { key } of own.members) {
    if (key.startsWith('$')) throw new Refused(`\`${key}\` in a patch is not followed`);
  }
  if (own.open) throw new Refused('a template writes parts of a patch');
  if (dest?.type === 'unknown') return dest;
  if (directive === 'replace' || !dest || dest.type === 'null') return mergeInto({ ...own, members: [] }, own, lists);
  if (dest.type !== 'object') throw new Refused('a patch has a mapping where the manifest has none');
  return mergeInto(dest, own, lists);
}

function mergeInto(dest: ObjectNode, patch: ObjectNode, lists: Lists): ObjectNode {
  let result = dest;
  for (const own of effective(patch.members)) {
    const known = member(result, own.key);
    const value = merge(known?.value, own.value, lists, own.key);
    if (value === undefined) result = withoutKey(result, own.key);
    else result = withMember(result, value === own.value || !known ? { ...own, value } : { ...known, value });
  }
  return result;
}

/** The member that counts for each key. */
function effective(members: readonly Member[]): Member[] {
  return [...new Map(members.map((one) => [one.key, one])).values()];
}

function directiveOf(patch: ObjectNode): string | undefined {
  const found = member(patch, '$patch')?.value;
  return isScalar(found) ? found.text.text : undefined;
}

/** Items of the patch come first, in its order; those that only the manifest has follow. */
function mergeItems(
  items: readonly TreeNode[],
  patch: readonly TreeNode[],
  keys: readonly string[],
  lists: Lists,
): TreeNode[] {
  const left = [...items];
  const merged: TreeNode[] = [];
  for (const own of patch) {
    if (own.type !== 'object' || member(own, keys[0]!) === undefined) {
      throw new Refused(`an item of a patch has no \`${keys[0]}\``);
    }
    const index = left.findIndex((item) => isSame(item, own, keys));
    const [known] = index < 0 ? [] : left.splice(index, 1);
    if (known && directiveOf(own) === 'replace') throw new Refused('`$patch: replace` of an item is not followed');
    const value = merge(known, own, lists, '');
    if (value) merged.push(value);
  }
  return [...merged, ...left];
}

/** What stands for a list that is not there yet. */
function added(items: readonly TreeNode[], lists: Lists): TreeNode[] {
  return items.flatMap((item) => merge(undefined, item, lists, '') ?? []);
}

/** The first key decides; others only where both have them. */
function isSame(a: TreeNode, b: TreeNode, keys: readonly string[]): boolean {
  return keys.every((key, index) => {
    const [first, second] = [textAt(a, key), textAt(b, key)];
    return index > 0 && (first === undefined || second === undefined) ? true : first === second;
  });
}
