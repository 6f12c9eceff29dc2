import type { CodeAction, Range } from 'vscode-languageserver-protocol';
import type { Analysis, Problem } from '../analysis';
import { codeActions } from '../features/code-actions';
import { completion } from '../features/completion';
import { type DiagnosticStyle, toDiagnostic } from '../features/diagnostics';
import { hover } from '../features/hover';
import { migrationAction, migrationTargets } from '../features/migrate';
import { MIGRATE } from '../features/offers';
import { plainText } from '../features/plain-text';
import { signatureHelp } from '../features/signature';
import type { ClientAbilities } from './client-abilities';
import { CompletionLists } from './completion-lists';
import type { CancellationToken, Connection } from './connection';
import type { DocumentProblems, Documents } from './documents';
import { answerExplainRequests } from './explain-request';
import { answerMigrationRequests, withEdit } from './migration-requests';
import { answerNavigation } from './navigation';
import { OPEN_PAGE_COMMAND, STATE_VERSION_COMMAND } from './protocol';
import type { Services } from './server';
import { answerVersionRequests } from './version-requests';
import { workspaceEdit } from './workspace-edit';

/** What answering needs of the server. */
export interface AssistanceServices {
  readonly documents: Documents;
  readonly style: DiagnosticStyle;
  readonly abilities: ClientAbilities;
  /** The commands that the client carries out itself. */
  readonly commands: readonly string[];
  readonly services: Services;
  /** The findings of a document. */
  problems(uri: string): Promise<DocumentProblems | undefined>;
}

/**
 * Answers what a client asks for when somebody looks or acts: hover, completion, actions, navigation, logs, migrations.
 * This module and all that it needs are loaded with the first of these requests; the methods are in `assistance-methods.ts`.
 */
export function answerAssistance(connection: Connection, given: AssistanceServices): void {
  const { documents, style, abilities, services } = given;
  const completions = new CompletionLists();
  const edit = workspaceEdit(documents, style, abilities);
  const migrations = {
    migration: (uri: string, version: string) => documents.migration(uri, version),
    edit,
  };

  connection.onRequest('textDocument/hover', async ({ textDocument: { uri }, position }, token) => {
    const analysis = await documents.analysis(uri);
    const text = isWanted(analysis, token) && hover(analysis, offsetIn(analysis, position));
    if (!text) return null;
    const contents = abilities.markdownHover
      ? { kind: 'markdown' as const, value: text.markdown }
      : { kind: 'plaintext' as const, value: plainText(text.markdown) };
    return { contents, range: text.range };
  });
  connection.onRequest('textDocument/completion', async ({ textDocument: { uri }, position }, token) => {
    const analysis = await documents.analysis(uri);
    if (!isWanted(analysis, token)) return null;
    const { snippets, markdownCompletion: markdown, deprecation, laterCompletion: later } = abilities;
    const found = completion(analysis, offsetIn(analysis, position), { snippets, markdown, deprecation, later });
    return completions.remember(found);
  });
  connection.onRequest('completionItem/resolve', (item) => completions.resolve(item));
  connection.onRequest('textDocument/signatureHelp', async ({ textDocument: { uri }, position }, token) => {
    const analysis = await documents.analysis(uri);
    if (!isWanted(analysis, token)) return null;
    const { markdownSignatures: markdown, labelOffsets } = abilities;
    return signatureHelp(analysis, offsetIn(analysis, position), { markdown, labelOffsets }) ?? null;
  });
  connection.onRequest('textDocument/codeAction', async ({ textDocument: { uri }, range, context }, token) => {
    const found = await given.problems(uri);
    const analysis = await documents.analysis(uri);
    if (!found || !isWanted(analysis, token)) return [];
    const only = context.only;
    return [...actions(uri, analysis, found.problems, range, only), ...(await moves(uri, analysis, range, only))];
  });
  connection.onRequest('workspace/executeCommand', async ({ command, arguments: words = [] }) => {
    const page: unknown = words[0];
    if (command !== OPEN_PAGE_COMMAND || typeof page !== 'string') return;
    const external = !page.startsWith('file:');
    await connection.request('window/showDocument', { uri: page, external, takeFocus: true });
  });
  answerExplainRequests(connection, {
    documents: checked,
    uri: style.uri,
    page: (path) => services.page(path),
  });
  answerVersionRequests(connection, { analysis: (uri) => documents.analysis(uri), edit });
  answerMigrationRequests(connection, migrations);
  answerNavigation(connection, { documents, access: services.files, abilities, uri: style.uri });

  /** Every open document in which there is something of ours. */
  async function* checked() {
    for (const uri of documents.uris()) {
      const found = await documents.problems(uri);
      const analysis = found && (await documents.analysis(uri));
      if (found && analysis?.host) yield { analysis, problems: found.problems };
    }
  }

  function actions(
    uri: string,
    analysis: Analysis,
    problems: readonly Problem[],
    range: Range,
    only: readonly string[] | undefined,
  ): CodeAction[] {
    const start = offsetIn(analysis, range.start);
    const end = offsetIn(analysis, range.end);
    return codeActions(analysis, {
      problems: problems.filter((problem) => problem.start <= end && start <= problem.end),
      all: problems,
      only,
      reanalyze: (text) => documents.analysisOf(uri, text) ?? analysis,
      diagnostic: (problem) => toDiagnostic(problem, style),
      edit,
      page: ({ docs }) => services.page(docs),
      openPage: abilities.showDocument ? OPEN_PAGE_COMMAND : undefined,
      offset: start,
      stateVersion: given.commands.includes(STATE_VERSION_COMMAND) ? STATE_VERSION_COMMAND : undefined,
    });
  }

  /** Moving the document to another release; with the edit, where the client does not ask for it later. */
  async function moves(
    uri: string,
    analysis: Analysis,
    range: Range,
    only: readonly string[] | undefined,
  ): Promise<CodeAction[]> {
    if (only && !only.some((kind) => MIGRATE === kind || MIGRATE.startsWith(`${kind}.`))) return [];
    const targets = migrationTargets(analysis, offsetIn(analysis, range.start));
    const offered = targets.map((version) => migrationAction(uri, version));
    if (abilities.laterEdits) return offered;
    return Promise.all(offered.map((action) => withEdit(action, migrations)));
  }
}

/** An answer is still wanted, and there is something to answer from. */
function isWanted(analysis: Analysis | undefined, token: CancellationToken): analysis is Analysis {
  return analysis !== undefined && !token.isCancellationRequested;
}

function offsetIn(analysis: Analysis, position: { readonly line: number; readonly character: number }): number {
  return analysis.files.lines(analysis.name)!.offset(position);
}
