import { listenerPorts, type PortOffset, portOffsetsAt } from '../../knowledge';
import type { Engine } from '../../model';
import { type Draft, hasNixl, type Move, placeOfEngine, type Scope } from '../scope';

/** The handshake listeners of an engine, where the new release counts them in another way. */
export function listenerChanges(move: Move, scope: Scope): Draft[] {
  if (move.standing !== 'moves' || !hasNixl(move.goal)) return [];
  const was = onlyOffset(move.from);
  const becomes = onlyOffset(move.goal.versions.vllm?.version);
  const place = placeOfEngine(move, scope);
  if (!was || !becomes || was === becomes || !place) return [];
  const [before, after] = [ports(move.goal, was), ports(move.goal, becomes)];
  if (before === after) return [];
  return [
    {
      kind: 'behaviour',
      place,
      engines: [move.label],
      name: 'side-channel-listeners',
      message: `The handshake listeners are counted in another way from \`VLLM_NIXL_SIDE_CHANNEL_PORT\` on: ${before} before, ${after} now. What opens or publishes these ports has to follow.`,
      certain: true,
      minor: false,
      demands: false,
      was: before,
      becomes: after,
      proposals: [],
    },
  ];
}

function onlyOffset(vllm: string | undefined): PortOffset | undefined {
  const offsets = portOffsetsAt(vllm);
  return vllm !== undefined && offsets.length === 1 ? offsets[0] : undefined;
}

/** Listeners relative to the base port, in words. */
function ports({ parallel }: Engine, offset: PortOffset): string {
  const { tensor, dataLocal, dataStart } = parallel;
  if (tensor === undefined || dataLocal === undefined || dataStart === undefined) return IN_WORDS[offset];
  const { first, last } = listenerPorts(0, offset, { tensor, data: dataLocal, start: dataStart });
  const number = last - first + 1;
  const words = number === 1 ? 'one port' : `${number} ports`;
  return first === 0 ? words : `${words} from +${first} on`;
}

const IN_WORDS: Readonly<Record<PortOffset, string>> = {
  'tensor-rank': 'one for each tensor-parallel rank',
  'local-data-rank-and-tensor-rank': 'one for each tensor-parallel rank of each data-parallel rank of the node',
  'data-rank-and-tensor-rank': 'one for each tensor-parallel rank of each data-parallel rank',
  'data-rank': 'one for each data-parallel rank',
};
