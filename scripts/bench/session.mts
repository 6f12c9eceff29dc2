/** One language server under the stopwatch, spoken to as a push client: no pull diagnostics announced. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';

interface Publish {
  uri: string;
  version?: number;
  diagnostics: unknown[];
}

/** `getconf CLK_TCK`: the same on every Linux of today. */
const TICKS_PER_SECOND = 100;

export class Session {
  readonly process: ChildProcess;
  /** Milliseconds from starting the process to the answer of `initialize`. */
  initializeTime = 0;
  private readonly connection: MessageConnection;
  private readonly started = performance.now();
  private waiting: ((publish: Publish) => void) | undefined;
  private version = 1;
  private readonly uri: string;

  constructor(node: string, entry: string, uri: string) {
    this.uri = uri;
    this.process = spawn(node, [entry, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.connection = createMessageConnection(
      new StreamMessageReader(this.process.stdout!),
      new StreamMessageWriter(this.process.stdin!),
    );
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) => items.map(() => null));
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onNotification('textDocument/publishDiagnostics', (publish: Publish) => this.waiting?.(publish));
    this.connection.listen();
  }

  /** @param folder URI of the workspace's folder */
  async initialize(folder?: string): Promise<void> {
    const capabilities = {
      textDocument: {
        publishDiagnostics: { versionSupport: true },
        hover: { contentFormat: ['markdown'] },
        completion: {
          completionItem: {
            snippetSupport: true,
            documentationFormat: ['markdown'],
            resolveSupport: { properties: ['documentation', 'detail'] },
          },
        },
      },
    };
    await this.connection.sendRequest('initialize', { processId: process.pid, rootUri: folder ?? null, capabilities });
    this.initializeTime = performance.now() - this.started;
    await this.connection.sendNotification('initialized', {});
  }

  /** Opens the document and waits for its first diagnostics. */
  async open(text: string): Promise<void> {
    const published = this.published();
    const textDocument = { uri: this.uri, languageId: 'yaml', version: this.version, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
    await published;
  }

  /** Replaces some characters of a line; milliseconds from the change to the diagnostics of that version. */
  async edit(line: number, start: number, end: number, text: string): Promise<number> {
    this.version += 1;
    const published = this.published();
    const range = { start: { line, character: start }, end: { line, character: end } };
    const before = performance.now();
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ range, text }],
    });
    await published;
    return performance.now() - before;
  }

  /** Milliseconds from a question about a position to its answer. */
  async ask(
    method: 'textDocument/hover' | 'textDocument/completion',
    line: number,
    character: number,
  ): Promise<number> {
    const before = performance.now();
    const answer = await this.connection.sendRequest(method, {
      textDocument: { uri: this.uri },
      position: { line, character },
    });
    if (!answer) throw new Error(`no answer to ${method} at ${line}:${character}`);
    return performance.now() - before;
  }

  /** Any other request. */
  request(method: string, params: object): Promise<unknown> {
    return this.connection.sendRequest(method, params);
  }

  /** Listens to a notification of the server. */
  on(method: string, listener: (params: unknown) => void): void {
    this.connection.onNotification(method, listener);
  }

  /** Time of the processor that the server took so far, in seconds. */
  async processor(): Promise<number> {
    const stat = await readFile(`/proc/${this.process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resident memory in MB. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    this.connection.dispose();
    this.process.kill();
  }

  /** The next diagnostics of the current version; servers that do not name versions have one edit under way at a time. */
  private published(): Promise<void> {
    const wanted = this.version;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no diagnostics within 30 s')), 30_000);
      this.waiting = ({ uri, version }) => {
        if (uri !== this.uri || (version !== undefined && version !== wanted)) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
