import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../client/src/document-selector';
import * as clientProtocol from '../../client/src/protocol';
import { ruleIds } from '../../server/src/analysis';
import * as serverProtocol from '../../server/src/lsp/protocol';

const manifest = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'));
const settings = manifest.contributes.configuration.properties;

test('VS Code starts the extension for the languages that the client sends to the server', () => {
  expect(manifest.activationEvents).toEqual(LANGUAGES.map((language) => `onLanguage:${language}`));
});

test('the setting for rules names exactly the rules', () => {
  expect(Object.keys(settings['nixl.rules'].properties)).toEqual(ruleIds);
});

test('every setting is described', () => {
  for (const [name, setting] of Object.entries<{ markdownDescription?: string }>(settings)) {
    expect(setting.markdownDescription, name).toMatch(/\w.*\.$/s);
  }
});

test('client and server call their messages by the same names', () => {
  expect(clientProtocol.STATUS_NOTIFICATION).toBe(serverProtocol.STATUS_NOTIFICATION);
  expect(clientProtocol.VERSION_CHOICES_REQUEST).toBe(serverProtocol.VERSION_CHOICES_REQUEST);
  expect(clientProtocol.STATE_VERSION_REQUEST).toBe(serverProtocol.STATE_VERSION_REQUEST);
  expect(clientProtocol.EXPLAIN_REQUEST).toBe(serverProtocol.EXPLAIN_REQUEST);
  expect(clientProtocol.STATE_VERSION_COMMAND).toBe(serverProtocol.STATE_VERSION_COMMAND);
});

test('VS Code is told of no JSON Schema: its own editor would check once more what the server checks', () => {
  expect(manifest.contributes.jsonValidation).toBeUndefined();
  expect(manifest.contributes.configurationDefaults?.['json.schemas']).toBeUndefined();
});
