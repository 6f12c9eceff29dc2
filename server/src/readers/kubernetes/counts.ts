import { type Count, knownInteger, type Pod, toValue } from '../../model';
import { at, isScalar, member, type ObjectNode, type TreeNode } from '../../syntax';
import { modelserviceSizes } from './modelservice';

/** How many pods a place stands for. */
export type PodCounts = Pick<Pod, 'replicas' | 'groupSize' | 'groupRole'>;

const nothingSaid: Count = { number: undefined, places: [] };

/** Before anything is said about numbers. */
export const noCounts: PodCounts = { replicas: nothingSaid, groupSize: nothingSaid, groupRole: undefined };

/** The counts with all that this object adds to them: it may stand at any level above a pod. */
export function countsAt(node: ObjectNode, above: PodCounts, kind: string | undefined): PodCounts {
  const replicas = multiplied(node, kind).reduce(times, above.replicas);
  const groupSize = groupAt(node, kind);
  return groupSize ? { replicas, groupSize, groupRole: 'any' } : { ...above, replicas };
}

/** The numbers of copies that stand in an object. */
function multiplied(node: ObjectNode, kind: string | undefined): Count[] {
  const keys = kind === 'DisaggregatedSet' ? ['slices', 'replicas'] : ['replicas', 'replicaCount', 'parallelism'];
  // A mapping under one of these keys is none of ours: `parallelism` with sizes in it.
  const elsewhere = [at(node, 'deployment_config', 'num_replicas'), at(node, 'deploymentConfig', 'replicas')];
  const found = [...keys.map((key) => member(node, key)?.value), ...elsewhere].filter(
    (value) => value && value.type !== 'null' && (isScalar(value) || value.type === 'unknown'),
  );
  const least = member(node, 'minReplicas')?.value;
  return [...found.map(countOf), ...(least && found.length === 0 ? [between(least, node)] : [])];
}

/** With a scale of replicas only its ends are known. */
function between(least: TreeNode, node: ObjectNode): Count {
  const [lower, upper] = [countOf(least), countOf(member(node, 'maxReplicas')?.value)];
  const places = [...lower.places, ...upper.places];
  return { number: upper.number === lower.number ? lower.number : undefined, places };
}

/**
 * The number of pods that are one engine: LeaderWorkerSet and its like, Dynamo's `multinode`, Kthena's workers and pods,
 * KServe's sizes.
 */
function groupAt(node: ObjectNode, kind: string | undefined): Count | undefined {
  const leaderWorker = member(node, 'leaderWorkerTemplate')?.value ?? member(node, 'leaderWorkerPattern')?.value;
  if (leaderWorker?.type === 'object') return countOf(member(leaderWorker, 'size')?.value);
  const multinode = member(node, 'multinode')?.value;
  if (multinode?.type === 'object') return countOf(member(multinode, 'nodeCount')?.value);
  const workers = member(node, 'workerReplicas')?.value;
  if (workers) return plus(countOf(workers), 1);
  if (kind === undefined && member(node, 'parallelism')?.value.type === 'object') return workersOf(node);
  if (kind === 'ModelBooster' && member(node, 'pods')) return countOf(member(node, 'pods')?.value);
  return kind?.startsWith('LLMInferenceService') && member(node, 'worker') ? nodesOf(node) : undefined;
}

/** llm-d's modelservice chart starts workers where there are several. */
function workersOf(node: ObjectNode): Count | undefined {
  const parallelism = member(node, 'parallelism')!;
  const { workers } = modelserviceSizes(parallelism.value);
  return workers === 1 ? undefined : { number: workers, places: [parallelism.value.place] };
}

/** KServe starts a pod for each stage of the pipeline, or for each `dataLocal` of the data-parallel ranks. */
function nodesOf(node: ObjectNode): Count {
  const [pipeline, data, local] = ['pipeline', 'data', 'dataLocal'].map((key) => countOf(at(node, 'parallelism', key)));
  if (pipeline!.places.length > 0) return pipeline!;
  const number = data!.number !== undefined && local!.number ? data!.number / local!.number : undefined;
  return { number: Number.isInteger(number) ? number : undefined, places: [...data!.places, ...local!.places] };
}

/** The part of a group that the template under this key describes. */
export function groupRoleOf(node: ObjectNode, key: string): PodCounts['groupRole'] {
  if (/^(leaderTemplate|entryTemplate|leader|head)$/.test(key)) return 'leader';
  if (key === 'template' && member(node, 'worker')) return 'leader';
  return /^(workerTemplate|worker)$/.test(key) ? (hasLeader(node) ? 'worker' : 'any') : undefined;
}

/** Without a template of its own the leader is made from that of the workers. */
function hasLeader(node: ObjectNode): boolean {
  return ['leaderTemplate', 'entryTemplate', 'template', 'leader', 'head'].some((key) => member(node, key));
}

function countOf(node: TreeNode | undefined): Count {
  if (!node) return nothingSaid;
  return { number: isScalar(node) ? knownInteger(toValue(node.text)) : undefined, places: [node.place] };
}

function plus({ number, places }: Count, more: number): Count {
  return { number: number === undefined ? undefined : number + more, places };
}

function times(counted: Count, { number, places }: Count): Count {
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
