import assert from 'node:assert/strict';
import { commands, type DocumentLink, type TextDocument, window } from 'vscode';
import { until } from '../../../scripts/editor/until.mts';
import type { Runner } from '../runner.mts';
import { fileUri, finding, open } from './workspace';

/** The command that explains a log. What it offers to explain, people choose in `user-tests`. */
export function explainTests(runner: Runner): void {
  runner.test(
    'NIXL: Explain Log… shows what a file says, and links to the line that is to blame and the rule',
    async () => {
      const { document: manifest } = await open('prefill.yaml');
      await finding(manifest, 'localhost');
      await commands.executeCommand('nixl.explainLog', fileUri('engine.log'));
      const page = await explained('engine.log');
      assert.match(page.getText(), /^# engine\.log\n\n1 message explained \(2 lines read, vLLM 0\.19\.1\)\./);
      assert.match(page.getText(), /Decode asked for `5f0c9e4a-11f2` and found `0a6d6a3e-8f6c`\./);
      const links = await linksOf(page);
      const line = manifest
        .getText()
        .split('\n')
        .findIndex((text) => text.includes('localhost'));
      const [, blamed] = [...links].find(([text]) => text.endsWith(`prefill.yaml:${line + 1}:23`)) ?? [];
      assert.match(blamed ?? [...links.keys()].join(' '), /prefill\.yaml#L17/);
      assert.match(links.get('side-channel-host-loopback') ?? '', /side-channel-host-loopback\.md$/);
    },
  );

  runner.test('NIXL: Explain Log… explains a text, and the next one of the same name in its place', async () => {
    await commands.executeCommand('nixl.explainLog', { text: 'NIXL_ERR_BACKEND', name: 'Clipboard' });
    await explained('Clipboard', /^# Clipboard\n\n1 message explained/);
    await commands.executeCommand('nixl.explainLog', { text: 'all is well', name: 'Clipboard' });
    await explained('Clipboard', /^# Clipboard\n\nNothing known in it/);
  });
}

/** The page about a log, once it is shown and says this. */
function explained(name: string, says = /./): Promise<TextDocument> {
  const shown = () => window.activeTextEditor?.document;
  return until(
    `the page about ${name}`,
    20_000,
    async () => {
      const document = shown();
      const ours = document?.uri.scheme === 'nixl-explain' && document.uri.path === `/${name} explained.md`;
      return ours && says.test(document.getText()) ? document : undefined;
    },
    () => `${shown()?.uri} ${shown()?.getText().slice(0, 200)}`,
  );
}

/** Where the links of a page lead, by their text. */
async function linksOf(page: TextDocument): Promise<Map<string, string>> {
  const links: DocumentLink[] = await commands.executeCommand('vscode.executeLinkProvider', page.uri);
  return new Map(links.map(({ range, target }) => [page.getText(range), String(target)]));
}
