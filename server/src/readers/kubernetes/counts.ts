import { type Count, knownInteger, type Pod, toValue } from '../../model';
import { isScalar, member, type ObjectNode, type TreeNode } from '../../syntax';

/** How many pods a place stands for. */
export type PodCounts = Pick<Pod, 'replicas' | 'groupSize' | 'groupRole'>;

const nothingSaid: Count = { number: undefined, places: [] };

/** Before anything is said about numbers. */
export const noCounts: PodCounts = { replicas: nothingSaid, groupSize: nothingSaid, groupRole: undefined };

/** The counts with all that this object adds to them: it may stand at any level above a pod. */
export function countsAt(node: ObjectNode, above: PodCounts): PodCounts {
  const replicas = ['replicas', 'parallelism', 'pods'].reduce(
    (counted, key) => times(counted, member(node, key)?.value),
    above.replicas,
  );
  const group = groupAt(node);
  return group
    ? { ...above, replicas, groupSize: countOf(group.size, group.more), groupRole: 'any' }
    : { ...above, replicas };
}

interface Group {
  readonly size: TreeNode | undefined;
  /** Pods beside those that are counted. */
  readonly more: number;
}

/** The number of pods that are one engine: LeaderWorkerSet and its like, Dynamo's `multinode`, Kthena's workers. */
function groupAt(node: ObjectNode): Group | undefined {
  const leaderWorker = member(node, 'leaderWorkerTemplate')?.value ?? member(node, 'leaderWorkerPattern')?.value;
  if (leaderWorker?.type === 'object') return { size: member(leaderWorker, 'size')?.value, more: 0 };
  const multinode = member(node, 'multinode')?.value;
  if (multinode?.type === 'object') return { size: member(multinode, 'nodeCount')?.value, more: 0 };
  const workers = member(node, 'workerReplicas')?.value;
  return workers && { size: workers, more: 1 };
}

/** The part of a group that the template under this key describes. */
export function groupRoleOf(key: string): PodCounts['groupRole'] {
  if (/^(leaderTemplate|entryTemplate|leader|head)$/.test(key)) return 'leader';
  return /^(workerTemplate|worker)$/.test(key) ? 'worker' : undefined;
}

function countOf(node: TreeNode | undefined, more: number): Count {
  if (!node) return nothingSaid;
  const number = isScalar(node) ? knownInteger(toValue(node.text)) : undefined;
  return { number: number === undefined ? undefined : number + more, places: [node.place] };
}

function times(counted: Count, node: TreeNode | undefined): Count {
  // A mapping under one of these keys is none of ours: `parallelism` with sizes in it.
  if (!node || node.type === 'null' || !(isScalar(node) || node.type === 'unknown')) return counted;
  const { number, places } = countOf(node, 0);
  const before = counted.places.length > 0 ? counted.number : 1;
  const product = number === undefined || before === undefined ? undefined : number * before;
  return { number: product, places: [...counted.places, ...places] };
}

/** The counts of a pod where nothing is said: one of it, of kinds that mean that. */
export function withDefaults(counts: PodCounts, kind: string | undefined, closed: boolean): PodCounts {
  if (kind === 'DaemonSet') return { ...counts, replicas: { ...counts.replicas, number: undefined } };
  const single = closed && kind !== undefined && oneByDefault.test(kind);
  return single && counts.replicas.places.length === 0 ? { ...counts, replicas: { number: 1, places: [] } } : counts;
}

const oneByDefault = /^(Pod|Deployment|StatefulSet|ReplicaSet|ReplicationController|Job|LeaderWorkerSet|Rollout)$/;
