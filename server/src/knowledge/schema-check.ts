import type { JsonSchema } from './json-schema';

/** A keyword of a JSON Schema that a value does not meet. */
export interface SchemaFault {
  /** Keys and indexes to the value; for `required` and `additionalProperties` to the object that lacks or holds the key. */
  readonly path: readonly (string | number)[];
  readonly keyword: Keyword;
  /** The key that is missing or not known. */
  readonly key?: string;
  /** Asked for only because of what other keys say. */
  readonly conditional: boolean;
}

type Keyword = 'type' | 'enum' | 'pattern' | 'minimum' | 'maximum' | 'minItems' | 'required' | 'additionalProperties';

/**
 * Holds a value against one of our schemas for users' configuration. It reads the keywords that these use and no other:
 * the tests compare it with ajv, whose compiled validators would be as large as a third of our rules.
 */
export function schemaFaults(schema: JsonSchema, value: unknown): SchemaFault[] {
  const faults: SchemaFault[] = [];
  visit(schema, value, [], false, faults);
  return faults;
}

function visit(
  schema: JsonSchema,
  value: unknown,
  path: readonly (string | number)[],
  conditional: boolean,
  faults: SchemaFault[],
): void {
  const fault = (keyword: Keyword, key?: string) =>
    faults.push({ path, keyword, ...(key !== undefined && { key }), conditional });
  if (schema.if && schemaFaults(schema.if, value).length === 0) visit(schema.then ?? {}, value, path, true, faults);
  if (schema.type !== undefined && ![schema.type].flat().some((type) => isOf(type, value))) fault('type');
  if (schema.enum && !schema.enum.includes(value)) fault('enum');
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (schema.maximum !== undefined && value > schema.maximum) fault('maximum');
    if (schema.minimum !== undefined && value < schema.minimum) fault('minimum');
  }
  if (typeof value === 'string' && schema.pattern !== undefined && !matches(schema.pattern, value)) fault('pattern');
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) fault('minItems');
    const { items } = schema;
    if (items) value.forEach((item, index) => void visit(items, item, [...path, index], conditional, faults));
  } else if (typeof value === 'object' && value !== null) {
    const members = value as Readonly<Record<string, unknown>>;
    const has = (key: string) => Object.hasOwn(members, key) && members[key] !== undefined;
    const known = schema.properties ?? {};
    for (const key of schema.required ?? []) if (!has(key)) fault('required', key);
    if (schema.additionalProperties === false) {
      for (const key of Object.keys(members)) if (!Object.hasOwn(known, key)) fault('additionalProperties', key);
    }
    for (const [key, property] of Object.entries(known)) {
      if (has(key)) visit(property, members[key], [...path, key], conditional, faults);
    }
  }
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'number':
      return Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      // `string` and `boolean` are called the same in JavaScript.
      return typeof value === type;
  }
}

const patterns = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  let expression = patterns.get(pattern);
  if (!expression) {
    expression = new RegExp(pattern, 'u');
    patterns.set(pattern, expression);
  }
  return expression.test(text);
}
