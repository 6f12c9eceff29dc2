import table from '../../../schemas/nixl-backends.json';
import { type BackendParameter, type ParameterRow, readParameter } from './backend-parameter';
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
  readonly parameters?: Readonly<Record<string, ParameterRow>>;
}

const rows = lazy(() => table.backends as unknown as Readonly<Record<string, Row>>);

const facts = lazy(
  () =>
    new Map(
      Object.entries(rows()).map(([name, row]): [string, BackendFact] => [
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
      ]),
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

export type { BackendParameter } from './backend-parameter';
export { checkBackendParameter } from './backend-parameter';

function parametersOf(backend: string): Row['parameters'] {
  return Object.hasOwn(rows(), backend) ? rows()[backend]!.parameters : undefined;
}

/** The parameter of this exact name, whatever the version; see its `range`. */
export function lookupBackendParameter(backend: string, name: string): BackendParameter | undefined {
  const parameters = parametersOf(backend);
  return parameters && Object.hasOwn(parameters, name) ? readParameter(backend, name, parameters[name]!) : undefined;
}

/** What can be given to a backend that exists, or may exist, at this version; what nobody reads comes last. */
export function backendParameters(backend: string, nixl?: At): readonly BackendParameter[] {
  const parameters = parametersOf(backend) ?? {};
  return Object.entries(parameters)
    .map(([name, row]) => readParameter(backend, name, row))
    .filter(({ range }) => holds(range, nixl) !== 'no')
    .sort((a, b) => Number(a.unread) - Number(b.unread));
}

/** Parameters of a backend close to a misspelt one, nearest first. */
export function nearestBackendParameters(backend: string, name: string, count = 3): readonly string[] {
  const parameters = parametersOf(backend) ?? {};
  return nearest(name, Object.keys(parameters), count);
}

/** Backends that have a parameter of this name. */
export function backendsWithParameter(name: string): readonly string[] {
  return Object.keys(rows()).filter((backend) => lookupBackendParameter(backend, name) !== undefined);
}

const DYNAMO = 'DYN_KVBM_NIXL_BACKEND_';

/**
 * What a variable of Dynamo's block manager is about: `DYN_KVBM_NIXL_BACKEND_UCX` switches a backend on, and
 * `DYN_KVBM_NIXL_BACKEND_OBJ_BUCKET` (with `__` in newer releases) gives it a parameter.
 */
export function dynamoBackendVariable(
  name: string,
): { readonly backend: BackendFact; readonly parameter?: BackendParameter } | undefined {
  if (!name.startsWith(DYNAMO)) return undefined;
  const rest = name.slice(DYNAMO.length);
  // `GDS_MT` before `GDS`.
  const candidates = Object.keys(rows()).sort((a, b) => b.length - a.length);
  const found = candidates.find(
    (backend) => rest === backend.toUpperCase() || rest.startsWith(`${backend.toUpperCase()}_`),
  );
  const backend = found === undefined ? undefined : lookupBackend(found);
  if (!backend) return undefined;
  const given = rest
    .slice(backend.name.length)
    .replace(/^_{1,2}/, '')
    .toLowerCase();
  if (given === '') return { backend };
  const parameter = lookupBackendParameter(backend.name, given);
  return parameter && { backend, parameter };
}
