import type { PanelCommand, PanelMessage } from '../../protocol/panel';

/** What the user has chosen on the page; kept by VS Code while the panel is hidden and over reloads. */
export interface Choices {
  /** Minutes that charts look back. */
  readonly range: number;
  readonly by: 'pair' | 'role' | 'engine';
  readonly sort: { readonly column: string; readonly down: boolean } | null;
}

interface VsCode {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: Choices): void;
}

declare function acquireVsCodeApi(): VsCode;

const DEFAULTS: Choices = { range: 15, by: 'role', sort: null };

/** The extension, seen from the page. */
export class Host {
  readonly #api = acquireVsCodeApi();
  #choices: Choices = { ...DEFAULTS, ...(this.#api.getState() as Partial<Choices> | undefined) };

  get choices(): Choices {
    return this.#choices;
  }

  choose(changes: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...changes };
    this.#api.setState(this.#choices);
  }

  send(message: PanelMessage): void {
    this.#api.postMessage(message);
  }

  run(command: PanelCommand): void {
    this.send({ type: 'run', command });
  }
}
