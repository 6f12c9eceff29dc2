import type { PanelCommand, PanelStatus } from '../../../protocol/panel';
import { make, show } from '../dom';
import type { Host } from '../host';

/** What stands there while there are no figures: how to begin, that something is on its way, or what went wrong. */
export class Welcome {
  readonly element = make('section', { class: 'welcome' });
  readonly #host: Host;
  #shown = '';

  constructor(host: Host) {
    this.#host = host;
  }

  /** @param figures there is something better to show */
  status(status: PanelStatus, figures: boolean): void {
    show(this.element, !figures || (status.problem !== null && status.phase !== 'running'));
    const key = JSON.stringify([status, figures]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.replaceChildren(...this.#content(status, figures));
    this.element.classList.toggle('small', figures);
  }

  #content({ phase, problem, again, source, trusted }: PanelStatus, figures: boolean): Node[] {
    if (phase === 'starting' || (phase === 'running' && !problem)) {
      const skeleton = Array.from({ length: 6 }, () => make('span', { class: 'bone' }));
      return [
        make('p', { text: `Asking ${source ?? 'the endpoints'}…`, role: 'status' }),
        make('div', { class: 'skeleton', attributes: { 'aria-hidden': 'true' } }, ...skeleton),
      ];
    }
    const parts: Node[] = [];
    if (problem !== null) parts.push(make('p', { class: 'problem', text: problem, role: 'alert' }));
    if (figures) return parts;
    parts.push(
      make('h2', { text: 'See the KV move' }),
      make('p', {
        text: 'Whether prefill and decode exchange KV, how fast, what fails, and which line of the configuration governs it: read from the /metrics pages of vLLM, from Prometheus, or from a recording.',
      }),
    );
    const buttons = make('div', { class: 'welcome-buttons' });
    if (again !== null) buttons.append(this.#button(`Watch again: ${again}`, 'again', true));
    if (trusted) buttons.append(this.#button('Choose endpoints…', 'configure', again === null));
    else buttons.append(this.#button('Manage Workspace Trust', 'trust', true));
    buttons.append(
      this.#button('Open the demonstration', 'demo', false),
      this.#button('Replay a recording…', 'replay', false),
      this.#button('Help', 'help', false),
    );
    parts.push(buttons);
    parts.push(
      make('p', {
        class: 'note',
        text: trusted
          ? 'Endpoints are offered from the open configuration and from settings. Nothing is contacted before you have chosen.'
          : 'This workspace is not trusted, so no host is contacted from it. The demonstration and recordings contact nobody.',
      }),
    );
    return parts;
  }

  #button(text: string, command: PanelCommand, primary: boolean): HTMLElement {
    const button = make('vscode-button', { text, attributes: primary ? {} : { secondary: '' } });
    button.dataset.command = command;
    button.addEventListener('click', () => this.#host.run(command));
    return button;
  }
}
