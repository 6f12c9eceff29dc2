import { ConfigurationTarget, commands, Range, window, workspace } from 'vscode';
import { until } from '../../../scripts/editor/until.mts';
import type { Runner } from '../runner.mts';
import { finding, noFinding, open, placeOf, replace, ruleOf } from './workspace';

/** Settings and commands of ours. */
export function settingsTests(runner: Runner): void {
  runner.test('a rule that is turned off in the settings falls silent, and speaks again when it is not', async () => {
    const { document } = await open('prefill.yaml');
    const rule = ruleOf(await finding(document, 'kv_rol'));
    const settings = workspace.getConfiguration('nixl', document.uri);
    await settings.update('rules', { [rule]: 'off' }, ConfigurationTarget.Workspace);
    await noFinding(document, 'kv_rol');
    await settings.update('rules', undefined, ConfigurationTarget.Workspace);
    await finding(document, 'kv_rol');
  });

  runner.test('NIXL: Restart Server, asked for three times at once, ends with a server that answers', async () => {
    const editor = await open('decode.env');
    const restarts = [1, 2, 3].map(() => commands.executeCommand('nixl.restartServer'));
    await Promise.all(restarts);
    const port = placeOf(editor.document, '5600');
    await replace(editor, new Range(port, port.translate(0, 4)), '5600y');
    await finding(editor.document, '5600y');
    await commands.executeCommand('workbench.action.files.revert');
  });

  runner.test('NIXL: Show Output opens the output channel', async () => {
    await commands.executeCommand('nixl.showOutput');
    const shown = () => window.visibleTextEditors.map(({ document }) => document.uri.toString());
    const isOurs = (uri: string) => uri.startsWith('output:') && uri.includes('nixl-vllm');
    await until('the output channel', 10_000, async () => shown().find(isOurs), shown);
  });
}
