import {
  type Diagnostic,
  languages,
  type Position,
  type Range,
  type TextDocument,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode';
import { until } from '../../../scripts/editor/until.mts';

/** A first start of VS Code on a busy machine. */
const PATIENCE = 60_000;

export function folder(): string {
  const first = workspace.workspaceFolders?.[0];
  if (!first) throw new Error('No folder is open.');
  return first.uri.fsPath;
}

export function fileUri(name: string): Uri {
  return Uri.file(`${folder()}/${name}`);
}

/** Opens a file of the workspace and shows it. */
export function open(name: string): Thenable<TextEditor> {
  return window.showTextDocument(fileUri(name));
}

/** What we have found in a document. */
export function ours(document: TextDocument): Diagnostic[] {
  return languages.getDiagnostics(document.uri).filter(({ source }) => source === 'nixl');
}

export function ruleOf({ code }: Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** The text of our findings, as the user sees it underlined. */
export function covered(document: TextDocument): string[] {
  return ours(document).map(({ range }) => document.getText(range));
}

/** Waits until a finding covers exactly this text. */
export function finding(document: TextDocument, text: string): Promise<Diagnostic> {
  return until(
    `a finding on ${JSON.stringify(text)}`,
    PATIENCE,
    async () => ours(document).find(({ range }) => document.getText(range) === text),
    () => covered(document),
  );
}

/** Waits until no finding covers this text. */
export async function noFinding(document: TextDocument, text: string): Promise<void> {
  await until(
    `no finding on ${JSON.stringify(text)}`,
    PATIENCE,
    async () => (covered(document).includes(text) ? undefined : true),
    () => covered(document),
  );
}

/** Where a piece of text begins in a document. */
export function placeOf(document: TextDocument, text: string, skip = 0): Position {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`${JSON.stringify(text)} is not in ${document.uri}`);
  return document.positionAt(at + skip);
}

export async function replace(editor: TextEditor, range: Range, text: string): Promise<void> {
  if (!(await editor.edit((edit) => edit.replace(range, text)))) throw new Error('The edit was refused.');
}
