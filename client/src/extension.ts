import { commands, type ExtensionContext, window } from 'vscode';
import { ExplainLog } from './explain-log';
import { LanguageServer } from './language-server';
import { migrate } from './migrate';
import { MetricsCommands } from './panel/metrics-commands';
import { STATE_VERSION_COMMAND } from './protocol';
import { stateVersion } from './state-version';
import { StatusItem } from './status-item';

let server: LanguageServer | undefined;

/** Called by VS Code at the first document of a language that we read, or at a command of ours. */
export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel('NIXL for vLLM', { log: true });
  const status = new StatusItem();
  const started = new LanguageServer(context, output, status);
  server = started;
  context.subscriptions.push(
    output,
    status,
    new ExplainLog(started),
    new MetricsCommands(context, started),
    commands.registerCommand('nixl.restartServer', () => started.restart()),
    commands.registerCommand('nixl.showOutput', () => output.show()),
    commands.registerCommand('nixl.migrate', () => migrate(started, output)),
    commands.registerCommand(STATE_VERSION_COMMAND, () => stateVersion(started)),
  );
  await started.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
