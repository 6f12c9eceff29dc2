/**
 * Compiles the JSON Schemas for users' configuration into plain validators, so that nothing is compiled at run time.
 * Writes server/src/generated/validators.js and .d.ts; does nothing when they are already those of the schemas.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type standaloneCode from 'ajv/dist/standalone/index.js';

/** Parameters that no message of ours uses: all but the name of a key that is missing or not known. */
const UNREAD_PARAMS = /,params:\{(?!additionalProperty|missingProperty)(?:[^{}]|\{[^{}]*\})*\}/;

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'server/src/generated');
const connectors = join(root, 'schemas/connectors');
// CommonJS with a default export: Node and TypeScript disagree on what importing it gives.
const standalone = createRequire(import.meta.url)('ajv/dist/standalone').default as typeof standaloneCode;

const files = [
  join(root, 'schemas/kv-transfer-config.schema.json'),
  ...readdirSync(connectors)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()
    .map((name) => join(connectors, name)),
];
const texts = files.map((file) => readFileSync(file, 'utf8'));
const stamp = `// ${createHash('sha256')
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .update(texts.join('\0'))
  .digest('hex')}`;

const target = join(output, 'validators.js');
if (readOrEmpty(target).startsWith(stamp)) process.exit(0);

const ajv = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  messages: false,
  code: { source: true, esm: true, lines: true },
});
const exported: Record<string, string> = {};
files.forEach((file, index) => {
  const schema = withoutWords(JSON.parse(texts[index]!));
  ajv.addSchema(schema);
  exported[variableName(basename(file, '.schema.json'))] = schema.$id as string;
});
const code = standalone(ajv, exported);
// Keywords that need ajv's run-time helpers (string lengths, deep equality, formats) would pull in a CommonJS require.
if (/\brequire\(/.test(code)) throw new Error('a schema uses a keyword that needs ajv at run time');

mkdirSync(output, { recursive: true });
writeFileSync(
  join(output, 'validators.d.ts'),
  [
    "import type { CompiledValidator } from '../knowledge/json-schema';",
    ...Object.keys(exported).map((name) => `export declare const ${name}: CompiledValidator;`),
    '',
  ].join('\n'),
);
writeFileSync(target, `${stamp}\n${compacted(code)}\n`);

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The same validators in half the characters: errors are noted in one line, with what `knowledge/schema-problem.ts` reads
 * of them, and what only serves `unevaluatedProperties` is left out.
 */
function compacted(code: string): string {
  const noting =
    /const (err\d+) = (.*);\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}/g;
  const evaluated =
    /const (evaluated\d+) = validate\d+\.evaluated;\nif\(\1\.dynamicProps\)\{\n\1\.props = undefined;\n\}\nif\(\1\.dynamicItems\)\{\n\1\.items = undefined;\n\}\n/g;
  const short = code
    .replaceAll('"use strict";', '')
    .replace(noting, (_, _name, error: string) => `(vErrors ??= []).push(${error.replace(UNREAD_PARAMS, '')});`)
    .replace(evaluated, '')
    .replace(/^validate\d+\.evaluated = .*$/gm, '')
    .replace(
      /^const (schema\d+) = (\{.*\});$/gm,
      (_, name: string, text: string) => `const ${name} = ${keysOnly(text)};`,
    );
  if (/\bschema\d+\.(?!properties, )/.test(short)) throw new Error('a validator asks more of a schema than its keys');
  return short;
}

/** Whether a key is known is all that is asked of a whole schema. */
function keysOnly(schema: string): string {
  const { properties = {} } = JSON.parse(schema) as { properties?: Record<string, unknown> };
  return JSON.stringify({ properties: Object.fromEntries(Object.keys(properties).map((key) => [key, 0])) });
}

/** `lmcache-mp` → `lmcacheMp`. */
function variableName(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The schema without titles, descriptions and our annotations, which the validators would carry along for nothing. */
function withoutWords(schema: Record<string, unknown>): Record<string, unknown> {
  const { title: _title, description: _description, 'x-nixl': _annotation, properties, ...rest } = schema;
  if (properties === undefined) return rest;
  const bare = Object.entries(properties as Record<string, Record<string, unknown>>).map(([name, property]) => [
    name,
    withoutWords(property),
  ]);
  return { ...rest, properties: Object.fromEntries(bare) };
}
