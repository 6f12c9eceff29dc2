import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import type { PanelCommand, PanelStatus } from '../../../protocol/panel';
import { LiveText, make, mark, show } from '../dom';
import type { Choices, Host } from '../host';

/** What the page itself does at a press. */
export interface ToolbarActions {
  choose(changes: Partial<Choices>): void;
  pause(): void;
  live(): void;
  copy(): void;
  picture(): void;
}

const RANGES = [
  ['5', 'Last 5 min'],
  ['15', 'Last 15 min'],
  ['60', 'Last hour'],
  ['360', 'Last 6 hours'],
] as const;

const WAYS = [
  ['role', 'By role'],
  ['pair', 'By pair'],
  ['engine', 'By engine'],
] as const;

const MORE: readonly (readonly [label: string, title: string, command: PanelCommand | 'copy' | 'picture'])[] = [
  ['Copy figures', 'The figures of the window as text', 'copy'],
  ['PNG', 'A picture of the charts', 'picture'],
  ['CSV', 'All that was recorded, as a table', 'csv'],
  ['JSON', 'All that was recorded, as JSON', 'json'],
  ['Save recording…', 'The pages themselves, to be replayed', 'save'],
  ['Alert rules', 'Alert rules of Prometheus for this deployment', 'alerts'],
  ['Dashboard', 'A dashboard of Grafana for this deployment', 'dashboard'],
  ['Token…', 'A bearer token for one of the hosts', 'token'],
  ['Settings', 'The settings of live metrics', 'settings'],
  ['Help', 'What the panel shows, and how figures are made', 'help'],
];

/** What is shown, and what can be done with it. */
export class Toolbar {
  readonly element = make('div', { class: 'toolbar', role: 'toolbar', attributes: { 'aria-label': 'Live metrics' } });
  readonly #source = new LiveText(make('span', { class: 'source' }));
  readonly #pause = button('Pause', 'Stop drawing; the figures are still recorded');
  readonly #stop = button('Stop', 'Ask nobody any more');
  readonly #again = button('Watch again', 'Ask the same endpoints again');
  readonly #live = button('Back to live', 'Leave the selected stretch of time (Escape)');
  readonly #more = make('div', { class: 'more-tools', hidden: true });

  constructor(host: Host, actions: ToolbarActions) {
    const { range, by } = host.choices;
    const ranges = select('Range', RANGES, String(range), (value) => actions.choose({ range: Number(value) }));
    const ways = select('Lines', WAYS, by, (value) => actions.choose({ by: value as Choices['by'] }));
    const sources = button('Source…', 'Choose what to watch');
    const toggle = button('More', 'Export, recordings, alert rules, help');
    sources.addEventListener('click', () => host.run('configure'));
    this.#pause.addEventListener('click', () => actions.pause());
    this.#live.addEventListener('click', () => actions.live());
    this.#stop.addEventListener('click', () => host.run('stop'));
    this.#again.addEventListener('click', () => host.run('again'));
    mark(toggle, 'aria-expanded', 'false');
    toggle.addEventListener('click', () => {
      show(this.#more, this.#more.hidden === true);
      mark(toggle, 'aria-expanded', String(!this.#more.hidden));
    });
    for (const [label, title, command] of MORE) {
      const one = button(label, title);
      one.dataset.command = command;
      one.addEventListener('click', () => {
        if (command === 'copy') actions.copy();
        else if (command === 'picture') actions.picture();
        else host.run(command);
      });
      this.#more.append(one);
    }
    const main = make('div', { class: 'main-tools' });
    main.append(this.#source.element, ranges, ways, this.#live, this.#pause, this.#stop, this.#again, sources, toggle);
    this.element.append(main, this.#more);
    this.element.addEventListener('keydown', (event) => this.#rove(event));
    show(this.#live, false);
  }

  status({ phase, source, again }: PanelStatus): void {
    this.#source.set(source ?? '', source ?? '');
    show(this.#stop, phase === 'running' || phase === 'starting');
    show(this.#pause, phase === 'running');
    show(this.#again, phase === 'stopped' && again !== null);
  }

  paused(paused: boolean): void {
    this.#pause.textContent = paused ? 'Resume' : 'Pause';
    mark(this.#pause, 'aria-pressed', String(paused));
  }

  zoomed(zoomed: boolean): void {
    show(this.#live, zoomed);
  }

  /** Arrow keys go from button to button; fields keep theirs. */
  #rove(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const buttons = [...this.element.querySelectorAll<HTMLElement>('vscode-button')].filter(
      (one) => one.offsetParent !== null,
    );
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    if (step === 0 || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  }
}

function button(label: string, title: string): HTMLElement {
  return make('vscode-button', { text: label, title, attributes: { secondary: '' } });
}

function select(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  value: string,
  chosen: (value: string) => void,
): HTMLElement {
  const element = make('vscode-single-select', { title: label, attributes: { label, 'aria-label': label } });
  for (const [one, text] of options) {
    const option = make('vscode-option', { text, attributes: { value: one } });
    if (one === value) option.setAttribute('selected', '');
    element.append(option);
  }
  element.addEventListener('change', () => chosen(element.value));
  return element;
}
