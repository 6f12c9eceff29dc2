import { isScalar, member, type Reason, type SourceText } from '../../syntax';
import { holeIn, standingFor } from '../config/pieces';
import { modelserviceRole, modelserviceSizes } from './modelservice';
import type { PodPlace } from './pods';

/** Variables that nobody writes: their values, with holes where the object does not tell. */
export type GivenVariables = ReadonlyMap<string, SourceText>;

const none: GivenVariables = new Map();

const group = ['LEADER_ADDRESS', 'GROUP_SIZE', 'WORKER_INDEX'] as const;
const lws = [...group.map((name) => `LWS_${name}`), 'TPU_WORKER_HOSTNAMES', 'TPU_WORKER_ID', 'TPU_NAME'];
const aibrix = ['STORM_SERVICE_NAME', 'ROLESET_NAME', 'ROLESET_INDEX', 'ROLE_NAME', 'ROLE_REPLICA_INDEX'];
const rbg = ['GROUP_NAME', 'ROLE_NAME', 'ROLE_INDEX', 'ROLE_INSTANCE_NAME', 'COMPONENT_NAME', 'COMPONENT_INDEX'];
const job = ['JOB_COMPLETION_INDEX'];

/**
 * Names by kind: LWS (`pkg/utils/pod/pod_utils.go`), AIBrix (`pkg/controller/constants/stormservice.go`), Kthena
 * (`pkg/apis/workload/v1alpha1/model_serving_types.go`), RBG (which took over LWS' names with a prefix of its own).
 */
const names: Readonly<Record<string, readonly string[]>> = {
  LeaderWorkerSet: lws,
  DisaggregatedSet: lws,
  StormService: [...aibrix, 'ROLE_TEMPLATE_HASH', 'POD_GROUP_INDEX', 'POD_GROUP_SIZE'],
  RoleSet: [...aibrix, 'ROLE_TEMPLATE_HASH', 'POD_GROUP_INDEX', 'POD_GROUP_SIZE'],
  PodSet: [...aibrix, 'ROLE_TEMPLATE_HASH', 'POD_GROUP_INDEX', 'POD_GROUP_SIZE'],
  ModelServing: ['ENTRY_ADDRESS', 'WORKER_INDEX', 'GROUP_SIZE'],
  RoleBasedGroup: [...lws, ...group.map((name) => `RBG_LWP_${name}`), ...rbg.map((name) => `RBG_${name}`)],
  Job: job,
  CronJob: job,
  JobSet: job,
};

/**
 * What controllers and charts put into every container of a pod.
 * @param overlaid an overlay may change the numbers that are written
 */
export function givenVariables(place: PodPlace, overlaid: boolean): GivenVariables {
  const { object } = place;
  if (!object) return ofModelservice(place);
  const own = names[object.kind === 'RoleBasedGroupSet' ? 'RoleBasedGroup' : object.kind];
  if (!own) return none;
  const { source, span } = object.identity.place;
  const unknown = own.map((name): [string, SourceText] => {
    const reason: Reason = { kind: 'variable', detail: `$${name}` };
    return [name, holeIn(source, span.start, span.end, reason)];
  });
  const known = ofGroup(place, overlaid).filter(([name]) => own.includes(name));
  return new Map([...unknown, ...known]);
}

/** What the object tells about the numbers of a group. */
function ofGroup({ ancestors, counts }: PodPlace, overlaid: boolean): [string, SourceText][] {
  const holder = ancestors.findLast((node) => member(node, 'size'));
  const size = member(holder, 'size')?.value;
  const leader = counts.groupRole === 'leader' ? member(holder, 'leaderTemplate') : undefined;
  return ['LWS_', 'RBG_LWP_'].flatMap((prefix) => {
    const known: [string, SourceText][] = [];
    if (isScalar(size) && !overlaid) known.push([`${prefix}GROUP_SIZE`, size.text]);
    if (leader) known.push([`${prefix}WORKER_INDEX`, standingFor(leader.keyText, '0')]);
    return known;
  });
}

/** The sizes that llm-d's modelservice chart hands on (`templates/_helpers.tpl`). */
function ofModelservice({ ancestors }: PodPlace): GivenVariables {
  const parallelism = member(modelserviceRole(ancestors), 'parallelism');
  if (!parallelism) return none;
  const { tensor, data, dataLocal } = modelserviceSizes(parallelism.value);
  const names = [
    ['TP_SIZE', tensor],
    ['DP_SIZE', data],
    ['DP_SIZE_LOCAL', dataLocal],
  ] as const;
  return new Map(
    names.flatMap(([name, size]) => {
      return size === undefined ? [] : [[name, standingFor(parallelism.keyText, String(size))] as const];
    }),
  );
}
