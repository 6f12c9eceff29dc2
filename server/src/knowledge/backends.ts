import table from '../../../schemas/nixl-backends.json';
import { boundsOf, type Fact, type FactRow } from './fact';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { readSource } from './source';
import { type At, holds } from './version';

/** One NIXL backend plugin: a name for `backends`. Names are exact and case-sensitive. */
export interface BackendFact extends Fact {
  readonly kind: 'network' | 'file' | 'object' | 'block';
  readonly memory: readonly string[];
  /** Can move data between agents; prefill and decode need one that does. */
  readonly remote: boolean;
  /** Part of the PyPI wheel; `without-libraries`: the plugin is, what it links to is not. */
  readonly inWheel: 'yes' | 'no' | 'without-libraries';
}

interface Row extends FactRow {
  readonly kind: BackendFact['kind'];
  readonly memory: readonly string[];
  readonly remote: boolean;
  readonly inWheel: BackendFact['inWheel'];
}

const facts = lazy(
  () =>
    new Map(
      Object.entries(table.backends as unknown as Readonly<Record<string, Row>>).map(
        ([name, row]): [string, BackendFact] => [
          name,
          {
            name,
            range: { library: 'nixl', ...boundsOf(row) },
            description: row.description ?? '',
            sources: (row.sources ?? []).map(readSource),
            confidence: row.confidence ?? 'source',
            kind: row.kind,
            memory: row.memory,
            remote: row.remote,
            inWheel: row.inWheel,
          },
        ],
      ),
    ),
);

/** The backend of this exact name, whatever the version; see its `range`. Plugins of others are not in the table. */
export function lookupBackend(name: string): BackendFact | undefined {
  return facts().get(name);
}

/** Backends that exist, or may exist, at this version: those that move data between agents first. */
export function backendNames(nixl?: At): readonly string[] {
  return [...facts().values()]
    .filter((fact) => holds(fact.range, nixl) !== 'no')
    .sort((a, b) => Number(b.name === 'UCX') - Number(a.name === 'UCX') || Number(b.remote) - Number(a.remote))
    .map((fact) => fact.name);
}

/** Backends close to a misspelt one, nearest first; another case (`ucx`, `MOONCAKE`) is nearest. */
export function nearestBackends(name: string, count = 3): readonly string[] {
  return nearest(name, facts().keys(), count);
}
