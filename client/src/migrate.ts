import { type LogOutputChannel, window } from 'vscode';
import type { LanguageServer } from './language-server';
import { MIGRATE_REQUEST, type MigrateResult, VERSION_CHOICES_REQUEST, type VersionChoicesResult } from './protocol';

/** Asks for a release, has the server move the shown document to it, and tells what is left to do. */
export async function migrate(server: LanguageServer, output: LogOutputChannel): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document) return;
  const uri = document.uri.toString();
  const { choices, current } = await server.request<VersionChoicesResult>(VERSION_CHOICES_REQUEST, { uri });
  const releases = choices
    .filter(({ version }) => version !== current)
    .map(({ version, note }) => ({ label: version, description: note }));
  const placeHolder = current === undefined ? 'Migrate to which vLLM?' : `Migrate from vLLM ${current} to which one?`;
  const chosen = await window.showQuickPick(releases, { placeHolder, matchOnDescription: true });
  if (!chosen) return;
  const version = chosen.label;
  const result = await server.request<MigrateResult>(MIGRATE_REQUEST, { uri, version });
  if (!result.applied) {
    void window.showWarningMessage(`NIXL for vLLM: nothing in this file could be migrated to vLLM ${version}.`);
    return;
  }
  report(version, document.fileName, result, output);
}

function report(version: string, file: string, { edits, left, notes }: MigrateResult, output: LogOutputChannel): void {
  output.info(`${file}: migrated to vLLM ${version} with ${count(edits, 'edit')}.`);
  for (const line of left) output.warn(`Left to do: ${line}`);
  for (const line of notes) output.info(`Good to know: ${line}`);
  const details = 'Show Details';
  const message = `Migrated to vLLM ${version}: ${count(edits, 'edit')}, ${count(left.length, 'thing')} left to do by hand.`;
  const shown =
    left.length > 0 ? window.showWarningMessage(message, details) : window.showInformationMessage(message, details);
  void shown.then((answer) => {
    if (answer === details) output.show();
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
