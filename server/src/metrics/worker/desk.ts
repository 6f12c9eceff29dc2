import type { ExportParams, GenerateParams, HistoryParams } from '../../../../protocol/metrics';
import { type Limits, Tokens } from '../sources';
import type { Order, Questions, Report } from './messages';
import { summaryOf, Watcher } from './watcher';

/** Takes the server's orders, one deployment at a time. */
export class Desk {
  readonly #send: (report: Report) => void;
  readonly #limits: Limits | undefined;
  readonly #tokens = new Tokens();
  #watcher: Watcher | undefined;
  #visible = false;
  #hints: Watcher['hints'];

  constructor(send: (report: Report) => void, limits?: Limits) {
    this.#send = send;
    this.#limits = limits;
  }

  take(order: Order): void {
    switch (order.kind) {
      case 'start':
        this.#start(order.params);
        break;
      case 'stop':
        this.#watcher?.stop();
        this.#tell();
        break;
      case 'subscribe':
        this.#visible = order.visible;
        if (order.visible) this.#tell();
        break;
      case 'token':
        this.#tokens.set(order.origin, order.token);
        break;
      case 'hints':
        this.#hints = order.hints;
        if (this.#watcher) this.#watcher.hints = order.hints;
        break;
      case 'ask':
        void this.#answer(order.id, order.what, order.params);
    }
  }

  #start(params: Extract<Order, { kind: 'start' }>['params']): void {
    this.#watcher?.stop();
    this.#watcher = new Watcher(params, {
      tokens: this.#tokens,
      ...(this.#limits && { limits: this.#limits }),
      ...(this.#hints && { hints: this.#hints }),
      changed: () => this.#tell(),
      log: (message) => this.#send({ kind: 'problem', message }),
    });
    this.#watcher.start();
    this.#tell();
  }

  #tell(): void {
    if (!this.#watcher) return;
    const { update, cards } = this.#watcher.told();
    this.#send({ kind: 'summary', summary: summaryOf(update) });
    if (this.#visible) this.#send({ kind: 'update', update, cards });
  }

  async #answer(id: number, what: keyof Questions, params: unknown): Promise<void> {
    try {
      this.#send({ kind: 'answer', id, answer: await this.#ask(what, params) });
    } catch (error) {
      this.#send({ kind: 'problem', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  #ask(what: keyof Questions, params: unknown): unknown {
    const watcher = this.#watcher;
    switch (what) {
      case 'history':
        return watcher?.history(params as HistoryParams) ?? [];
      case 'export':
        return watcher?.export(params as ExportParams) ?? { problem: 'Nothing was watched yet.' };
      case 'generate':
        return watcher?.generate(params as GenerateParams);
    }
  }
}
