import { randomUUID } from 'node:crypto';
import {
  type CancellationToken,
  createMessageConnection,
  createServerPipeTransport,
  createServerSocketTransport,
  type Disposable,
  IPCMessageReader,
  IPCMessageWriter,
  type Logger,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type * as lsp from 'vscode-languageserver-protocol';

/** The requests of a client that we answer: parameters and result. */
export interface ClientRequests {
  'textDocument/hover': [lsp.HoverParams, lsp.Hover | null];
  'textDocument/completion': [lsp.CompletionParams, lsp.CompletionItem[] | lsp.CompletionList | null];
  'completionItem/resolve': [lsp.CompletionItem, lsp.CompletionItem];
  'textDocument/signatureHelp': [lsp.SignatureHelpParams, lsp.SignatureHelp | null];
  'textDocument/codeAction': [lsp.CodeActionParams, lsp.CodeAction[]];
  'codeAction/resolve': [lsp.CodeAction, lsp.CodeAction];
  'textDocument/definition': [lsp.DefinitionParams, lsp.Location[] | lsp.LocationLink[] | null];
  'textDocument/references': [lsp.ReferenceParams, lsp.Location[]];
  'textDocument/documentLink': [lsp.DocumentLinkParams, lsp.DocumentLink[]];
  'textDocument/documentSymbol': [lsp.DocumentSymbolParams, lsp.DocumentSymbol[] | lsp.SymbolInformation[]];
  'workspace/symbol': [lsp.WorkspaceSymbolParams, lsp.SymbolInformation[]];
  'textDocument/diagnostic': [lsp.DocumentDiagnosticParams, lsp.DocumentDiagnosticReport];
  'workspace/executeCommand': [lsp.ExecuteCommandParams, unknown];
}

/** The notifications of a client that we listen to. */
export interface ClientNotifications {
  initialized: lsp.InitializedParams;
  'textDocument/didOpen': lsp.DidOpenTextDocumentParams;
  'textDocument/didChange': lsp.DidChangeTextDocumentParams;
  'textDocument/didClose': lsp.DidCloseTextDocumentParams;
  'workspace/didChangeConfiguration': lsp.DidChangeConfigurationParams;
  'workspace/didChangeWatchedFiles': lsp.DidChangeWatchedFilesParams;
  'workspace/didChangeWorkspaceFolders': lsp.DidChangeWorkspaceFoldersParams;
}

/** What we ask of a client. */
interface ServerRequests {
  'workspace/configuration': [lsp.ConfigurationParams, unknown[]];
  'workspace/applyEdit': [lsp.ApplyWorkspaceEditParams, lsp.ApplyWorkspaceEditResult];
  'workspace/diagnostic/refresh': [undefined, null];
  'window/showDocument': [lsp.ShowDocumentParams, lsp.ShowDocumentResult];
}

/** What we tell a client. */
interface ServerNotifications {
  'textDocument/publishDiagnostics': lsp.PublishDiagnosticsParams;
}

type Handler = (...words: unknown[]) => unknown;

/**
 * The Language Server Protocol on one connection, as far as this server speaks it: the library for JSON-RPC carries the
 * messages, and only the types of the protocol are taken from its library, which is larger than all of our rules.
 */
export class Connection {
  readonly #messages: MessageConnection;
  readonly #handlers = new Map<string, Handler>();
  #shutDown = false;

  constructor(messages: MessageConnection) {
    this.#messages = messages;
    messages.onRequest('shutdown', () => {
      this.#shutDown = true;
      return null;
    });
    messages.onNotification('exit', () => this.#exit());
    messages.onClose(() => this.#exit());
  }

  /** Answers the first message. The process ends when the one that started it is gone. */
  onInitialize(handler: (params: lsp.InitializeParams) => lsp.InitializeResult): void {
    this.#messages.onRequest('initialize', (params: lsp.InitializeParams) => {
      if (typeof params.processId === 'number') this.#endWith(params.processId);
      return handler(params);
    });
  }

  /**
   * Answers requests with handlers that are loaded when the first of them comes.
   * @param load registers a handler for each of the methods
   */
  answerLater(methods: readonly string[], load: () => Promise<void>): void {
    let loading: Promise<void> | undefined;
    for (const method of methods) {
      this.#messages.onRequest(method, async (...words: unknown[]) => {
        loading ??= load();
        await loading;
        return this.#handlers.get(method)?.(...words) ?? null;
      });
    }
  }

  onRequest<M extends keyof ClientRequests>(
    method: M,
    handler: (
      params: ClientRequests[M][0],
      token: CancellationToken,
    ) => ClientRequests[M][1] | Promise<ClientRequests[M][1]>,
  ): void {
    this.#on(method, handler as Handler);
  }

  /** A request beyond the protocol: see `protocol.ts`. */
  onOwnRequest<P, R>(method: string, handler: (params: P, token: CancellationToken) => R | Promise<R>): void {
    this.#on(method, handler as Handler);
  }

  onNotification<M extends keyof ClientNotifications>(
    method: M,
    handler: (params: ClientNotifications[M]) => void,
  ): void {
    this.#messages.onNotification(method as string, handler);
  }

  request<M extends keyof ServerRequests>(method: M, params: ServerRequests[M][0]): Promise<ServerRequests[M][1]> {
    return params === undefined ? this.#messages.sendRequest(method) : this.#messages.sendRequest(method, params);
  }

  notify<M extends keyof ServerNotifications>(method: M, params: ServerNotifications[M]): Promise<void> {
    return this.#messages.sendNotification(method, params);
  }

  /** A notification beyond the protocol: see `protocol.ts`. */
  notifyOwn(method: string, params: object): Promise<void> {
    return this.#messages.sendNotification(method, params);
  }

  /** Registers a method with the client while it runs; dispose of the result to take it back. */
  async register(method: string, registerOptions: object): Promise<{ dispose(): void }> {
    const registration = { id: randomUUID(), method };
    await this.#messages.sendRequest('client/registerCapability', {
      registrations: [{ ...registration, registerOptions }],
    });
    return {
      dispose: () => {
        // The protocol has it misspelt.
        void this.#messages
          .sendRequest('client/unregisterCapability', { unregisterations: [registration] })
          .catch(() => undefined);
      },
    };
  }

  /** Something that went wrong, for the client's log. */
  error(message: string): void {
    void this.#messages.sendNotification('window/logMessage', { type: ERROR, message }).catch(() => undefined);
  }

  listen(): void {
    this.#messages.listen();
  }

  #on(method: string, handler: Handler): void {
    this.#handlers.set(method, handler);
    this.#messages.onRequest(method, handler);
  }

  #endWith(processId: number): void {
    setInterval(() => {
      try {
        process.kill(processId, 0);
      } catch {
        this.#exit();
      }
    }, WATCH_MS).unref();
  }

  #exit(): void {
    process.exit(this.#shutDown ? 0 : 1);
  }
}

