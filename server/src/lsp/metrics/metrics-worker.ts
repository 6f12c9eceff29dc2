import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Order, Questions, Report } from '../../metrics/worker/messages';
import { keepHeapSmall, letHeapGrow } from '../small-heap';

/** Megabytes that the thread may take for objects; figures themselves lie beside. */
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/** How often a thread that ended by itself is started again. */
const RESTARTS = 1;

export interface WorkerListener {
  report(report: Extract<Report, { kind: 'update' | 'summary' }>): void;
  problem(message: string): void;
  /** It will not be started again. */
  gone(): void;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The thread in which metrics are watched. Started with the first order, and once more when it ends by itself. */
export class MetricsWorker {
  readonly #listener: WorkerListener;
  readonly #file: string;
  readonly #limits: ResourceLimits;
  /** Orders by which a new thread gets to where the last one was, the latest of each kind. */
  readonly #standing = new Map<string, Order>();
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #asked = 0;
  #restarts = 0;

  /**
   * @param file the program of the thread
   * @param limits what it may take
   */
  constructor(listener: WorkerListener, file = threadFile(), limits: ResourceLimits = LIMITS) {
    this.#listener = listener;
    this.#file = file;
    this.#limits = limits;
  }

  order(order: Exclude<Order, { kind: 'ask' }>): void {
    const key = order.kind === 'token' ? `token ${order.origin}` : order.kind;
    if (order.kind === 'stop') {
      this.#standing.delete('start');
      keepHeapSmall();
    } else this.#standing.set(key, order);
    if (order.kind === 'start') {
      this.#restarts = 0;
      letHeapGrow();
    }
    // Before something is watched there is nothing that a thread could do; it learns the rest when it starts.
    if (this.#worker) this.#worker.postMessage(order);
    else if (order.kind === 'start') this.#start();
  }

  /** @returns nothing where nothing was ever watched */
  ask<W extends keyof Questions>(what: W, params: Questions[W][0]): Promise<Questions[W][1] | undefined> {
    const worker = this.#worker;
    if (!worker) return Promise.resolve(undefined);
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      worker.postMessage({ kind: 'ask', id, what, params } satisfies Order);
    });
  }

  /** Ends the thread. */
  end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }

  #start(): void {
    const worker = new Worker(this.#file, { resourceLimits: this.#limits, name: 'metrics' });
    this.#worker = worker;
    let fault = 'it ended';
    worker.on('message', (report: Report) => this.#take(report));
    worker.on('error', (error) => {
      fault = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'out of memory' : error.message;
    });
    worker.on('exit', () => this.#exited(worker, fault));
    // Tokens and hints first: the start asks with them.
    const orders = [...this.#standing.values()].sort((a, b) => rank(a) - rank(b));
    for (const order of orders) worker.postMessage(order);
  }

  #take(report: Report): void {
    if (report.kind === 'update' || report.kind === 'summary') {
      this.#listener.report(report);
      return;
    }
    const waiting = report.id === undefined ? undefined : this.#waiting.get(report.id);
    if (report.id !== undefined) this.#waiting.delete(report.id);
    if (report.kind === 'answer') waiting?.resolve(report.answer);
    else if (waiting) waiting.reject(new Error(report.message));
    else this.#listener.problem(report.message);
  }

  #exited(worker: Worker, fault: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error(`Watching metrics broke off: ${fault}.`));
    this.#waiting.clear();
    const again = this.#standing.has('start') && this.#restarts < RESTARTS;
    this.#restarts += 1;
    this.#listener.problem(`Watching metrics broke off (${fault})${again ? '; it begins anew' : ''}.`);
    if (again) this.#start();
    else this.#listener.gone();
  }
}

function rank({ kind }: Order): number {
  return kind === 'start' ? 1 : 0;
}

/** The thread's file stands beside the server's; this module is in a part that may stand one folder below. */
function threadFile(): string {
  const candidates = [join(__dirname, 'metrics-worker.js'), join(__dirname, '..', 'metrics-worker.js')];
  return candidates.find((file) => existsSync(file)) ?? candidates[0]!;
}
