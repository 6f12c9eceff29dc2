import type { MetricsUpdate } from '../../protocol/metrics';
import type { HostMessage, PanelStatus } from '../../protocol/panel';
import { ChartGrid } from './charts/chart-grid';
import { picture } from './charts/picture';
import { LiveText, make, show } from './dom';
import { clock, span } from './format';
import { type Choices, Host } from './host';
import { onThemeChange, Palette } from './palette';
import { EndpointTable } from './sections/endpoint-table';
import { EngineTable } from './sections/engine-table';
import { HealthStrip } from './sections/health-strip';
import { OtherTable } from './sections/other-table';
import { figuresText } from './sections/pair-figures';
import { PairRows } from './sections/pair-rows';
import { Toolbar } from './sections/toolbar';
import { VerdictCards } from './sections/verdict-cards';
import { Welcome } from './sections/welcome';

/** Rounds that may be missed before figures are called old. */
const MISSED_ROUNDS = 3;
const AGE_CHECK_MS = 1000;

const IDLE: PanelStatus = { phase: 'idle', source: null, again: null, problem: null, trusted: true };

/** The page: what comes from the extension goes to its sections, and nothing is drawn that nobody sees. */
export class App {
  readonly #root: HTMLElement;
  readonly #host = new Host();
  readonly #palette = new Palette();
  readonly #announcer = make('div', { class: 'for-readers', attributes: { 'aria-live': 'polite' } });
  readonly #health = new HealthStrip();
  readonly #banner = new LiveText(make('p', { class: 'banner', hidden: true, role: 'status' }));
  readonly #verdicts = new VerdictCards(this.#host);
  readonly #pairs = new PairRows(this.#palette);
  readonly #charts = new ChartGrid(
    this.#host,
    this.#palette,
    (text) => this.#announce(text),
    (zoomed) => this.#toolbar.zoomed(zoomed),
  );
  readonly #endpoints = new EndpointTable();
  readonly #engines = new EngineTable(this.#host);
  readonly #others = new OtherTable();
  readonly #welcome = new Welcome(this.#host);
  readonly #figures = make('div', { class: 'figures', hidden: true });
  readonly #note = new LiveText(make('p', { class: 'note' }));
  readonly #toolbar = new Toolbar(this.#host, {
    choose: (changes) => this.#choose(changes),
    pause: () => this.#pause(),
    live: () => this.#charts.zoom(undefined),
    copy: () => this.#copy(),
    picture: () => this.#picture(),
  });
  #status = IDLE;
  #update: MetricsUpdate | undefined;
  /** When the last update came, by the clock of this page. */
  #heard = 0;
  #painted = true;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  start(): void {
    this.#figures.append(
      this.#health.element,
      this.#banner.element,
      this.#verdicts.element,
      this.#pairs.element,
      this.#charts.element,
      this.#endpoints.element,
      this.#engines.element,
      this.#others.element,
      this.#note.element,
    );
    this.#root.append(make('main', {}, this.#toolbar.element, this.#welcome.element, this.#figures), this.#announcer);
    addEventListener('message', ({ data }: MessageEvent<HostMessage>) => this.#receive(data));
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && !this.#painted) this.#paint();
    });
    onThemeChange(() => this.#restyle());
    setInterval(() => this.#age(), AGE_CHECK_MS);
    this.#show(IDLE);
    this.#host.send({ type: 'ready' });
  }

  #receive(message: HostMessage): void {
    switch (message.type) {
      case 'status':
        this.#show(message.status);
        break;
      case 'update':
        this.#update = message.update;
        this.#heard = performance.now();
        this.#painted = false;
        if (!document.hidden && !this.#charts.paused) this.#paint();
        break;
      case 'history':
        this.#charts.answer(message.id, message.charts);
        break;
      case 'history-failed':
        this.#charts.failed(message.id);
        break;
    }
  }

  #show(status: PanelStatus): void {
    if (status.phase === 'starting') {
      this.#update = undefined;
      this.#charts.reset();
      this.#toolbar.paused(false);
    }
    this.#status = status;
    this.#toolbar.status(status);
    const figures = this.#update !== undefined;
    show(this.#toolbar.element, figures || status.phase === 'running' || status.phase === 'starting');
    show(this.#figures, figures);
    this.#welcome.status(status, figures);
    this.#age();
  }

  #paint(): void {
    const update = this.#update;
    if (!update) return;
    this.#painted = true;
    if (this.#figures.hidden) this.#show(this.#status);
    this.#health.update(update);
    this.#verdicts.update(update.verdicts);
    this.#pairs.update(update.pairs);
    this.#charts.update(update);
    this.#endpoints.update(update.endpoints, update.at);
    this.#engines.update(update.engines);
    this.#others.update(update.others);
    const window = span(update.windowSeconds * 1000);
    const every = span(update.intervalMs);
    this.#note.set(
      `Figures of the last ${window}, asked for every ${every}. MB is 2^20 bytes, KB 2^10, GB 2^30. – : not on any page. ` +
        'Figures that are well say nothing about whether answers are right.',
    );
    this.#age();
  }

  /** Says that figures are old before anybody believes them. */
  #age(): void {
    const update = this.#update;
    const text = update ? this.#warning(update) : '';
    this.#banner.set(text);
    show(this.#banner.element, text !== '');
    this.#figures.classList.toggle('old', text !== '' && this.#status.phase === 'running' && !this.#charts.paused);
  }

  #warning(update: MetricsUpdate): string {
    if (this.#charts.paused) return 'Paused: what is drawn stands still, and is recorded all the same.';
    if (this.#status.phase === 'stopped') return `Stopped: these are the figures of ${clock(update.at)}.`;
    const silent = performance.now() - this.#heard;
    if (this.#status.phase !== 'running' || silent < MISSED_ROUNDS * update.intervalMs + 2000) return '';
    return `These figures are ${span(silent)} old: nothing new has come.`;
  }

  #choose(changes: Partial<Choices>): void {
    this.#host.choose(changes);
    this.#charts.zoom(undefined);
    this.#charts.reload();
  }

  #pause(): void {
    this.#charts.pause(!this.#charts.paused);
    this.#toolbar.paused(this.#charts.paused);
    if (!this.#charts.paused) this.#paint();
    this.#age();
  }

  #copy(): void {
    if (!this.#update) return;
    const { pairs, at, windowSeconds } = this.#update;
    const heading = `NIXL, ${new Date(at).toISOString()}, last ${windowSeconds} s, MB is 2^20 bytes`;
    this.#host.send({ type: 'copy', text: figuresText(pairs, heading) });
  }

  #picture(): void {
    if (!this.#update) return;
    const heading = `NIXL · ${this.#status.source ?? ''} · ${new Date(this.#update.at).toISOString()}`;
    const data = picture(this.#charts.drawn(), this.#palette, heading);
    if (data) this.#host.send({ type: 'png', data });
  }

  #restyle(): void {
    this.#palette.read();
    this.#charts.restyle();
    this.#pairs.redraw();
  }

  #announce(text: string): void {
    this.#announcer.textContent = text;
  }
}
