import { randomBytes } from 'node:crypto';
import {
  type Disposable,
  type ExtensionContext,
  env,
  Range,
  TabInputWebview,
  type TextEditor,
  Uri,
  ViewColumn,
  type WebviewPanel,
  type WebviewPanelSerializer,
  window,
} from 'vscode';
import type { VerdictCard } from '../../../protocol/metrics';
import { type HostMessage, type PanelCommand, type PanelMessage, verdictKey } from '../../../protocol/panel';
import { type MetricsSession, wordsOf } from './metrics-session';
import { panelHtml } from './panel-html';

const VIEW = 'nixl.metrics';

/** What the panel's buttons ask of the extension. */
export interface PanelActions {
  run(command: PanelCommand): Promise<void>;
  about(verdict: string): Promise<void>;
  savePicture(data: Uint8Array): Promise<void>;
}

/**
 * The panel in an editor column. Its page is taken down while it is hidden and comes back as it was: VS Code keeps what
 * was chosen on it, the server what was recorded.
 */
export class MetricsPanel implements Disposable, WebviewPanelSerializer {
  readonly #context: ExtensionContext;
  readonly #session: MetricsSession;
  readonly #actions: PanelActions;
  readonly #disposables: Disposable[];
  #panel: WebviewPanel | undefined;

  constructor(context: ExtensionContext, session: MetricsSession, actions: PanelActions) {
    this.#context = context;
    this.#session = session;
    this.#actions = actions;
    this.#disposables = [
      window.registerWebviewPanelSerializer(VIEW, this),
      session.onStatus((status) => this.#send({ type: 'status', status })),
      session.onUpdate((update) => this.#send({ type: 'update', update })),
    ];
  }

  get visible(): boolean {
    return this.#panel?.visible ?? false;
  }

  show(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    void closeUnrevived();
    const panel = window.createWebviewPanel(VIEW, 'NIXL Live Metrics', ViewColumn.Active, this.#options());
    this.#adopt(panel);
  }

  /** Called by VS Code for a panel that was open when the window was closed. Nothing is contacted by that. */
  async deserializeWebviewPanel(panel: WebviewPanel): Promise<void> {
    this.#panel?.dispose();
    panel.webview.options = this.#options();
    this.#adopt(panel);
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
    this.#panel?.dispose();
  }

  #options() {
    return { enableScripts: true, localResourceRoots: [Uri.joinPath(this.#context.extensionUri, 'dist')] };
  }

  #adopt(panel: WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = Uri.joinPath(this.#context.extensionUri, 'client', 'icon.png');
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#session.look(false);
    });
    panel.onDidChangeViewState(() => this.#session.look(panel.visible));
    panel.webview.onDidReceiveMessage((message: PanelMessage) => {
      this.#receive(message).catch((error: unknown) => window.showErrorMessage(`NIXL: ${wordsOf(error)}`));
    });
    const part = (name: string) =>
      panel.webview.asWebviewUri(Uri.joinPath(this.#context.extensionUri, 'dist', name)).toString();
    panel.webview.html = panelHtml({
      script: part('panel.js'),
      style: part('panel.css'),
      source: panel.webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
    });
    this.#session.look(panel.visible);
  }

  #send(message: HostMessage): void {
    if (this.#panel?.visible) void this.#panel.webview.postMessage(message);
  }

  async #receive(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case 'ready': {
        this.#send({ type: 'status', status: this.#session.status() });
        const { update } = this.#session;
        if (update) this.#send({ type: 'update', update });
        return;
      }
      case 'history':
        return this.#history(message);
      case 'run':
        return this.#actions.run(message.command);
      case 'line':
        return this.#openLine(message.verdict, message.index);
      case 'source':
        return this.#openSource(message.verdict, message.index);
      case 'about': {
        const verdict = this.#verdict(message.verdict);
        return verdict && this.#actions.about(verdict.id);
      }
      case 'copy':
        await env.clipboard.writeText(message.text);
        window.setStatusBarMessage('NIXL: the figures are in the clipboard.', 3000);
        return;
      case 'png':
        return this.#actions.savePicture(Buffer.from(message.data, 'base64'));
    }
  }

  async #history({ id, params }: Extract<PanelMessage, { type: 'history' }>): Promise<void> {
    try {
      this.#send({ type: 'history', id, charts: await this.#session.history(params) });
    } catch (error) {
      this.#send({ type: 'history-failed', id, problem: wordsOf(error) });
    }
  }

  /** The page names a verdict; where it leads is what the server has said. */
  #verdict(key: string): VerdictCard | undefined {
    return this.#session.update?.verdicts.find((verdict) => verdictKey(verdict) === key);
  }

  async #openLine(key: string, index: number): Promise<void> {
    const place = this.#verdict(key)?.lines[index]?.place;
    if (!place) return;
    const { start, end } = place.range;
    const selection = new Range(start.line, start.character, end.line, end.character);
    const uri = Uri.parse(place.uri);
    await window.showTextDocument(uri, { selection, viewColumn: this.#columnBeside(uri), preserveFocus: false });
  }

  /** Where the file is already shown; otherwise next to the panel, which stays in sight. */
  #columnBeside(uri: Uri): ViewColumn {
    const isIt = ({ document }: TextEditor) => document.uri.toString() === uri.toString();
    const shown = window.visibleTextEditors.find(isIt)?.viewColumn;
    if (shown !== undefined) return shown;
    return (this.#panel?.viewColumn ?? ViewColumn.One) > ViewColumn.One ? ViewColumn.One : ViewColumn.Beside;
  }

  async #openSource(key: string, index: number): Promise<void> {
    const source = this.#verdict(key)?.sources[index];
    if (source && /^https?:\/\//.test(source)) await env.openExternal(Uri.parse(source));
  }
}

/** A panel in a tab that nobody looked at since the window was reloaded is not ours yet: the new one takes its place. */
async function closeUnrevived(): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const left = tabs.filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith(VIEW));
  if (left.length > 0) await window.tabGroups.close(left);
}
