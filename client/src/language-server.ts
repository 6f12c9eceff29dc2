import { join } from 'node:path';
import {
  type CancellationToken,
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  window,
  workspace,
} from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { documentSelector } from './document-selector';
import { MaskedOutput } from './masked-output';
import { STATE_VERSION_COMMAND, STATUS_NOTIFICATION, type StatusParams } from './protocol';
import { RunQueue } from './run-queue';
import { Secrets } from './secrets';
import { serverSettings } from './server-settings';
import type { StatusItem } from './status-item';

/** How often a server that dies is started again within three minutes, before the user is asked to look. */
const MAX_RESTARTS = 3;

/** The server process and the connection to it. */
export class LanguageServer {
  /** What is never logged. A secret is added before it is sent: traces hold whole messages. */
  readonly secrets = new Secrets();
  readonly #client: LanguageClient;
  readonly #output: LogOutputChannel;
  readonly #restarts: RunQueue;
  readonly #ready = new EventEmitter<void>();
  readonly #stopped = new EventEmitter<void>();

  /** The server has been started, for the first time or anew. */
  readonly onReady = this.#ready.event;
  /** The server is gone, in order or not. */
  readonly onStopped = this.#stopped.event;

  constructor(context: ExtensionContext, output: LogOutputChannel, status: StatusItem) {
    this.#output = new MaskedOutput(output, this.secrets);
    this.#client = new LanguageClient('nixl', 'NIXL for vLLM', serverOptions(context), {
      documentSelector,
      // Traces go there, too.
      outputChannel: this.#output,
      initializationOptions: {
        settings: serverSettings(workspace.getConfiguration().get('nixl'), 'nixl'),
        commands: [STATE_VERSION_COMMAND],
      },
      // The server pulls `nixl` per resource; this tells it when to do so again.
      synchronize: { configurationSection: 'nixl' },
      middleware: {
        workspace: {
          configuration: async (params, token, next) => {
            const found = await next(params, token);
            if (!Array.isArray(found)) return found;
            return found.map((value, index) => serverSettings(value, params.items[index]?.section));
          },
          // Without settings, which the server asks for anyway.
          didChangeConfiguration: (_, next) => next(undefined),
        },
      },
      connectionOptions: { maxRestartCount: MAX_RESTARTS },
      initializationFailedHandler: (error) => {
        void this.#reportFailure(error);
        return false;
      },
    } satisfies LanguageClientOptions);
    this.#client.onNotification(STATUS_NOTIFICATION, (params: StatusParams) => status.update(params));
    this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.#ready.fire();
      if (newState !== State.Stopped) return;
      status.clear();
      this.#stopped.fire();
    });
    this.#restarts = new RunQueue(() => this.#restart());
  }

  /** Starts the server. A failure is shown, not thrown: the restart command must stay usable. */
  async start(): Promise<void> {
    try {
      await this.#client.start();
      const { name, version } = this.#client.initializeResult?.serverInfo ?? {};
      this.#output.info(`${name ?? 'The server'} ${version ?? ''} is ready.`);
    } catch (error) {
      this.#output.error(error instanceof Error ? error : String(error));
    }
  }

  /** Stops the server and starts it again; asked for during a restart, once more after it. */
  restart(): Promise<void> {
    return this.#restarts.request();
  }

  /** Asks the server something beyond the protocol. */
  request<Result>(method: string, params: object, token?: CancellationToken): Promise<Result> {
    return this.#client.sendRequest<Result>(method, params, token);
  }

  /** Listens to what the server says beyond the protocol. */
  onNotification<Params>(method: string, heard: (params: Params) => void): Disposable {
    return this.#client.onNotification(method, heard);
  }

  async stop(): Promise<void> {
    if (this.#client.needsStop()) await this.#client.stop();
  }

  async #restart(): Promise<void> {
    this.#output.info('Restarting the server.');
    try {
      await this.stop();
    } catch (error) {
      // A server that hangs does not answer `shutdown`; it is ended all the same, and the new one is what counts.
      this.#output.warn(`The server did not stop in order: ${error}`);
    }
    await this.start();
  }

  async #reportFailure(error: unknown): Promise<void> {
    this.#output.error(`The server could not be initialized: ${error}`);
    const show = 'Show Output';
    const answer = await window.showErrorMessage('NIXL for vLLM: the language server did not start.', show);
    if (answer === show) this.#output.show();
  }
}

function serverOptions(context: ExtensionContext): ServerOptions {
  const module = context.asAbsolutePath(join('dist', 'server.js'));
  return {
    run: { module, transport: TransportKind.ipc },
    debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
}
