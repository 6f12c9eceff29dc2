import assert from 'node:assert/strict';
import {
  type CompletionItem,
  type CompletionList,
  commands,
  type Diagnostic,
  extensions,
  type Hover,
  languages,
  type TextDocument,
} from 'vscode';
import { until } from '../../../scripts/editor/until.mts';
import type { Runner } from '../runner.mts';
import { open, placeOf } from './workspace';

/** Our JSON Schemas in VS Code's own JSON editor, which the settings of the workspace tell about them. */
export function schemaTests(runner: Runner): void {
  runner.test("VS Code's JSON editor checks a whole object with the schema of a release", async () => {
    const { document } = await open('plain/whole.json');
    await complaint(document, '"kv_prefill"', /kv_producer/);
    await complaint(document, '"60"', /number/);
    await complaint(document, '"backend"', /not allowed/);
  });

  runner.test("VS Code's JSON editor checks an object with the file in schemas/", async () => {
    const { document } = await open('plain/object.json');
    await complaint(document, '"here"', /pattern/i);
  });

  runner.test("VS Code's JSON editor checks, explains and completes a connector's settings", async () => {
    const { document } = await open('plain/settings.json');
    await complaint(document, '"60"', /number/);
    const hover = await until('the hover', 10_000, async () => {
      const text = await hoverText(document, placeOf(document, 'kv_lease_duration', 3));
      return text.includes('Seconds for which prefill keeps blocks') ? text : undefined;
    });
    assert.doesNotMatch(hover, /x-nixl/);
    const offered = await labels(document, placeOf(document, '"num_threads"', 1));
    assert.ok(offered.includes('backends'), offered.join(' '));
  });

  runner.test('we tell VS Code of no schema: what our server checks would be checked twice', async () => {
    const manifest = extensions.getExtension('nixl-vllm.nixl-vllm')?.packageJSON;
    assert.ok(manifest);
    assert.equal(manifest.contributes.jsonValidation, undefined);
    const { document } = await open('kv-transfer-config.json');
    await until('our finding', 60_000, async () => languages.getDiagnostics(document.uri).find(isOurs));
    assert.deepEqual(
      languages.getDiagnostics(document.uri).filter((diagnostic) => !isOurs(diagnostic)),
      [],
    );
  });
}

/** Waits until somebody else than we complains about these characters. */
async function complaint(document: TextDocument, text: string, says: RegExp): Promise<void> {
  const others = () => languages.getDiagnostics(document.uri).filter((diagnostic) => !isOurs(diagnostic));
  await until(
    `a complaint about ${text}`,
    60_000,
    async () => others().find(({ range, message }) => document.getText(range) === text && says.test(message)),
    () => others().map(({ range, message }) => `${document.getText(range)}: ${message}`),
  );
}

function isOurs({ source }: Diagnostic): boolean {
  return source === 'nixl';
}

async function hoverText(document: TextDocument, place: unknown): Promise<string> {
  const hovers: Hover[] = await commands.executeCommand('vscode.executeHoverProvider', document.uri, place);
  const parts = hovers.flatMap(({ contents }) => contents);
  return parts.map((part) => (typeof part === 'string' ? part : part.value)).join('\n');
}

async function labels(document: TextDocument, place: unknown): Promise<string[]> {
  const list: CompletionList = await commands.executeCommand(
    'vscode.executeCompletionItemProvider',
    document.uri,
    place,
  );
  return list.items.map(({ label }: CompletionItem) => (typeof label === 'string' ? label : label.label));
}
