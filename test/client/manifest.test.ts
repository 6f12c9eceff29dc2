import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../client/src/document-selector';
import * as clientProtocol from '../../client/src/protocol';
import { ruleIds } from '../../server/src/analysis';
import * as serverProtocol from '../../server/src/lsp/protocol';
import { DEFAULT_THRESHOLDS } from '../../server/src/metrics/thresholds';

const manifest = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'));
const settings = manifest.contributes.configuration.properties;

test('VS Code starts the extension for the languages that the client sends to the server', () => {
  const languages = LANGUAGES.map((language) => `onLanguage:${language}`);
  // And for the panel that was open when the window was closed.
  expect(manifest.activationEvents).toEqual([...languages, 'onWebviewPanel:nixl.metrics']);
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

test('the setting for thresholds names each of them with its default', () => {
  const properties: Record<string, { default: number }> = settings['nixl.metrics.thresholds'].properties;
  const defaults = Object.entries(properties).map(([name, property]) => [name, property.default]);
  expect(Object.fromEntries(defaults)).toEqual({ ...DEFAULT_THRESHOLDS });
});

test('a workspace that is not trusted names no hosts', () => {
  const { untrustedWorkspaces } = manifest.capabilities;
  expect(untrustedWorkspaces.restrictedConfigurations).toEqual(['nixl.metrics.endpoints', 'nixl.metrics.prometheus']);
});

test('the commands of live metrics are those that the extension registers', () => {
  const source = readFileSync(
    fileURLToPath(new URL('../../client/src/panel/metrics-commands.ts', import.meta.url)),
    'utf8',
  );
  const registered = [...source.matchAll(/#command\('(nixl\.\w+)'/g)].map(([, id]) => id);
  const ids = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  expect(registered).toHaveLength(8);
  expect(ids).toEqual(expect.arrayContaining(registered));
});
