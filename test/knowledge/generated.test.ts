import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validateKvTransferConfig } from '../../server/src/knowledge';

const root = new URL('../../', import.meta.url);
const output = fileURLToPath(new URL('server/src/generated/validators.js', root));

test('the validators stand alone: nothing is loaded or compiled at run time', () => {
  const code = readFileSync(output, 'utf8');
  expect(code).not.toMatch(/\brequire\(|\bimport\b|new Function|\beval\(/);
});

test('generating again changes nothing', () => {
  const before = statSync(output).mtimeMs;
  execFileSync(process.execPath, ['scripts/generate.mts'], { cwd: fileURLToPath(root) });
  expect(statSync(output).mtimeMs).toBe(before);
});

test('compiled and interpreted schema agree on any value', () => {
  const schema = JSON.parse(readFileSync(new URL('schemas/kv-transfer-config.schema.json', root), 'utf8'));
  const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
  ajv.addKeyword({ keyword: 'x-nixl', valid: true });
  const interpret = ajv.compile(schema);
  const scalar = fc.oneof(fc.jsonValue(), fc.constantFrom('kv_both', 'yes', '14579', 'NixlConnector', null, 1, 1.5));
  const config = fc.dictionary(fc.constantFrom(...Object.keys(schema.properties), 'other'), scalar);
  fc.assert(
    fc.property(config, (value) => {
      const found = validateKvTransferConfig(value).filter(
        // The one thing that the schema leaves to us: null where only some releases take it.
        ({ path, range }) => !(path[0] === 'kv_buffer_device' && range?.since === '0.11.1'),
      );
      expect(found.length === 0).toBe(interpret(value));
    }),
  );
});
