import type { Diagnostic, InitializeResult } from 'vscode-languageserver-protocol';
import { type Analysis, type FileAccess, faultOf, type Problem, VERSION } from '../analysis';
import { type DiagnosticStyle, toDiagnostic } from '../features/diagnostics';
import { ACTION_KINDS, SIGNATURE_RETRIGGERS, SIGNATURE_TRIGGERS, TRIGGER_CHARACTERS } from '../features/offers';
import { ASSISTANCE } from './assistance-methods';
import { BackgroundScan } from './background-scan';
import type { ClientAbilities } from './client-abilities';
import type { Connection } from './connection';
import { Documents } from './documents';
import { ForeignDiagnostics } from './foreign-diagnostics';
import { METRICS } from './metrics/methods';
import { type InitializationOptions, OPEN_PAGE_COMMAND, STATS_REQUEST } from './protocol';
import { PullDiagnostics } from './pull-diagnostics';
import { PushDiagnostics } from './push-diagnostics';
import { SettingsCache } from './settings';
import { StatusReports } from './status-reports';
import { followDocuments } from './text-documents';
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
  readonly #style: DiagnosticStyle;
  readonly #scan: BackgroundScan;

  /** @param folders URIs of the workspace's folders */
  constructor(
    connection: Connection,
    services: Services,
    abilities: ClientAbilities,
    options: InitializationOptions,
    folders: readonly string[],
  ) {
    this.#connection = connection;
    this.#scan = new BackgroundScan(folders);
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
    this.#followFolders();
    this.#answerRequests();
    return {
      serverInfo: { name: 'nixl-language-server', version: VERSION },
      capabilities: {
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        textDocumentSync: { openClose: true, change: INCREMENTAL },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        documentLinkProvider: { resolveProvider: false },
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
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
        for (const touched of this.#open.touchedBy(document.uri)) this.#push.schedule(touched);
      },
      closed: (uri) => {
        const touched = this.#open.touchedBy(uri);
        this.#open.close(uri);
        if (!this.#abilities.pullDiagnostics) for (const other of touched) this.#push.schedule(other);
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
        return this.#open.touchedBy(uri);
      });
      this.#refresh([...new Set(touched)]);
    });
  }

  #followFolders(): void {
    this.#connection.onNotification('workspace/didChangeWorkspaceFolders', ({ event: { added, removed } }) => {
      const [more, less] = [added, removed].map((folders) => folders.map(({ uri }) => uri)) as [string[], string[]];
      this.#scan.change(more, less, this.#open.index, () => this.#refresh(this.#open.uris()));
    });
  }

  #answerRequests(): void {
    const connection = this.#connection;
    connection.onRequest('textDocument/diagnostic', async ({ textDocument: { uri }, previousResultId }) => {
      const found = await this.#problems(uri);
      if (!found) return { kind: 'full' as const, items: [] };
      return this.#pull.report(uri, this.#diagnostics(found.problems), previousResultId);
    });
    connection.answerLater(ASSISTANCE, async () => {
      const { answerAssistance } = await import('./assistance');
      answerAssistance(connection, {
        documents: this.#open,
        problems: (uri) => this.#problems(uri),
        style: this.#style,
        abilities: this.#abilities,
        commands: this.#options.commands ?? [],
        services: this.#services,
      });
    });
    connection.answerLater(METRICS, async () => {
      const { answerMetricsRequests } = await import('./metrics/metrics-requests');
      answerMetricsRequests(connection, { analyses: () => this.#analyses(), uri: this.#style.uri });
    });
    if (this.#options.stats) connection.onOwnRequest(STATS_REQUEST, () => this.#open.work());
  }

  /** Of every open document in which there is something of ours. */
  async #analyses(): Promise<Analysis[]> {
    const all = await Promise.all(this.#open.uris().map((uri) => this.#open.analysis(uri)));
    return all.filter((analysis) => analysis?.host !== undefined) as Analysis[];
  }

  /** The findings of a document; tells the client the rest of what came to light on the way. */
  async #problems(uri: string) {
    const found = await this.#open.problems(uri);
    const analysis = found && (await this.#open.analysis(uri));
    if (!analysis) return undefined;
    this.#status.send(uri, analysis);
    this.#showForeign();
    if (analysis.host) this.#lookAround();
    this.#refresh(this.#open.changedBy(uri));
    if (this.#abilities.watchFiles) this.#watched.watch(this.#open.files.names(), this.#open.index.patterns());
    return found;
  }

  /** What the folders of the workspace hold is looked at once there is something of ours, and after it was said. */
  #lookAround(): void {
    this.#scan.start(this.#open.index, () => this.#refresh(this.#open.inKustomizations()));
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
}
