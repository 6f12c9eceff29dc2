import assert from 'node:assert/strict';
import { extensions, workspace } from 'vscode';
import type { Runner } from '../runner.mts';
import { finding, open } from './workspace';

/** File, the languages that VS Code releases call it, and the characters that are wrong in it. */
const FILES = [
  ['prefill.yaml', ['yaml'], 'localhost'],
  ['compose.yaml', ['dockercompose'], 'kv_consumr'],
  ['.env', ['properties', 'dotenv'], '5600x'],
  ['prefill.env', ['dotenv'], '5600x'],
  ['.env.prod', ['shellscript', 'dotenv'], '5600x'],
  ['prefill.sh', ['shellscript'], 'kv_rol'],
  ['prefill.sbatch', ['shellscript'], 'kv_rol'],
  ['Dockerfile', ['dockerfile'], '5600x'],
  ['kv-transfer-config.json', ['json'], 'kv_rol'],
] as const;

/** Each file that people have reaches the server, whatever VS Code calls its language. */
export function languageTests(runner: Runner): void {
  runner.test('the extension starts with the first YAML file', async () => {
    await open('prefill.yaml');
    const extension = extensions.getExtension('nixl-vllm.nixl-vllm');
    assert.ok(extension);
    await extension.activate();
    assert.ok(extension.isActive);
  });

  for (const [file, languages, text] of FILES) {
    runner.test(`${file}: known as ${languages.join(' or ')}, finding on ${text}`, async () => {
      const { document } = await open(file);
      assert.ok((languages as readonly string[]).includes(document.languageId), document.languageId);
      await finding(document, text);
    });
  }

  runner.test('a systemd unit has colours and comments', async () => {
    const { document } = await open('vllm.service');
    assert.equal(document.languageId, 'properties');
  });

  runner.test('a manifest that was pasted and never saved is checked', async () => {
    const { document } = await open('prefill.yaml');
    const pasted = await workspace.openTextDocument({ language: 'yaml', content: document.getText() });
    await finding(pasted, 'kv_rol');
  });
}
