import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Connection } from './connection';

/** Who is told about the texts of open documents. */
export interface DocumentListener {
  /** Opened, or changed. */
  changed(document: TextDocument): void;
  closed(uri: string): void;
}

/** Keeps the texts of the documents that a client has open, change by change. */
export function followDocuments(connection: Connection, listener: DocumentListener): void {
  const open = new Map<string, TextDocument>();
  const keep = (document: TextDocument) => {
    open.set(document.uri, document);
    listener.changed(document);
  };
  connection.onNotification('textDocument/didOpen', ({ textDocument: { uri, languageId, version, text } }) => {
    keep(TextDocument.create(uri, languageId, version, text));
  });
  connection.onNotification('textDocument/didChange', ({ textDocument: { uri, version }, contentChanges }) => {
    const known = open.get(uri);
    if (known && contentChanges.length > 0) keep(TextDocument.update(known, contentChanges, version));
  });
  connection.onNotification('textDocument/didClose', ({ textDocument: { uri } }) => {
    if (open.delete(uri)) listener.closed(uri);
  });
}
