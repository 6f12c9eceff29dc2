import type { Problem } from '../analysis';
import type { DocumentProblems } from './documents';

/** What pushing needs. */
export interface PushServices {
  version(uri: string): number | undefined;
  problems(uri: string): Promise<DocumentProblems | undefined>;
  send(uri: string, version: number | undefined, problems: readonly Problem[]): Promise<void>;
  failed(error: unknown): void;
}

/**
 * Diagnostics for clients that do not ask for them. A change is looked at as soon as no other message waits; the newest
 * wins, and nothing is sent for a version that is no longer there.
 */
export class PushDiagnostics {
  readonly #services: PushServices;
  readonly #turns = new Map<string, number>();

  constructor(services: PushServices) {
    this.#services = services;
  }

  schedule(uri: string): void {
    const turn = (this.#turns.get(uri) ?? 0) + 1;
    this.#turns.set(uri, turn);
    // Messages that have arrived are handled one per round of the event loop: after two rounds without another change
    // of this document there is none waiting.
    setImmediate(() =>
      setImmediate(() => {
        if (this.#turns.get(uri) === turn) this.#publish(uri).catch(this.#services.failed);
      }),
    );
  }

  /** The document was closed: nothing is shown for it any more. */
  clear(uri: string): void {
    this.#turns.delete(uri);
    this.#services.send(uri, undefined, []).catch(this.#services.failed);
  }

  async #publish(uri: string): Promise<void> {
    const found = await this.#services.problems(uri);
    if (!found || found.version !== this.#services.version(uri)) return;
    await this.#services.send(uri, found.version, found.problems);
  }
}
