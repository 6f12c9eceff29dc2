import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver-protocol';

/** Names answers, so that a client which has the last one need not get it again. */
export class PullDiagnostics {
  readonly #last = new Map<string, { readonly id: string; readonly content: string }>();
  #count = 0;

  report(uri: string, items: Diagnostic[], previous: string | undefined): DocumentDiagnosticReport {
    const content = JSON.stringify(items);
    const last = this.#last.get(uri);
    if (last?.content === content) {
      return last.id === previous
        ? { kind: 'unchanged', resultId: last.id }
        : { kind: 'full', resultId: last.id, items };
    }
    this.#count += 1;
    const id = String(this.#count);
    this.#last.set(uri, { id, content });
    return { kind: 'full', resultId: id, items };
  }

  forget(uri: string): void {
    this.#last.delete(uri);
  }
}
