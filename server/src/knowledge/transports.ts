import table from '../../../schemas/ucx-transports.json';
import { boundsOf, type Fact, type FactRow } from './fact';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { readSource } from './source';
import { type At, holds, type Versioned, valuesAt } from './version';

/** Which of the four device lists filters a transport. */
export type DeviceClass = 'net' | 'shm' | 'acc' | 'self';

/** Kinds of GPU memory by the runtime that owns them. */
export type GpuMemory = 'cuda' | 'rocm' | 'ze' | 'gaudi';

/** One UCX transport. */
export interface TransportFact extends Fact {
  readonly device: DeviceClass;
  /** Can carry the endpoint that NIXL asks for (active messages with peer failure handling). */
  readonly baseLane: boolean;
  /** Reaches another host without special hardware between GPUs. */
  readonly crossHost: boolean;
  /** Runs over network interfaces (`eth0`). */
  readonly interface: boolean;
  /** Uses RDMA hardware. */
  readonly rdma: boolean;
  /** Sets its connections up over another transport, which its plain name does not bring in. */
  readonly needsBootstrap: boolean;
  /** The kind of GPU memory that it recognises; without such a transport UCX takes GPU pointers for host memory. */
  readonly gpu?: GpuMemory;
  /** Usual in lists for NIXL: first in completion. */
  readonly important: boolean;
}

/** A name that stands for several transports; members like `ud_mlx5:aux` serve for connection set-up only. */
export interface TransportAlias extends Fact {
  readonly members: readonly Versioned<readonly string[]>[];
  /** Usual in lists for NIXL: first in completion. */
  readonly important: boolean;
}

interface TransportRow extends FactRow {
  readonly important?: boolean;
  readonly device: DeviceClass;
  readonly baseLane?: boolean;
  readonly crossHost?: boolean;
  readonly interface?: boolean;
  readonly rdma?: boolean;
  readonly needsBootstrap?: boolean;
  readonly gpu?: GpuMemory;
}

interface AliasRow extends FactRow {
  readonly important?: boolean;
  readonly members: readonly Versioned<readonly string[]>[];
}

function common(name: string, row: FactRow): Fact {
  return {
    name,
    range: { library: 'ucx', ...boundsOf(row) },
    description: row.description ?? '',
    sources: (row.sources ?? []).map(readSource),
    confidence: row.confidence ?? 'source',
  };
}

const transports = lazy(
  () =>
    new Map(
      Object.entries(table.transports as Readonly<Record<string, unknown>>).map(
        ([name, entry]): [string, TransportFact] => {
          const row = entry as TransportRow;
          return [
            name,
            {
              ...common(name, row),
              device: row.device,
              baseLane: row.baseLane === true,
              crossHost: row.crossHost === true,
              interface: row.interface === true,
              rdma: row.rdma === true,
              needsBootstrap: row.needsBootstrap === true,
              ...(row.gpu && { gpu: row.gpu }),
              important: row.important === true,
            },
          ];
        },
      ),
    ),
);

const aliases = lazy(
  () =>
    new Map(
      Object.entries(table.aliases as Readonly<Record<string, unknown>>).map(
        ([name, entry]): [string, TransportAlias] => {
          const row = entry as AliasRow;
          return [name, { ...common(name, row), members: row.members, important: row.important === true }];
        },
      ),
    ),
);

/** The transport of this exact name, whatever the version; see its `range`. */
export function lookupTransport(name: string): TransportFact | undefined {
  return transports().get(name);
}

/** The alias of this exact name, whatever the version; see its `range`. */
export function lookupTransportAlias(name: string): TransportAlias | undefined {
  return aliases().get(name);
}

/** Aliases and transports that exist, or may exist, at this version. */
export function transportNames(ucx?: At): readonly string[] {
  return [...aliases().values(), ...transports().values()]
    .filter((fact) => holds(fact.range, ucx) !== 'no')
    .map((fact) => fact.name);
}

/** Transports and aliases close to a misspelt one, nearest first. */
export function nearestTransports(name: string, ucx?: At, count = 3): readonly string[] {
  return nearest(name, transportNames(ucx), count);
}

/**
 * The transports that one entry of `UCX_TLS` enables for data: `rc` gives `rc_mlx5` and `rc_verbs` without the auxiliary
 * ones, `\name` never means an alias. When the version leaves it open, the union of what may be meant. Undefined for a
 * name that no version knows; empty for `name:aux`.
 */
export function expandTransport(entry: string, ucx?: At): readonly TransportFact[] | undefined {
  const strict = entry.startsWith('\\');
  const written = strict ? entry.slice(1) : entry;
  const name = written.endsWith(':aux') ? written.slice(0, -4) : written;
  const transport = transports().get(name);
  const alias = strict ? undefined : aliases().get(name);
  if (!transport && !alias) return undefined;
  if (name !== written) return [];
  const found = new Set<TransportFact>();
  if (transport && holds(transport.range, ucx) !== 'no') found.add(transport);
  if (alias && holds(alias.range, ucx) !== 'no') {
    for (const members of valuesAt(alias.members, 'ucx', ucx)) {
      for (const member of members) {
        const fact = transports().get(member);
        if (fact && holds(fact.range, ucx) !== 'no') found.add(fact);
      }
    }
  }
  return [...found];
}
