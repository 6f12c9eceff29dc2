import {
  expandTransport,
  type GpuMemory,
  lookupTransport,
  lookupTransportAlias,
  type TransportAlias,
  type TransportFact,
  transportNames,
  type Versions,
  valuesAt,
} from '../../knowledge';
import type { Platform } from '../../model';
import { rangesText } from '../card';
import { aliasText, transportText } from '../fact-text';
import type { Name } from './names';
import { ranked } from './relevance';

/** The kind of GPU memory of a platform; without one, that of most. */
const MEMORY: Readonly<Partial<Record<Platform, GpuMemory>>> = { cuda: 'cuda', rocm: 'rocm', xpu: 'ze' };

/**
 * Names for `UCX_TLS`, for the platform and with RDMA first: what carries data between hosts, what handles this
 * platform's GPU memory, what stays on the host, then TCP, and other platforms at last.
 */
export function transportLabels(versions: Versions, platform: Platform | undefined): Name[] {
  const memory = platform === undefined ? 'cuda' : MEMORY[platform];
  const facts = transportNames(versions.ucx).flatMap(
    (name) => lookupTransportAlias(name) ?? lookupTransport(name) ?? [],
  );
  const grouped = facts
    .map((fact) => ({ fact, group: groupOf(fact, memory, versions) }))
    .sort((a, b) => a.group - b.group || Number(b.fact.important) - Number(a.fact.important));
  const rate = ({ fact, group }: (typeof grouped)[number]) => ({
    ranges: [fact.range],
    confidence: fact.confidence,
    important: fact.important && group < OTHER_MEMORY,
    secondary: group >= OTHER_MEMORY,
  });
  return ranked(grouped, rate, versions).map(({ entry: { fact }, deprecated }) => ({
    label: fact.name,
    kind: 'value',
    detail: () => [wordsOf(fact, versions), rangesText([fact.range])].filter((part) => part !== '').join(' · '),
    documentation: () => ('members' in fact ? aliasText(fact, versions) : transportText(fact)),
    deprecated,
  }));
}

const RDMA = 0;
const GPU = 1;
const LOCAL = 2;
const TCP = 3;
const AUXILIARY = 4;
const OTHER_MEMORY = 5;
const OTHER_NETWORK = 6;

function groupOf(fact: TransportFact | TransportAlias, memory: GpuMemory | undefined, { ucx }: Versions): number {
  const members = 'members' in fact ? (expandTransport(fact.name, ucx) ?? []) : [fact];
  const family = members.map(familyOf).find((name) => name !== undefined);
  if (family) return family === memory ? GPU : OTHER_MEMORY;
  if (members.some(({ rdma, baseLane }) => rdma && baseLane)) return RDMA;
  if (members.some(({ interface: isTcp }) => isTcp)) return TCP;
  if (members.some(({ rdma }) => rdma)) return AUXILIARY;
  return members.some(({ device }) => device === 'net') ? OTHER_NETWORK : LOCAL;
}

/** Whose GPU memory a transport is about; `cuda_ipc` and `gdr_copy` are, although they do not recognise it themselves. */
function familyOf({ name, gpu }: TransportFact): GpuMemory | undefined {
  if (gpu) return gpu;
  return (['cuda', 'rocm', 'ze', 'gaudi'] as const).find((family) =>
    lookupTransportAlias(family)?.members.some(({ value }) => value.includes(name)),
  );
}

/** `rc_mlx5, rc_verbs`, without those that only set connections up. */
function membersOf({ members }: TransportAlias, { ucx }: Versions): string {
  const possible = valuesAt(members, 'ucx', ucx).at(-1) ?? [];
  return possible.filter((name) => !name.endsWith(':aux')).join(', ');
}

function wordsOf(fact: TransportFact | TransportAlias, versions: Versions): string {
  if ('members' in fact) return membersOf(fact, versions);
  if (fact.gpu) return `${fact.gpu} memory`;
  return fact.rdma ? 'RDMA' : fact.crossHost ? 'other hosts' : 'same host';
}
