import table from '../../../schemas/behaviours.json';
import { boundsOf, type Confidence, type FactRow } from './fact';
import { lazy } from './lazy';
import { readSource, type Source } from './source';
import type { Library, Range } from './version';

/** Whom a change of behaviour concerns: all of it has to hold for an engine. */
export interface Concern {
  /** A connector is configured: any, one of the NIXL family, or one that supports the hybrid KV cache manager. */
  readonly connector?: 'any' | 'nixl' | 'hybrid';
  /** One of these roles is stated, or none. */
  readonly roles?: readonly string[];
  /** Fields of the configuration that are set. */
  readonly fields?: readonly string[];
  readonly flagsSet?: readonly string[];
  /** A flag takes a JSON object that has one key set to true and another one not at all. */
  readonly flagObject?: { readonly flag: string; readonly true: string; readonly unset: string };
  readonly flagsUnset?: readonly string[];
  readonly variablesSet?: readonly string[];
  readonly variablesUnset?: readonly string[];
  /** More than one rank of this kind, or a number that is not known. */
  readonly severalRanks?: 'data' | 'tensor';
  readonly modulePathBesideRegistered?: true;
  /** Workers are started by Ray. */
  readonly ray?: true;
}

/** What to write to have it as it was. */
export interface Keeping {
  readonly flag?: string;
  readonly removeField?: string;
  /** Prefill and decode have to do the same: one of them alone must not. */
  readonly bothSides?: true;
}

/** Something that a library does in some releases and that is no property of a single name. */
export type BehaviourId = keyof typeof table.behaviours;

export interface Behaviour {
  readonly id: BehaviourId;
  /** The releases that behave so. */
  readonly range: Range;
  readonly description: string;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
  /** Set where it matters to those who change their release. */
  readonly matters?: Concern;
  readonly keep?: Keeping;
}

interface Row extends FactRow {
  readonly matters?: Concern;
  readonly keep?: Keeping;
  /** Whose releases; vLLM's where it is not said. */
  readonly library?: Library;
}

const all = lazy(
  () =>
    new Map(
      Object.entries(table.behaviours as Readonly<Record<string, Row>>).map(([id, row]): [string, Behaviour] => [
        id,
        {
          id: id as BehaviourId,
          range: { library: row.library ?? 'vllm', ...boundsOf(row) },
          description: row.description ?? '',
          sources: (row.sources ?? []).map(readSource),
          confidence: row.confidence ?? 'source',
          ...(row.matters && { matters: row.matters }),
          ...(row.keep && { keep: row.keep }),
        },
      ]),
    ),
);

export function behaviour(id: BehaviourId): Behaviour {
  return all().get(id)!;
}

/** All of them, in the order of their ids. */
export function behaviours(): readonly Behaviour[] {
  return [...all().values()];
}
