import type { ObjectSchema, PropertySchema } from './json-schema';
import { type SchemaFault, schemaFaults } from './schema-check';
import type { Bounds, Range } from './version';

/** One fault that a JSON Schema finds in a user's value. */
export interface SchemaProblem {
  /** Keys and indexes from the checked value to the faulty one (for `unknown-key` and `required`: to its object). */
  readonly path: readonly (string | number)[];
  readonly keyword: 'unknown-key' | 'required' | 'type' | 'enum' | 'range';
  /** What belongs there, in words: `an integer`, `kv_producer, kv_consumer or kv_both`. */
  readonly expected: string;
  /** The unknown or the missing key. */
  readonly key?: string;
  /** Releases that act on this fault; missing = all. */
  readonly range?: Range;
  /** What happens then, where the schema says so. */
  readonly effect?: string;
}

/** Holds a value against a schema and says what is wrong in our own words, one problem per place and kind. */
export function findProblems(schema: ObjectSchema, value: unknown, typed: Bounds = {}): SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  for (const fault of schemaFaults(schema, value)) {
    const problem = read(fault, schema, value, typed);
    if (!problem) continue;
    const key = `${problem.keyword} ${JSON.stringify([problem.path, problem.key])}`;
    // A missing role and a null one are the same fault, found by two keywords.
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

function read(fault: SchemaFault, schema: ObjectSchema, value: unknown, typed: Bounds): SchemaProblem | undefined {
  const { path } = fault;
  const found = at(value, path);
  // `undefined` stands for a value that is not known.
  if (found === undefined) return undefined;
  const property = typeof path[0] === 'string' ? schema.properties[path[0]] : undefined;
  const annotation = property?.['x-nixl'];
  const effect = annotation?.effect && { effect: annotation.effect };
  switch (fault.keyword) {
    case 'additionalProperties': {
      const key = fault.key!;
      return { path, keyword: 'unknown-key', expected: Object.keys(schema.properties).join(', '), key };
    }
    case 'required': {
      const key = fault.key!;
      // Present but not known.
      if (Object.hasOwn(found as object, key)) return undefined;
      const missing = schema.properties[key];
      return {
        path,
        keyword: 'required',
        expected: missing ? typeWords(missing, []) : key,
        key,
        ...(missing?.['x-nixl'].effect && { effect: missing['x-nixl'].effect }),
      };
    }
    case 'enum': {
      if (!property) return undefined;
      if (found === null && fault.conditional) {
        return {
          path: path.slice(0, -1),
          keyword: 'required',
          expected: typeWords(property, []),
          key: String(path[0]),
        };
      }
      const range = annotation?.checkedAlways ? {} : { range: { library: 'vllm' as const, ...typed } };
      return { path, keyword: 'enum', expected: typeWords(property, []), ...range, ...effect };
    }
    case 'type':
    case 'pattern':
    case 'minimum':
    case 'maximum':
    case 'minItems': {
      const keyword = fault.keyword === 'minItems' ? 'range' : 'type';
      const expected = property ? typeWords(property, path.slice(1)) : 'an object';
      return { path, keyword, expected, ...(property && { range: { library: 'vllm', ...typed } }), ...effect };
    }
  }
}

/** What a property takes, in words; `inside` is the way from it to a part of it. */
function typeWords(property: PropertySchema, inside: readonly (string | number)[]): string {
  const words = property.enum?.filter((value) => value !== null).map(String);
  if (words) return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  const type = property['x-nixl'].type;
  const list = /^list of (\w+)s$/.exec(type);
  if (list && inside.length > 0) return article(list[1]!);
  return article(type);
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((node, key) => (node as Readonly<Record<string | number, unknown>> | undefined)?.[key], value);
}
