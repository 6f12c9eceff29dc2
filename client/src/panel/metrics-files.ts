import { commands, type ExtensionContext, Uri, window, workspace } from 'vscode';
import type { GenerateParams } from '../../../protocol/metrics';
import type { MetricsSession } from './metrics-session';

/** What leaves the panel as a file or a document. */
export class MetricsFiles {
  readonly #context: ExtensionContext;
  readonly #session: MetricsSession;

  constructor(context: ExtensionContext, session: MetricsSession) {
    this.#context = context;
    this.#session = session;
  }

  /** Everything that was recorded, as a file of the user's choice. */
  async exportFigures(format: 'csv' | 'json'): Promise<void> {
    const { text, problem } = await this.#session.export({ format });
    if (problem || text === undefined) {
      void window.showErrorMessage(`NIXL: ${problem ?? 'There is nothing to export.'}`);
      return;
    }
    await save(format, { [format.toUpperCase()]: [format] }, Buffer.from(text));
  }

  async savePicture(data: Uint8Array): Promise<void> {
    await save('png', { PNG: ['png'] }, data);
  }

  /** The pages themselves, in a folder of the user's choice. */
  async saveRecording(given?: Uri): Promise<void> {
    const folder = given ?? (await openedFolder());
    if (!folder) return;
    const { files, problem } = await this.#session.export({ format: 'recording', folder: folder.fsPath });
    if (problem) void window.showErrorMessage(`NIXL: ${problem}`);
    else void window.showInformationMessage(`NIXL: ${files ?? 0} pages were written to ${folder.fsPath}.`);
  }

  /** Alert rules or a dashboard, as a document that is not saved yet. */
  async generate(what: GenerateParams['what']): Promise<void> {
    const { language, text } = await this.#session.generate({ what });
    const document = await workspace.openTextDocument({ language, content: text });
    await window.showTextDocument(document, { preview: false });
  }

  /** The page about live metrics, at what is said about one kind of verdict. */
  async help(verdict?: string): Promise<void> {
    const page = Uri.joinPath(this.#context.extensionUri, 'docs', verdict ? 'metrics-verdicts.md' : 'metrics.md');
    await commands.executeCommand('markdown.showPreview', verdict ? page.with({ fragment: verdict }) : page);
  }
}

async function openedFolder(): Promise<Uri | undefined> {
  const options = { canSelectFolders: true, canSelectFiles: false, openLabel: 'Save here', title: 'An empty folder' };
  return (await window.showOpenDialog(options))?.[0];
}

async function save(extension: string, filters: Record<string, string[]>, data: Uint8Array): Promise<void> {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(folder, `nixl-metrics-${time}.${extension}`),
    filters,
  });
  if (target) await workspace.fs.writeFile(target, data);
}
