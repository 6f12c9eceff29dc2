import type { Diagnostic } from 'vscode-languageserver-protocol';
import type { Connection } from './connection';

/**
 * Findings in files that are not open, such as the env file of an open Compose file. They are pushed to every client:
 * nobody asks for the diagnostics of a file that is not open.
 */
export class ForeignDiagnostics {
  readonly #connection: Connection;
  readonly #shown = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Shows these and takes back what is no longer true. */
  show(byFile: ReadonlyMap<string, readonly Diagnostic[]>): void {
    for (const uri of this.#shown.keys()) if (!byFile.has(uri)) this.#send(uri, []);
    for (const [uri, diagnostics] of byFile) this.#send(uri, diagnostics);
  }

  #send(uri: string, diagnostics: readonly Diagnostic[]): void {
    const content = JSON.stringify(diagnostics);
    if ((this.#shown.get(uri) ?? '[]') === content) return;
    if (diagnostics.length > 0) this.#shown.set(uri, content);
    else this.#shown.delete(uri);
    void this.#connection.notify('textDocument/publishDiagnostics', { uri, diagnostics: [...diagnostics] });
  }
}
