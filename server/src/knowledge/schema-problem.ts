import type { AjvError, CompiledValidator, ObjectSchema, PropertySchema } from './json-schema';
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

/** Runs a compiled validator and says what it found in our own words, one problem per place and kind. */
export function findProblems(validate: CompiledValidator, schema: ObjectSchema, value: unknown, typed: Bounds = {}) {
  if (validate(value)) return [];
  const problems = new Map<string, SchemaProblem>();
  for (const error of validate.errors ?? []) {
    const problem = read(error, schema, value, typed);
    if (!problem) continue;
    const key = `${problem.keyword} ${JSON.stringify([problem.path, problem.key])}`;
    // A missing role and a null one are the same fault, found by two keywords.
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

function read(error: AjvError, schema: ObjectSchema, value: unknown, typed: Bounds): SchemaProblem | undefined {
  const path = readPointer(error.instancePath, value);
  const found = at(value, path);
  // `undefined` stands for a value that is not known.
  if (found === undefined) return undefined;
  const property = typeof path[0] === 'string' ? schema.properties[path[0]] : undefined;
  const annotation = property?.['x-nixl'];
  const effect = annotation?.effect && { effect: annotation.effect };
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      return { path, keyword: 'unknown-key', expected: Object.keys(schema.properties).join(', '), key };
    }
    case 'required': {
      const key = String(error.params.missingProperty);
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
      if (found === null && error.schemaPath.includes('/then/')) {
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
      const keyword = error.keyword === 'minItems' ? 'range' : 'type';
      const expected = property ? typeWords(property, path.slice(1)) : 'an object';
      return { path, keyword, expected, ...(property && { range: { library: 'vllm', ...typed } }), ...effect };
    }
    default:
      // `if`, `anyOf` and the like only say that something inside them failed.
      return undefined;
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

function readPointer(pointer: string, value: unknown): (string | number)[] {
  const path: (string | number)[] = [];
  let node = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(node) ? Number(key) : key);
    node = (node as Readonly<Record<string, unknown>> | undefined)?.[key];
  }
  return path;
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((node, key) => (node as Readonly<Record<string | number, unknown>> | undefined)?.[key], value);
}
