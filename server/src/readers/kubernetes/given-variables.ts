import { isScalar, member, type Reason, type Segment, SourceText } from '../../syntax';
import { holeIn } from '../config/pieces';
import { modelserviceRole, modelserviceSizes } from './modelservice';
import type { PodPlace } from './pods';

/** Variables that nobody writes: their values, with holes where the object does not tell. */
export type GivenVariables = ReadonlyMap<string, SourceText>;

const none: GivenVariables = new Map();

/**
 * What controllers and charts put into every container of a pod.
 * @param overlaid an overlay may change the numbers that are written
 */
export function givenVariables(place: PodPlace, overlaid: boolean): GivenVariables {
  const kind = place.object?.kind;
  if (kind === 'LeaderWorkerSet' || kind === 'DisaggregatedSet') return ofGroup(place, 'LWS_', overlaid);
  if (kind === 'RoleBasedGroup' || kind === 'RoleBasedGroupSet') return ofGroup(place, 'RBG_LWP_', overlaid);
  return kind === undefined ? ofModelservice(place) : none;
}

/** The variables of a pod in a group (lws, `pkg/utils/pod/pod_utils.go`; RBG has the same with names of its own). */
function ofGroup({ ancestors, counts }: PodPlace, prefix: string, overlaid: boolean): GivenVariables {
  const holder = ancestors.findLast((node) => member(node, 'size'));
  const size = member(holder, 'size')?.value;
  if (!holder || !size) return none;
  const { source, span } = size.place;
  const unknown = (name: string) => {
    const reason: Reason = { kind: 'variable', detail: `$${name}` };
    return [name, holeIn(source, span.start, span.end, reason)] as const;
  };
  const leader = counts.groupRole === 'leader' ? member(holder, 'leaderTemplate') : undefined;
  const known: (readonly [string, SourceText])[] = [];
  if (isScalar(size) && !overlaid) known.push([`${prefix}GROUP_SIZE`, size.text]);
  if (leader) known.push([`${prefix}WORKER_INDEX`, standingFor(leader.keyText, '0')]);
  const names = [`${prefix}LEADER_ADDRESS`, `${prefix}GROUP_SIZE`, `${prefix}WORKER_INDEX`];
  return new Map([...names.map(unknown), ...known]);
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

/** A text that follows from what stands at some characters, and is not written there. */
function standingFor(at: SourceText, text: string): SourceText {
  const segment: Segment = { start: 0, end: text.length, sourceStart: 0, sourceEnd: at.length, kind: 'escape' };
  return SourceText.derived(at, text, [segment], at.all);
}