export type { CancellationToken, Disposable };

const ERROR = 1;

/** How often the server looks whether its client is still there, in milliseconds. */
const WATCH_MS = 3000;

/** Faults of the connection itself: standard output may carry the protocol, so they go to standard error. */
const logger: Logger = {
  error: (message) => process.stderr.write(`${message}\n`),
  warn: (message) => process.stderr.write(`${message}\n`),
  info: () => undefined,
  log: () => undefined,
};

/**
 * The connection that the command line names: `--stdio`, `--node-ipc`, `--socket=PORT` or `--pipe=NAME`; `undefined` when
 * it names none.
 */
export function connectionOf(words: readonly string[]): Connection | undefined {
  for (const [index, word] of words.entries()) {
    const [option, joined] = word.split(/=(.*)/s, 2);
    const value = joined ?? words[index + 1] ?? '';
    const transport = transportOf(option!, value);
    if (transport) return new Connection(createMessageConnection(...transport, logger));
  }
  return undefined;
}

function transportOf(option: string, value: string): [MessageReader, MessageWriter] | undefined {
  switch (option) {
    case '--stdio':
      return [new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout)];
    case '--node-ipc':
      return [new IPCMessageReader(process), new IPCMessageWriter(process)];
    case '--socket':
      return createServerSocketTransport(Number(value));
    case '--pipe':
      return createServerPipeTransport(value);
    default:
      return undefined;
  }
}
