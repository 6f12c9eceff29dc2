import { commands, type QuickPickItem, window } from 'vscode';
import type { LanguageServer } from './language-server';
import {
  STATE_VERSION_REQUEST,
  type StateVersionResult,
  VERSION_CHOICES_REQUEST,
  type VersionChoicesResult,
} from './protocol';

/** A release, or what else may be done. */
interface Choice extends QuickPickItem {
  readonly version?: string;
  readonly does?: 'ask' | 'settings';
}

const OTHERS: readonly Choice[] = [
  { label: 'Another release…', does: 'ask' },
  { label: 'Set it for the folder…', description: 'opens the settings', does: 'settings' },
];

/** Asks which vLLM the shown document is for, and has the server write it there as a comment. */
export async function stateVersion(server: LanguageServer): Promise<void> {
  const document = window.activeTextEditor?.document;
  if (!document) return;
  const uri = document.uri.toString();
  const { choices, current } = await server.request<VersionChoicesResult>(VERSION_CHOICES_REQUEST, { uri });
  const releases = choices.map(({ version, note }): Choice => {
    const here = version === current ? '$(check) ' : '';
    return { label: `${here}${version}`, description: note, version };
  });
  const placeHolder = 'The vLLM release that the engines of this file run';
  const chosen = await window.showQuickPick([...OTHERS, ...releases], { placeHolder, matchOnDescription: true });
  if (!chosen) return;
  if (chosen.does === 'settings') return openSettings();
  const version = chosen.does === 'ask' ? await askForVersion(current) : chosen.version;
  if (version === undefined) return;
  const { applied } = await server.request<StateVersionResult>(STATE_VERSION_REQUEST, { uri, version });
  if (applied) return;
  const settings = 'Open Settings';
  const answer = await window.showWarningMessage(
    'The version cannot be stated in this file, for example because JSON has no comments. Set it for the folder.',
    settings,
  );
  if (answer === settings) await openSettings();
}

async function askForVersion(value = ''): Promise<string | undefined> {
  const version = await window.showInputBox({
    prompt: 'A vLLM release such as 0.11.0',
    value,
    validateInput: (text) => (/^v?\d+(\.\d+)*([-.+]?[A-Za-z0-9.]+)*$/.test(text.trim()) ? undefined : 'No release.'),
  });
  return version?.trim();
}

async function openSettings(): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', 'nixl.vllmVersion');
}
