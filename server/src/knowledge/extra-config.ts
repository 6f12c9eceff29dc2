import decodeBenchSchema from '../../../schemas/connectors/decode-bench.schema.json';
import exampleSchema from '../../../schemas/connectors/example.schema.json';
import exampleHiddenStatesSchema from '../../../schemas/connectors/example-hidden-states.schema.json';
import hf3fsSchema from '../../../schemas/connectors/hf3fs.schema.json';
import hisparseSchema from '../../../schemas/connectors/hisparse.schema.json';
import lmcacheSchema from '../../../schemas/connectors/lmcache.schema.json';
import lmcacheMpSchema from '../../../schemas/connectors/lmcache-mp.schema.json';
import mooncakeSchema from '../../../schemas/connectors/mooncake.schema.json';
import mooncakeStoreSchema from '../../../schemas/connectors/mooncake-store.schema.json';
import moriioSchema from '../../../schemas/connectors/moriio.schema.json';
import multiSchema from '../../../schemas/connectors/multi.schema.json';
import nixlSchema from '../../../schemas/connectors/nixl.schema.json';
import offloadingSchema from '../../../schemas/connectors/offloading.schema.json';
import p2pNcclSchema from '../../../schemas/connectors/p2p-nccl.schema.json';
import simpleCpuOffloadSchema from '../../../schemas/connectors/simple-cpu-offload.schema.json';
import { lookupConnector } from './connectors';
import { boundsOf, type Fact } from './fact';
import type { ObjectSchema } from './json-schema';
import { nearest } from './nearest';
import { findProblems, type SchemaProblem } from './schema-problem';
import { readSource } from './source';
import type { Range, Versioned } from './version';

/** One key that a connector reads from `kv_connector_extra_config`. */
export interface ExtraKey extends Fact {
  readonly connector: string;
  readonly type: string;
  /** Values worth proposing. */
  readonly suggest: readonly string[];
  readonly defaults: readonly Versioned<unknown>[];
  /** Set when only some connectors of a family read it. */
  readonly onlyFor?: readonly string[];
  /** The connector does not work without it. */
  readonly required: boolean;
  /** Releases that do not work without it, unless another key is there. */
  readonly requiredIn?: Range & { readonly unless?: string };
  /** The key that took its place, whose value may count something else. */
  readonly replacedBy?: string;
  /** What a value of the wrong type does. */
  readonly effect?: string;
  /** A value of the wrong type stops the start. */
  readonly fatal: boolean;
}

const schemas: Readonly<Record<string, unknown>> = {
  'decode-bench': decodeBenchSchema,
  example: exampleSchema,
  'example-hidden-states': exampleHiddenStatesSchema,
  hf3fs: hf3fsSchema,
  hisparse: hisparseSchema,
  lmcache: lmcacheSchema,
  'lmcache-mp': lmcacheMpSchema,
  mooncake: mooncakeSchema,
  'mooncake-store': mooncakeStoreSchema,
  moriio: moriioSchema,
  multi: multiSchema,
  nixl: nixlSchema,
  offloading: offloadingSchema,
  'p2p-nccl': p2pNcclSchema,
  'simple-cpu-offload': simpleCpuOffloadSchema,
};

/** The schema of a connector's settings as the table has it, for all releases at once. */
export function extraConfigSchema(connector: string): ObjectSchema | undefined {
  const name = lookupConnector(connector)?.extraConfig;
  return name === undefined ? undefined : (schemas[name] as ObjectSchema | undefined);
}

/** True when the connector takes any key (it hands them on, or is not in the tables): nothing is unknown there. */
export function takesAnyExtraKey(connector: string): boolean {
  return extraConfigSchema(connector)?.additionalProperties !== false;
}

const keysOf = new Map<string, readonly ExtraKey[]>();

/** The keys that a connector reads, the most useful first; none for connectors that are not in the tables. */
export function extraKeys(connector: string): readonly ExtraKey[] {
  if (!extraConfigSchema(connector)) return [];
  let keys = keysOf.get(connector);
  if (!keys) {
    keys = readKeys(connector);
    keysOf.set(connector, keys);
  }
  return keys;
}

function readKeys(connector: string): readonly ExtraKey[] {
  const properties = Object.entries(extraConfigSchema(connector)?.properties ?? {});
  return properties
    .map(([name, property]) => ({ name, property, note: property['x-nixl'] }))
    .filter(({ note }) => !note.onlyFor || note.onlyFor.includes(connector))
    .sort((a, b) => (a.note.rank ?? 99) - (b.note.rank ?? 99))
    .map(({ name, property, note }) => ({
      name,
      connector,
      range: { library: 'vllm', ...boundsOf(note) },
      description: property.description,
      sources: note.sources.map(readSource),
      confidence: note.confidence,
      type: note.type,
      suggest: note.suggest ?? [],
      defaults: note.defaults ?? [],
      ...(note.onlyFor && { onlyFor: note.onlyFor }),
      required: note.required === true,
      ...(typeof note.required === 'object' && { requiredIn: { library: 'vllm' as const, ...note.required } }),
      ...(note.replacedBy && { replacedBy: note.replacedBy }),
      ...(note.effect && { effect: note.effect }),
      fatal: note.fatal === true,
    }));
}

/** The key of this exact name, whatever the version; see its `range`. */
export function lookupExtraKey(connector: string, key: string): ExtraKey | undefined {
  return extraKeys(connector).find((candidate) => candidate.name === key);
}

/** Keys of this connector close to a misspelt one, nearest first. */
export function nearestExtraKeys(connector: string, key: string, count = 3): readonly string[] {
  const names = extraKeys(connector).map(({ name }) => name);
  return nearest(key, names, count);
}

/** Connectors that read a key of this name: to say whose it is when it stands in the wrong place. */
export function connectorsReading(key: string): readonly string[] {
  const found: string[] = [];
  for (const schema of Object.values(schemas) as ObjectSchema[]) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property) found.push(...(property['x-nixl'].onlyFor ?? connectorsOf(schema)));
  }
  return found;
}

function connectorsOf(schema: ObjectSchema): readonly string[] {
  return (schema as ObjectSchema & { readonly 'x-nixl': { readonly connectors: readonly string[] } })['x-nixl']
    .connectors;
}

/**
 * Checks `kv_connector_extra_config` of a connector. Upstream converts nothing here, so neither does this.
 * `undefined` anywhere inside means "not known" and is never reported. A connector outside the tables has no problems.
 */
export function validateExtraConfig(connector: string, value: unknown): readonly SchemaProblem[] {
  const schema = extraConfigSchema(connector);
  if (!schema) return [];
  const problems = findProblems(schema, value);
  return problems.map((problem) =>
    problem.keyword === 'unknown-key'
      ? {
          ...problem,
          expected: extraKeys(connector)
            .map(({ name }) => name)
            .join(', '),
        }
      : problem,
  );
}
