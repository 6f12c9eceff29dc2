import type { WorkspaceEdit } from 'vscode-languageserver-protocol';
import type { FileEdit } from '../analysis';
import { toTextEdit } from '../features/code-actions';
import type { DiagnosticStyle } from '../features/diagnostics';
import type { ClientAbilities } from './client-abilities';
import type { Documents } from './documents';

/** Makes edits of files what the client takes: those of open documents name the version that they were made for. */
export function workspaceEdit(
  documents: Documents,
  style: DiagnosticStyle,
  { versionedEdits }: ClientAbilities,
): (edits: readonly FileEdit[]) => WorkspaceEdit {
  return (edits) => {
    const byFile = new Map<string, FileEdit[]>();
    for (const edit of edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
    if (!versionedEdits) {
      return {
        changes: Object.fromEntries([...byFile].map(([file, list]) => [style.uri(file), list.map(toTextEdit)])),
      };
    }
    return {
      documentChanges: [...byFile].map(([file, list]) => {
        const uri = style.uri(file);
        return { textDocument: { uri, version: documents.version(uri) ?? null }, edits: list.map(toTextEdit) };
      }),
    };
  };
}
