import type { CodeAction, Diagnostic, InitializeResult, Range, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { type Analysis, type FileAccess, type FileEdit, faultOf, type Problem, VERSION } from '../analysis';
import { ACTION_KINDS, codeActions, toTextEdit } from '../features/code-actions';
import { completion, TRIGGER_CHARACTERS } from '../features/completion';
import { type DiagnosticStyle, toDiagnostic } from '../features/diagnostics';
import { hover } from '../features/hover';
import { MIGRATE, migrationAction, migrationTargets } from '../features/migrate';
import { plainText } from '../features/plain-text';
import { SIGNATURE_RETRIGGERS, SIGNATURE_TRIGGERS, signatureHelp } from '../features/signature';
import type { ClientAbilities } from './client-abilities';
import { CompletionLists } from './completion-lists';
import type { CancellationToken, Connection } from './connection';
import { Documents } from './documents';
import { answerExplainRequests } from './explain-request';
import { ForeignDiagnostics } from './foreign-diagnostics';
import { answerMigrationRequests, type MigrationServices, withEdit } from './migration-requests';
import { type InitializationOptions, OPEN_PAGE_COMMAND, STATE_VERSION_COMMAND, STATS_REQUEST } from './protocol';
import { PullDiagnostics } from './pull-diagnostics';
import { PushDiagnostics } from './push-diagnostics';
import { SettingsCache } from './settings';
import { StatusReports } from './status-reports';
import { followDocuments } from './text-documents';
import { answerVersionRequests } from './version-requests';
import { WatchedFiles } from './watched-files';

/** What the server takes from its surroundings. */
export interface Services {
  readonly files: FileAccess;
  /** The address of a rule's page, by its path in the repository. */
  page(path: string): string | undefined;
}

/** Changes come as edits. */
const INCREMENTAL = 2;

/** One client's server: which document is what, who is told what. */
export class Server {
  readonly #connection: Connection;
  readonly #services: Services;
  readonly #abilities: ClientAbilities;
  readonly #options: InitializationOptions;
  readonly #settings: SettingsCache;
  readonly #open: Documents;
  readonly #push: PushDiagnostics;
  readonly #pull = new PullDiagnostics();
  readonly #foreign: ForeignDiagnostics;
  readonly #status: StatusReports;
  readonly #watched: WatchedFiles;
  readonly #completions = new CompletionLists();
  readonly #style: DiagnosticStyle;

  constructor(connection: Connection, services: Services, abilities: ClientAbilities, options: InitializationOptions) {
    this.#connection = connection;
    this.#services = services;
    this.#abilities = abilities;
    this.#options = options;
    const log = (message: string) => connection.error(message);
    this.#settings = new SettingsCache(connection, abilities.configuration, options.settings);
    this.#open = new Documents(this.#settings, services.files, log);
    this.#push = new PushDiagnostics({
      version: (uri) => this.#open.version(uri),
      problems: (uri) => this.#problems(uri),
      send: (uri, version, problems) => {
        const diagnostics = this.#diagnostics(problems);
        const params = { uri, ...(version !== undefined && { version }), diagnostics };
        return connection.notify('textDocument/publishDiagnostics', params);
      },
      failed: (error) => log(`Diagnostics failed: ${faultOf(error)}`),
    });
    this.#foreign = new ForeignDiagnostics(connection);
    this.#status = new StatusReports(connection);
    this.#watched = new WatchedFiles(connection);
    this.#style = {
      relatedInformation: abilities.relatedInformation,
      codeDescription: abilities.codeDescription,
      unnecessaryTag: abilities.unnecessaryTag,
      page: ({ docs }) => services.page(docs),
      uri: (file) => this.#open.uriOf(file) ?? file,
    };
  }

  /** Listens to the client from now on. */
  start(): InitializeResult {
    this.#listenToDocuments();
    this.#listenToChanges();
    this.#answerRequests();
    return {
      serverInfo: { name: 'nixl-language-server', version: VERSION },
      capabilities: {
        textDocumentSync: { openClose: true, change: INCREMENTAL },
        hoverProvider: true,
        completionProvider: {
          triggerCharacters: TRIGGER_CHARACTERS,
          resolveProvider: this.#abilities.laterCompletion.length > 0,
        },
        ...(this.#abilities.signatures && {
          signatureHelpProvider: { triggerCharacters: SIGNATURE_TRIGGERS, retriggerCharacters: SIGNATURE_RETRIGGERS },
        }),
        ...(this.#abilities.codeActionLiterals && {
          codeActionProvider: { codeActionKinds: ACTION_KINDS, resolveProvider: this.#abilities.laterEdits },
        }),
        ...(this.#abilities.showDocument && { executeCommandProvider: { commands: [OPEN_PAGE_COMMAND] } }),
        ...(this.#abilities.pullDiagnostics && {
          diagnosticProvider: { identifier: 'nixl', interFileDependencies: true, workspaceDiagnostics: false },
        }),
      },
    };
  }

  #listenToDocuments(): void {
    followDocuments(this.#connection, {
      changed: (document) => {
        this.#open.update(document);
        if (this.#abilities.pullDiagnostics) return;
        this.#push.schedule(document.uri);
        for (const referrer of this.#open.referrers(document.uri)) this.#push.schedule(referrer);
      },
      closed: (uri) => {
        this.#open.close(uri);
        this.#pull.forget(uri);
        this.#status.forget(uri);
        if (!this.#abilities.pullDiagnostics) this.#push.clear(uri);
        this.#showForeign();
      },
    });
  }

  #listenToChanges(): void {
    const { watchConfiguration, configuration } = this.#abilities;
    this.#connection.onNotification('initialized', () => {
      if (!watchConfiguration || !configuration) return;
      this.#connection
        .register('workspace/didChangeConfiguration', { section: 'nixl' })
        .catch((error: unknown) => this.#connection.error(`Settings are not watched: ${faultOf(error)}`));
    });
    this.#connection.onNotification('workspace/didChangeConfiguration', ({ settings }) => {
      this.#settings.changed(settings);
      this.#refresh(this.#open.uris());
    });
    this.#connection.onNotification('workspace/didChangeWatchedFiles', ({ changes }) => {
      const touched = changes.flatMap(({ uri }) => {
        this.#open.fileChanged(uri);
        return this.#open.referrers(uri);
      });
      this.#refresh([...new Set(touched)]);
    });
  }

  #answerRequests(): void {
    const connection = this.#connection;
    connection.onRequest('textDocument/diagnostic', async ({ textDocument: { uri }, previousResultId }) => {
      const found = await this.#problems(uri);
      if (!found) return { kind: 'full' as const, items: [] };
      return this.#pull.report(uri, this.#diagnostics(found.problems), previousResultId);
    });
    connection.onRequest('textDocument/hover', async ({ textDocument: { uri }, position }, token) => {
      const analysis = await this.#open.analysis(uri);
      const text = this.#current(analysis, token) && hover(analysis, offsetIn(analysis, position));
      if (!text) return null;
      const { markdownHover } = this.#abilities;
      const value = markdownHover ? text.markdown : plainText(text.markdown);
      const kind = markdownHover ? ('markdown' as const) : ('plaintext' as const);
      return { contents: { kind, value }, range: text.range };
    });
    connection.onRequest('textDocument/completion', async ({ textDocument: { uri }, position }, token) => {
      const analysis = await this.#open.analysis(uri);
      if (!this.#current(analysis, token)) return null;
      const { snippets, markdownCompletion: markdown, deprecation, laterCompletion: later } = this.#abilities;
      const style = { snippets, markdown, deprecation, later };
      return this.#completions.remember(completion(analysis, offsetIn(analysis, position), style));
    });
    connection.onRequest('completionItem/resolve', (item) => this.#completions.resolve(item));
    connection.onRequest('textDocument/signatureHelp', async ({ textDocument: { uri }, position }, token) => {
      const analysis = await this.#open.analysis(uri);
      if (!this.#current(analysis, token)) return null;
      const { markdownSignatures: markdown, labelOffsets } = this.#abilities;
      return signatureHelp(analysis, offsetIn(analysis, position), { markdown, labelOffsets }) ?? null;
    });
    connection.onRequest('textDocument/codeAction', async ({ textDocument: { uri }, range, context }, token) => {
      const found = await this.#problems(uri);
      const analysis = await this.#open.analysis(uri);
      if (!found || !this.#current(analysis, token)) return [];
      return [
        ...this.#actions(uri, analysis, found.problems, range, context.only),
        ...(await this.#migrationActions(uri, analysis, range, context.only)),
      ];
    });
    connection.onRequest('workspace/executeCommand', async ({ command, arguments: words = [] }) => {
      const page: unknown = words[0];
      if (command !== OPEN_PAGE_COMMAND || typeof page !== 'string') return;
      const external = !page.startsWith('file:');
      await connection.request('window/showDocument', { uri: page, external, takeFocus: true });
    });
    answerExplainRequests(connection, {
      documents: () => this.#checked(),
      uri: this.#style.uri,
      page: (path) => this.#services.page(path),
    });
    answerVersionRequests(connection, {
      analysis: (uri) => this.#open.analysis(uri),
      edit: (edits) => this.#edit(edits),
    });
    answerMigrationRequests(connection, this.#migrations);
    if (this.#options.stats) connection.onOwnRequest(STATS_REQUEST, () => this.#open.work());
  }

  /** Every open document in which there is something of ours. */
  async *#checked() {
    for (const uri of this.#open.uris()) {
      const found = await this.#open.problems(uri);
      const analysis = found && (await this.#open.analysis(uri));
      if (found && analysis?.host) yield { analysis, problems: found.problems };
    }
  }

  /** The findings of a document; tells the client the rest of what came to light on the way. */
  async #problems(uri: string) {
    const found = await this.#open.problems(uri);
    const analysis = found && (await this.#open.analysis(uri));
    if (!analysis) return undefined;
    this.#status.send(uri, analysis);
    this.#showForeign();
    if (this.#abilities.watchFiles) this.#watched.watch(this.#open.files.names(), this.#open.index.patterns());
    return found;
  }

  #showForeign(): void {
    const byFile = this.#open.foreignProblems();
    this.#foreign.show(new Map([...byFile].map(([file, problems]) => [file, this.#diagnostics(problems)])));
  }

  /** What was said about these documents may no longer be true. */
  #refresh(uris: readonly string[]): void {
    if (uris.length === 0) return;
    if (!this.#abilities.pullDiagnostics) for (const uri of uris) this.#push.schedule(uri);
    else if (this.#abilities.refreshDiagnostics) {
      void this.#connection.request('workspace/diagnostic/refresh', undefined).catch(() => undefined);
    }
  }

  #diagnostics(problems: readonly Problem[]): Diagnostic[] {
    return problems.map((problem) => toDiagnostic(problem, this.#style));
  }

  #actions(
    uri: string,
    analysis: Analysis,
    problems: readonly Problem[],
    range: Range,
    only: readonly string[] | undefined,
  ): CodeAction[] {
    const lines = analysis.files.lines(analysis.name)!;
    const start = lines.offset(range.start);
    const end = lines.offset(range.end);
    return codeActions(analysis, {
      problems: problems.filter((problem) => problem.start <= end && start <= problem.end),
      all: problems,
      only,
      reanalyze: (text) => this.#open.analysisOf(uri, text) ?? analysis,
      diagnostic: (problem) => toDiagnostic(problem, this.#style),
      edit: (edits) => this.#edit(edits),
      page: ({ docs }) => this.#services.page(docs),
      openPage: this.#abilities.showDocument ? OPEN_PAGE_COMMAND : undefined,
      offset: start,
      stateVersion: this.#options.commands?.includes(STATE_VERSION_COMMAND) ? STATE_VERSION_COMMAND : undefined,
    });
  }

  /** Moving the document to another release; with the edit, where the client does not ask for it later. */
  async #migrationActions(
    uri: string,
    analysis: Analysis,
    range: Range,
    only: readonly string[] | undefined,
  ): Promise<CodeAction[]> {
    if (only && !only.some((kind) => MIGRATE === kind || MIGRATE.startsWith(`${kind}.`))) return [];
    const targets = migrationTargets(analysis, offsetIn(analysis, range.start));
    const actions = targets.map((version) => migrationAction(uri, version));
    if (this.#abilities.laterEdits) return actions;
    return Promise.all(actions.map((action) => withEdit(action, this.#migrations)));
  }

  get #migrations(): MigrationServices {
    return {
      migration: (uri, version) => this.#open.migration(uri, version),
      edit: (edits) => this.#edit(edits),
    };
  }

  /** Edits of open documents name the version that they were made for. */
  #edit(edits: readonly FileEdit[]): WorkspaceEdit {
    const byFile = new Map<string, FileEdit[]>();
    for (const edit of edits) byFile.set(edit.file, [...(byFile.get(edit.file) ?? []), edit]);
    if (!this.#abilities.versionedEdits) {
      return {
        changes: Object.fromEntries([...byFile].map(([file, list]) => [this.#style.uri(file), list.map(toTextEdit)])),
      };
    }
    return {
      documentChanges: [...byFile].map(([file, list]) => {
        const uri = this.#style.uri(file);
        return { textDocument: { uri, version: this.#open.version(uri) ?? null }, edits: list.map(toTextEdit) };
      }),
    };
  }

  /** An answer is still wanted, and there is something to answer from. */
  #current(analysis: Analysis | undefined, token: CancellationToken): analysis is Analysis {
    return analysis !== undefined && !token.isCancellationRequested;
  }
}

function offsetIn(analysis: Analysis, position: { readonly line: number; readonly character: number }): number {
  return analysis.files.lines(analysis.name)!.offset(position);
}
