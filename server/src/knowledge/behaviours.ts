import table from '../../../schemas/behaviours.json';
import { boundsOf, type Confidence, type FactRow } from './fact';
import { lazy } from './lazy';
import { readSource, type Source } from './source';
import type { Library, Range } from './version';

/** Something that a library does in some releases and that is no property of a single name. */
export type BehaviourId = keyof typeof table.behaviours;

export interface Behaviour {
  readonly id: BehaviourId;
  /** The releases that behave so. */
  readonly range: Range;
  readonly description: string;
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
}

interface Row extends FactRow {
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
        },
      ]),
    ),
);

export function behaviour(id: BehaviourId): Behaviour {
  return all().get(id)!;
}
