import assert from 'node:assert/strict';
import {
  commands,
  type DocumentLink,
  type DocumentSymbol,
  type Location,
  type LocationLink,
  type SymbolInformation,
  type TextDocument,
  type Uri,
  workspace,
} from 'vscode';
import { until } from '../../../scripts/editor/until.mts';
import type { Runner } from '../runner.mts';
import { fileUri, open, placeOf } from './workspace';

const DECODE = 'fleet/decode.yaml';
const SETTINGS = 'fleet/settings.yaml';

const PATIENCE = 60_000;

/** `decode.yaml: the characters` of what VS Code was told. */
async function shown(found: readonly (Location | LocationLink)[]): Promise<string[]> {
  const places = found.map((one) =>
    'uri' in one
      ? { uri: one.uri, range: one.range }
      : { uri: one.targetUri, range: one.targetSelectionRange ?? one.targetRange },
  );
  const texts = places.map(async ({ uri, range }) => {
    const document = await workspace.openTextDocument(uri);
    return `${uri.path.slice(uri.path.lastIndexOf('/') + 1)}: ${document.getText(range)}`;
  });
  return (await Promise.all(texts)).sort();
}

/** Asks until the server, which has only just started, says something. */
function ask<T>(what: string, command: string, ...args: unknown[]): Promise<T[]> {
  return until(what, PATIENCE, async () => {
    const found = await commands.executeCommand<T[] | undefined>(command, ...args);
    return found && found.length > 0 ? found : undefined;
  });
}

function definition(document: TextDocument, text: string, skip: number): Promise<(Location | LocationLink)[]> {
  const at = placeOf(document, text, skip);
  return ask(`the definition of ${text}`, 'vscode.executeDefinitionProvider', document.uri, at);
}

/** Where things stand, where they are used, what a file is made of. */
export function navigationTests(runner: Runner): void {
  runner.test('a key of a ConfigMap is found in the file beside, which is not open', async () => {
    const { document } = await open(DECODE);
    assert.deepEqual(await shown(await definition(document, 'key: side-channel-port', 8)), [
      'settings.yaml: side-channel-port',
    ]);
  });

  runner.test('a selector leads to the pods', async () => {
    const { document } = await open(DECODE);
    assert.deepEqual(await shown(await definition(document, 'app: vllm-decode', 8)), ['decode.yaml: decode']);
  });

  runner.test('the key of a ConfigMap is used in the file beside', async () => {
    const { document } = await open(SETTINGS);
    const at = placeOf(document, 'side-channel-port', 4);
    const found = await ask<Location>('references', 'vscode.executeReferenceProvider', document.uri, at);
    assert.deepEqual(await shown(found), ['decode.yaml: side-channel-port', 'settings.yaml: side-channel-port']);
  });

  runner.test('a kustomization links to its files, as far as they are there', async () => {
    const { document } = await open('kustomized/kustomization.yaml');
    const command = 'vscode.executeLinkProvider';
    const links = await until('links', PATIENCE, async () => {
      const found = await commands.executeCommand<DocumentLink[]>(command, document.uri);
      return found.length > 0 ? found : undefined;
    });
    const targets = links.flatMap(({ range, target }) => `${document.getText(range)} → ${base(target)}`);
    assert.deepEqual(targets, ['pod.yaml → pod.yaml']);
  });

  runner.test('the outline shows the workload, the engine and its ports', async () => {
    const { document } = await open(DECODE);
    const lines = await until('the outline', PATIENCE, async () => {
      const found = await commands.executeCommand<DocumentSymbol[] | undefined>(
        'vscode.executeDocumentSymbolProvider',
        document.uri,
      );
      const all = outline(document, found ?? [], 0);
      return all.some((line) => line.includes('decode engine')) ? all : undefined;
    });
    const start = lines.indexOf('decode @ decode');
    assert.deepEqual(lines.slice(start, start + 5), [
      'decode @ decode',
      '  vllm @ vllm',
      '    decode engine @ vllm',
      '      API server 8000 @ vllm',
      '      NIXL side channel 5700 @ vllm',
    ]);
  });

  runner.test('engines are found in the whole workspace', async () => {
    await open(DECODE);
    const found = await ask<SymbolInformation>('engines', 'vscode.executeWorkspaceSymbolProvider', 'decode engine');
    const engine = found.find(({ name }) => name.startsWith('decode engine · Qwen/Qwen3-8B · NixlConnector · TP 2'));
    assert.ok(engine, found.map(({ name }) => name).join('\n'));
    assert.equal(engine.containerName, 'decode › vllm');
    assert.equal(engine.location.uri.toString(), fileUri(DECODE).toString());
  });
}

function outline(document: TextDocument, symbols: readonly DocumentSymbol[], depth: number): string[] {
  return symbols.flatMap(({ name, selectionRange, children }) => [
    `${'  '.repeat(depth)}${name} @ ${document.getText(selectionRange)}`,
    ...outline(document, children, depth + 1),
  ]);
}

function base(uri: Uri | undefined): string {
  return uri ? uri.path.slice(uri.path.lastIndexOf('/') + 1) : 'nowhere';
}
