import assert from 'node:assert/strict';
import { type CodeAction, type CompletionList, commands, type Hover, Range, workspace } from 'vscode';
import type { Runner } from '../runner.mts';
import { finding, noFinding, open, ours, placeOf, replace } from './workspace';

/** What the server answers through VS Code's own commands. */
export function editorTests(runner: Runner): void {
  runner.test('a finding names its rule and where to read about it', async () => {
    const { document } = await open('prefill.yaml');
    const { code, message } = await finding(document, 'kv_rol');
    assert.ok(typeof code === 'object' && /^[a-z][a-z-]+$/.test(String(code.value)), JSON.stringify(code));
    assert.match(code.target.toString(), new RegExp(`${code.value}`));
    assert.match(message, /`kv_rol`.*`kv_role`/s);
  });

  runner.test('a hover explains a key of the JSON', async () => {
    const { document } = await open('prefill.yaml');
    const text = await hoverText(document.uri, placeOf(document, '"kv_connector"', 3));
    assert.match(text, /kv_connector/);
  });

  runner.test('completion offers keys inside JSON in a shell line in a YAML block', async () => {
    const { document } = await open('prefill.yaml');
    const inside = placeOf(document, '"kv_rol"', 4);
    const list: CompletionList = await commands.executeCommand(
      'vscode.executeCompletionItemProvider',
      document.uri,
      inside,
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(labels.includes('kv_role'), labels.join(' '));
  });

  runner.test('a quick fix leaves the right text and no finding', async () => {
    const { document } = await open('prefill.sh');
    const { range } = await finding(document, 'kv_rol');
    const before = document.getText();
    const actions: CodeAction[] = await commands.executeCommand(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    const fix = actions.find(({ title }) => title.includes('`kv_role`'));
    assert.ok(fix?.edit, actions.map(({ title }) => title).join(' | '));
    assert.ok(await workspace.applyEdit(fix.edit));
    assert.equal(document.getText(), before.replace('"kv_rol"', '"kv_role"'));
    await noFinding(document, 'kv_rol');
    await commands.executeCommand('workbench.action.files.revert');
  });

  runner.test('a mistake is marked as it is typed, and unmarked when it is undone', async () => {
    const editor = await open('decode.env');
    const { document } = editor;
    const start = placeOf(document, '5600');
    await replace(editor, new Range(start, start.translate(0, 4)), '5600z');
    await finding(document, '5600z');
    await commands.executeCommand('undo');
    await noFinding(document, '5600z');
    await commands.executeCommand('workbench.action.files.revert');
  });

  runner.test('a file that does not concern us stays clean', async () => {
    const { document } = await open('other.yaml');
    const { document: witness } = await open('prefill.yaml');
    await finding(witness, 'kv_rol');
    assert.deepEqual(ours(document), []);
  });
}

async function hoverText(...place: unknown[]): Promise<string> {
  const hovers: Hover[] = await commands.executeCommand('vscode.executeHoverProvider', ...place);
  const parts = hovers.flatMap(({ contents }) => contents);
  return parts.map((part) => (typeof part === 'string' ? part : part.value)).join('\n');
}
