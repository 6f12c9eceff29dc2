import {
  type Disposable,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
  type TextEditor,
  window,
} from 'vscode';
import { STATE_VERSION_COMMAND, type StatusParams, type StatusSeverity } from './protocol';

const SEVERITIES: Record<StatusSeverity, LanguageStatusSeverity> = {
  info: LanguageStatusSeverity.Information,
  warning: LanguageStatusSeverity.Warning,
  error: LanguageStatusSeverity.Error,
};

/**
 * The `{}` item of the status bar: which vLLM, NIXL and UCX the findings of the shown document assume. It is there only
 * for documents in which the server found something of ours; other YAML files stay as they were.
 */
export class StatusItem implements Disposable {
  readonly #known = new Map<string, StatusParams>();
  readonly #subscription: Disposable;
  #item: LanguageStatusItem | undefined;

  constructor() {
    this.#subscription = window.onDidChangeActiveTextEditor((editor) => this.#show(editor));
  }

  update(status: StatusParams): void {
    if (status.text) this.#known.set(status.uri, status);
    else this.#known.delete(status.uri);
    this.#show(window.activeTextEditor);
  }

  /** Forgets everything, for a server that starts anew. */
  clear(): void {
    this.#known.clear();
    this.#show(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item?.dispose();
  }

  #show(editor: TextEditor | undefined): void {
    const document = editor?.document;
    const status = document && this.#known.get(document.uri.toString());
    if (!document || !status) {
      this.#item?.dispose();
      this.#item = undefined;
      return;
    }
    const filter = { language: document.languageId, scheme: document.uri.scheme };
    this.#item ??= languages.createLanguageStatusItem('nixl.versions', filter);
    this.#item.selector = filter;
    this.#item.name = 'NIXL for vLLM';
    this.#item.text = status.text;
    this.#item.severity = SEVERITIES[status.severity ?? 'info'];
    this.#item.detail = status.detail ?? '';
    this.#item.command = { title: 'State version…', command: STATE_VERSION_COMMAND };
  }
}
