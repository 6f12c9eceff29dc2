import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemaFaults } from '../../server/src/knowledge/schema-check';

const root = new URL('../../schemas/', import.meta.url);
const files = [
  'kv-transfer-config.schema.json',
  ...readdirSync(new URL('connectors', root)).map((name) => `connectors/${name}`),
];

/** The keywords that `schemaFaults` reads, and those that say nothing about a value. */
const READ = ['type', 'enum', 'pattern', 'minimum', 'maximum', 'minItems', 'items', 'required', 'properties'];
const ALSO = ['additionalProperties', 'if', 'then', '$schema', '$id', 'title', 'description', 'x-nixl'];

test.each(files)('%s uses no keyword that is not read', (file) => {
  const unread = new Set<string>();
  const visit = (schema: Record<string, unknown>) => {
    for (const [key, value] of Object.entries(schema)) {
      if (![...READ, ...ALSO].includes(key)) unread.add(key);
      if (key === 'properties') for (const one of Object.values(value as object)) visit(one);
      if (['items', 'if', 'then'].includes(key)) visit(value as Record<string, unknown>);
    }
  };
  visit(load(file));
  expect([...unread]).toEqual([]);
});

test.each(files)('%s: faults are those of ajv, on any value', (file) => {
  const schema = load(file);
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
  ajv.addKeyword({ keyword: 'x-nixl', valid: true });
  const validate = ajv.compile(schema);
  const words = ['kv_both', 'yes', '14579', '1e9', 'NixlConnector', 'fail', '', null, 0, 1, 2, -1, 1.5, 1e300, true];
  const scalar = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(...words),
    fc.array(fc.constantFrom(...words), { maxLength: 3 }),
  );
  const keys = [...Object.keys((schema.properties ?? {}) as object), 'other', '__proto__', 'a/b~c'];
  const config = fc.dictionary(fc.constantFrom(...keys), scalar, { noNullPrototype: true });
  fc.assert(
    fc.property(fc.oneof(config, scalar), (value) => {
      validate(value);
      const theirs = (validate.errors ?? [])
        .filter(({ keyword }) => keyword !== 'if')
        .map(({ keyword, instancePath, params }) => {
          const key = params.missingProperty ?? params.additionalProperty;
          return [keyword, instancePath, ...(key === undefined ? [] : [key])].join(' ');
        });
      const ours = schemaFaults(schema, value).map(({ keyword, path, key }) => {
        const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        return [keyword, pointer, ...(key === undefined ? [] : [key])].join(' ');
      });
      expect(ours.sort()).toEqual(theirs.sort());
    }),
    { numRuns: 300 },
  );
});

function load(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(file, root), 'utf8'));
}
