import { type ChildProcess, spawn } from 'node:child_process';
import {
  type ClientCapabilities,
  type CodeAction,
  type CompletionList,
  createMessageConnection,
  type DocumentDiagnosticReport,
  type Hover,
  type InitializeResult,
  type MessageConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceFolder,
} from 'vscode-languageserver-protocol/node';
import type { StatsResult, StatusParams } from '../../server/src/lsp/protocol';
import { bundle, NODE } from './bundles';

/** A client that can everything that the server asks about; tests take away what they want to see missing. */
export const ABILITIES = {
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
  },
  window: { showDocument: { support: true } },
  textDocument: {
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1, 2] } },
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, versionSupport: true },
    hover: { contentFormat: ['markdown'] },
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } },
  },
} satisfies ClientCapabilities;

/** The same for a client that waits for diagnostics to be sent. */
export const PUSH_ABILITIES: ClientCapabilities = {
  ...ABILITIES,
  textDocument: { ...ABILITIES.textDocument, diagnostic: undefined as never },
};

interface Registration {
  readonly method: string;
  readonly registerOptions?: unknown;
}

/** A test's end of a language server that runs as editors run it. */
export class LspClient {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly published: PublishDiagnosticsParams[] = [];
  readonly statuses: StatusParams[] = [];
  readonly registered: Registration[] = [];
  readonly shown: unknown[] = [];
  readonly logged: string[] = [];
  /** What `workspace/configuration` is answered with, by resource. */
  settings: (uri: string | undefined) => unknown = () => null;
  refreshes = 0;
  readonly #ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[] = ['--stdio']) {
    this.process = spawn(NODE, [bundle('server.js'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#ended = new Promise((resolve) => this.process.on('exit', (code) => resolve(code)));
    this.connection = createMessageConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
    );
    const { connection } = this;
    connection.onRequest('workspace/configuration', ({ items }: { items: { scopeUri?: string }[] }) =>
      items.map(({ scopeUri }) => this.settings(scopeUri)),
    );
    connection.onRequest('client/registerCapability', ({ registrations }: { registrations: Registration[] }) => {
      this.registered.push(...registrations);
      this.#wake();
      return null;
    });
    connection.onRequest('client/unregisterCapability', () => null);
    connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes += 1;
      this.#wake();
      return null;
    });
    connection.onRequest('window/showDocument', (params) => {
      this.shown.push(params);
      return { success: true };
    });
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      this.#wake();
    });
    connection.onNotification('nixl/status', (params: StatusParams) => {
      this.statuses.push(params);
      this.#wake();
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    connection.listen();
  }

  static async start(capabilities: ClientCapabilities = ABILITIES, options: object = {}): Promise<LspClient> {
    const client = new LspClient();
    await client.initialize(capabilities, options);
    return client;
  }

  async initialize(
    capabilities: ClientCapabilities,
    options: object = {},
    workspaceFolders: readonly WorkspaceFolder[] | null = null,
  ): Promise<InitializeResult> {
    const params = {
      processId: process.pid,
      rootUri: null,
      workspaceFolders,
      capabilities,
      initializationOptions: { stats: true, ...options },
    };
    const result = await this.connection.sendRequest<InitializeResult>('initialize', params);
    await this.connection.sendNotification('initialized', {});
    return result;
  }

  open(uri: string, text: string, languageId = 'yaml', version = 1): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version, text },
    });
  }

  /** Replaces a range, or the whole text. */
  change(uri: string, version: number, text: string, range?: Range): Promise<void> {
    const contentChanges = [range ? { range, text } : { text }];
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    const params = { textDocument: { uri }, ...(previousResultId !== undefined && { previousResultId }) };
    return this.connection.sendRequest('textDocument/diagnostic', params);
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character } });
  }

  completion(uri: string, line: number, character: number): Promise<CompletionList> {
    const params = { textDocument: { uri }, position: { line, character } };
    return this.connection.sendRequest('textDocument/completion', params);
  }

  codeActions(uri: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    const context = { diagnostics: [], ...(only && { only }) };
    return this.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range, context });
  }

  stats(): Promise<StatsResult> {
    return this.connection.sendRequest('nixl/stats');
  }

  /** Waits until something that the server sends makes this true. */
  async until<T>(found: () => T | undefined | false): Promise<T> {
    for (;;) {
      const value = found();
      if (value !== undefined && value !== false) return value;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The diagnostics that are sent for a version of a document. */
  publishedFor(uri: string, version: number): Promise<PublishDiagnosticsParams> {
    return this.until(() => this.published.findLast((params) => params.uri === uri && params.version === version));
  }

  /** Ends the server as a client should; the result is its exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest('shutdown');
    return this.exit();
  }

  async exit(): Promise<number | null> {
    await this.connection.sendNotification('exit');
    const code = await this.#ended;
    this.connection.dispose();
    return code;
  }

  /** The exit code, once the process has ended. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
