import assert from 'node:assert/strict';
import type { Workbench } from '../../scripts/editor/workbench.mts';
import type { Fixture } from './fixture.mts';
import type { Runner } from './runner.mts';

/** What a person sees and does in the packaged extension: pointer, keys, and the pixels under the characters. */
export function userTests(runner: Runner, workbench: Workbench, fixture: Fixture): void {
  runner.test('a manifest: squiggles lie under exactly the wrong characters', async () => {
    await workbench.open('prefill.yaml');
    await workbench.language(['YAML']);
    await workbench.squiggle('localhost');
    await workbench.squiggle('kv_rol');
  });

  runner.test('a manifest: the hover says what the mark means, with its rule', async () => {
    const hover = await workbench.hover('kv_rol', /`kv_rol`.*`kv_role`/s);
    assert.match(hover, /nixl\W*unknown-key/);
  });

  runner.test('a manifest: the hover of a name explains it and says what the engine sees', async () => {
    const hover = await workbench.hover('VLLM_NIXL_SIDE_CHANNEL_HOST', /handshake listener/);
    assert.match(hover, /the engine sees: localhost/);
  });

  runner.test('a manifest: a quick fix changes JSON in a shell line in a YAML block, and nothing else', async () => {
    const before = await fixture.text('prefill.yaml', (text) => text.includes('"kv_rol"'));
    await workbench.cursorAfter('"kv_rol');
    await workbench.choose(await workbench.quickFix('kv_role'));
    await workbench.noSquiggle('kv_rol');
    await workbench.save();
    const after = await fixture.text('prefill.yaml', (text) => text.includes('"kv_role"'));
    assert.equal(after, before.replace('"kv_rol"', '"kv_role"'));
  });

  runner.test('a manifest: a completion is accepted inside JSON in a shell line in a YAML block', async () => {
    await workbench.cursorAfter('"kv_producer"');
    await workbench.type(', "kv_buffer_d');
    await workbench.choose(await workbench.suggestion('kv_buffer_device'));
    await workbench.sees('"kv_buffer_device"');
    await workbench.save();
    const text = await fixture.text('prefill.yaml', (text) => text.includes('kv_buffer_device'));
    assert.match(text, /--kv-transfer-config '\{.*"kv_role": "kv_producer", "kv_buffer_device".*\}'$/m);
  });

  runner.test('a manifest: the page of a rule opens from the package', async () => {
    await workbench.cursorAfter('localhost');
    await workbench.choose(await workbench.quickFix('Open the page'));
    await workbench.page.locator('.tab.active').filter({ hasText: 'side-channel-host-loopback.md' }).waitFor();
  });

  // Before VS Code knew `dotenv`, `.env` was `properties`; in both, ours must see it.
  for (const [file, languages] of [
    ['.env', ['Properties', 'Dotenv']],
    ['prefill.env', ['Dotenv']],
    ['.env.prod', ['Shell Script', 'Dotenv']],
  ] as const) {
    runner.test(`${file}: the squiggle lies under the value`, async () => {
      await workbench.open(file);
      await workbench.language(languages);
      await workbench.squiggle('5600x');
    });
  }

  runner.test('compose.yaml: the squiggle lies under the value in the JSON', async () => {
    await workbench.open('compose.yaml');
    await workbench.language(['Compose']);
    await workbench.squiggle('kv_consumr');
  });

  runner.test('NIXL: Restart Server: a mistake typed after it is marked', async () => {
    await workbench.open('decode.env');
    await workbench.command('NIXL: Restart Server');
    await workbench.cursorAfter('PORT=5600');
    await workbench.type('y');
    await workbench.squiggle('5600y');
  });

  runner.test('the status item says what is assumed for the shown file', async () => {
    await workbench.open('prefill.yaml');
    // The server, started anew by the test before, tells what it assumes before it tells what it finds.
    await workbench.squiggle('localhost');
    assert.match(await workbench.languageStatus(), /vLLM 0\.19\.1/);
  });

  runner.test('NIXL: Explain Log…: the shown log is explained beside it', async () => {
    await workbench.open('engine.log');
    await workbench.command('NIXL: Explain Log…');
    const choices = workbench.page.locator('.quick-input-list .monaco-list-row');
    await choices.filter({ hasText: 'This editor' }).click();
    await workbench.page.locator('.tab.active').filter({ hasText: 'engine.log explained.md' }).waitFor();
    await workbench.sees('Another engine answered the handshake');
  });

  runner.test('NIXL: Show Output shows our channel', async () => {
    await workbench.command('NIXL: Show Output');
    assert.equal(await workbench.outputChannel(), 'NIXL for vLLM');
  });
}
