import table from '../../../schemas/kv-transfer-config.schema.json';
import { boundsOf, type Fact } from './fact';
import type { ObjectSchema } from './json-schema';
import { lazy } from './lazy';
import { nearest } from './nearest';
import { findProblems, type SchemaProblem } from './schema-problem';
import { readSource } from './source';
import { type At, holds, type Range, type Versioned, valueAt } from './version';

export type { SchemaProblem } from './schema-problem';

/** One top-level key of the `--kv-transfer-config` object. */
export interface KvField extends Fact {
  /** What upstream's class declares, in words: `integer`, `string`, `boolean`, `object`, `string or null`. */
  readonly type: string;
  /** Allowed values, where they are a closed set. */
  readonly values?: readonly string[];
  /** Values worth proposing, where the set is open. */
  readonly suggest: readonly string[];
  readonly defaults: readonly Versioned<unknown>[];
  /** Releases that refuse `null` here, although others take it. */
  readonly nullRefused?: Range;
  /** Connectors that never read this field: setting it has no effect with them. */
  readonly inertFor: readonly string[];
  /** Releases in which no connector of vLLM reads it any more. */
  readonly unread?: Range;
}

const schema = table as unknown as ObjectSchema & {
  readonly 'x-nixl': { readonly unknownKeys: readonly Versioned<'refused' | 'ignored'>[] };
};

/** Up to 0.9.0 the class had no type checks at all (vllm#17599 brought them). */
const TYPES_CHECKED = { since: '0.9.1' };

const fields = lazy(
  () =>
    new Map(
      Object.entries(schema.properties)
        .sort(([, a], [, b]) => (a['x-nixl'].rank ?? 99) - (b['x-nixl'].rank ?? 99))
        .map(([name, property]): [string, KvField] => {
          const note = property['x-nixl'];
          const values = property.enum?.filter((value) => typeof value === 'string');
          return [
            name,
            {
              name,
              range: { library: 'vllm', ...boundsOf(note) },
              description: property.description,
              sources: note.sources.map(readSource),
              confidence: note.confidence,
              type: note.type,
              ...(values && { values }),
              suggest: note.suggest ?? values ?? [],
              defaults: note.defaults ?? [],
              ...(note.nullRefused && { nullRefused: { library: 'vllm', ...note.nullRefused } }),
              inertFor: note.inertFor ?? [],
              ...(note.unread && { unread: { library: 'vllm' as const, ...note.unread } }),
            },
          ];
        }),
    ),
);

/** The fields, the most useful first. */
export function kvFields(): readonly KvField[] {
  return [...fields().values()];
}

/** The field of this exact name, whatever the version; see its `range`. */
export function lookupKvField(name: string): KvField | undefined {
  return fields().get(name);
}

/** Names of fields close to a misspelt one, nearest first. */
export function nearestKvFields(name: string, count = 3): readonly string[] {
  return nearest(name, fields().keys(), count);
}

/**
 * Checks a value against the object's JSON Schema, as leniently as upstream converts (`"14579"` is a port, `"yes"` a
 * boolean). `undefined` anywhere inside means "not known" and is never reported. What depends on the version carries
 * the `range` of the releases that refuse it.
 */
export function validateKvTransferConfig(value: unknown): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = findProblems(schema, value, TYPES_CHECKED);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return problems;
  for (const field of fields().values()) {
    if (field.nullRefused && Object.hasOwn(value, field.name) && Reflect.get(value, field.name) === null) {
      const expected = `a ${field.type}`;
      problems.push({ path: [field.name], keyword: 'type', expected, range: field.nullRefused });
    }
  }
  return problems;
}

/** True when a release checks the types of the fields at all. */
export function typesChecked(vllm: At): boolean {
  return holds({ library: 'vllm', ...TYPES_CHECKED }, vllm) === 'yes';
}

/** What upstream does with a key that it does not know: refuse to start, or drop it without a word. */
export function unknownKeyEffect(vllm: At): 'refused' | 'ignored' | 'unknown' {
  return valueAt(schema['x-nixl'].unknownKeys, 'vllm', vllm) ?? 'unknown';
}
