import {
  type CancellationToken,
  commands,
  type Disposable,
  DocumentLink,
  type DocumentLinkProvider,
  EventEmitter,
  env,
  languages,
  ProgressLocation,
  type QuickPickItem,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { LanguageServer } from './language-server';
import { EXPLAIN_REQUEST, type ExplainParams, type ExplainResult } from './protocol';

const SCHEME = 'nixl-explain';

/** Where a log may come from. */
interface Choice extends QuickPickItem {
  log(): Promise<ExplainParams | undefined>;
}

/** The command "Explain Log…": asks the server what the messages of a log mean, and shows the answer as a page to read. */
export class ExplainLog implements Disposable, TextDocumentContentProvider, DocumentLinkProvider {
  readonly #server: LanguageServer;
  readonly #pages = new Map<string, Extract<ExplainResult, { text: string }>>();
  readonly #changed = new EventEmitter<Uri>();
  readonly #registered: Disposable[];

  readonly onDidChange = this.#changed.event;

  constructor(server: LanguageServer) {
    this.#server = server;
    this.#registered = [
      commands.registerCommand('nixl.explainLog', (log?: Uri | ExplainParams) => this.#run(log)),
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      languages.registerDocumentLinkProvider({ scheme: SCHEME }, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.#pages.delete(uri.toString())),
    ];
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#pages.get(uri.toString())?.text ?? 'Run "NIXL: Explain Log…" again.\n';
  }

  provideDocumentLinks({ uri }: TextDocument): DocumentLink[] {
    return (this.#pages.get(uri.toString())?.links ?? []).map(({ range: { start, end }, target }) => {
      const range = new Range(start.line, start.character, end.line, end.character);
      return new DocumentLink(range, Uri.parse(target));
    });
  }

  dispose(): void {
    for (const one of this.#registered) one.dispose();
    this.#changed.dispose();
  }

  async #run(given: Uri | ExplainParams | undefined): Promise<void> {
    const log = given instanceof Uri ? { uri: given.toString() } : (given ?? (await pick()));
    if (!log) return;
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, title: 'Reading the log…', cancellable: true },
      (_, token) => this.#ask(log, token),
    );
    if (!result) return;
    if ('problem' in result) await window.showErrorMessage(`NIXL: ${result.problem}`);
    else await this.#show(nameOf(log), result);
  }

  async #ask(log: ExplainParams, token: CancellationToken): Promise<ExplainResult | undefined> {
    const params = { ...log, name: nameOf(log) };
    try {
      const result = await this.#server.request<ExplainResult>(EXPLAIN_REQUEST, params, token);
      return token.isCancellationRequested ? undefined : result;
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  }

  async #show(name: string, page: Extract<ExplainResult, { text: string }>): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name} explained.md` });
    this.#pages.set(uri.toString(), page);
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false });
  }
}

function nameOf({ uri, name }: ExplainParams): string {
  return name ?? (uri === undefined ? 'Text' : (Uri.parse(uri).path.split('/').at(-1) ?? uri));
}

/** What may hold a log: a selection, the shown document, the clipboard, any file. */
async function pick(): Promise<ExplainParams | undefined> {
  const choices: Choice[] = [
    ...shownLogs(),
    { label: 'The clipboard', log: clipboard },
    { label: 'A file…', log: openedFile },
  ];
  const chosen = await window.showQuickPick(choices, { placeHolder: 'The log of vLLM, NIXL or UCX to explain' });
  return chosen?.log();
}

function shownLogs(): Choice[] {
  const editor = window.activeTextEditor;
  if (!editor || editor.document.uri.scheme === SCHEME) return [];
  const { document, selection } = editor;
  const name = document.fileName.split(/[\\/]/).at(-1) ?? 'Text';
  const stored = document.uri.scheme === 'file' && !document.isDirty;
  const whole = async () => (stored ? { uri: document.uri.toString(), name } : { text: document.getText(), name });
  const part = async () => ({ text: document.getText(selection), name });
  const selected = selection.isEmpty ? [] : [{ label: 'The selection', description: name, log: part }];
  return [...selected, { label: 'This editor', description: name, log: whole }];
}

/** Asked for only when it is chosen: a browser lets its user decide about every look at it. */
async function clipboard(): Promise<ExplainParams | undefined> {
  const text = await env.clipboard.readText();
  if (text.trim()) return { text, name: 'Clipboard' };
  await window.showInformationMessage('NIXL: there is no text in the clipboard.');
  return undefined;
}

async function openedFile(): Promise<ExplainParams | undefined> {
  const files = await window.showOpenDialog({ openLabel: 'Explain', title: 'A log of vLLM, NIXL or UCX' });
  return files?.[0] && { uri: files[0].toString() };
}
