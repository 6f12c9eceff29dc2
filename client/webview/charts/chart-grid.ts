import type { ChartHistory, ChartInfo, HistoryParams, MetricsUpdate } from '../../../protocol/metrics';
import { make, show } from '../dom';
import type { Host } from '../host';
import type { Palette } from '../palette';
import { Chart } from './chart';
import { PaintQueue } from './paint-queue';
import type { View } from './view';

const GROUPS: readonly (readonly [ChartInfo['group'], string])[] = [
  ['transfers', 'Transfers'],
  ['shape', 'Shape of transfers'],
  ['failures', 'Failures, as increases'],
  ['serving', 'Serving'],
];

/** Points of a whole chart; more than there are pixels would be painted for nobody. Of many lines, fewer can be read. */
const POINTS = 300;
const POINTS_OF_ENGINES = 180;
/** Whoever does not see the charts is told anew this often. */
const SUMMARY_MS = 10_000;
const PATIENCE_MS = 10_000;
/** The least that a chart looks back. */
const LEAST_MS = 60_000;

/** All charts: what they show is asked for here, and only for those on the screen. */
export class ChartGrid {
  readonly element = make('div', { class: 'charts' });
  readonly #host: Host;
  readonly #palette: Palette;
  readonly #queue = new PaintQueue();
  readonly #announce: (text: string) => void;
  readonly #zoomChanged: (zoomed: boolean) => void;
  readonly #seen: IntersectionObserver;
  readonly #sized: ResizeObserver;
  #charts = new Map<string, Chart>();
  #known = '';
  #last: MetricsUpdate | undefined;
  #zoom: View | undefined;
  #paused = false;
  #ids = 0;
  /** What was asked for and not answered yet, with the moment after which nobody waits for it. */
  #asked = new Map<number, number>();
  #summarized = 0;

  constructor(host: Host, palette: Palette, announce: (text: string) => void, zoomChanged: (zoomed: boolean) => void) {
    this.#host = host;
    this.#palette = palette;
    this.#announce = announce;
    this.#zoomChanged = zoomChanged;
    this.#seen = new IntersectionObserver((entries) => this.#scrolled(entries), { rootMargin: '40px' });
    this.#sized = new ResizeObserver(() => {
      for (const chart of this.#charts.values()) chart.resize();
    });
    this.#sized.observe(this.element);
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** The stretch that is shown. */
  view(): View {
    if (this.#zoom) return this.#zoom;
    const to = this.#last?.at ?? 0;
    // What was recorded so far fills the charts, though it may be less.
    const begin = Math.min(this.#last?.recorded?.from ?? to, to - LEAST_MS);
    return { from: Math.max(to - this.#host.choices.range * 60_000, begin), to };
  }

  update(update: MetricsUpdate): void {
    if (this.#last && update.at < this.#last.at - 1000) this.reload(); // a recording that begins again
    if (!this.#paused) this.#last = update;
    this.#build(update.charts);
    if (!this.#paused && !this.#zoom) this.#ask();
    if (update.at - this.#summarized > SUMMARY_MS) this.#summarize(update.at);
  }

  /** The answer to a question. */
  answer(id: number, charts: readonly ChartHistory[]): void {
    if (!this.#asked.delete(id)) return;
    const { from } = this.view();
    for (const history of charts) {
      const chart = this.#charts.get(history.chart);
      if (!chart) continue;
      if (this.#zoom) chart.curves.clear();
      chart.curves.grow(history, from, chart.heat);
      this.#paint(chart);
    }
    // What came into sight meanwhile.
    if (!this.#paused) this.#ask();
  }

  failed(id: number): void {
    this.#asked.delete(id);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
  }

  zoom(view: View | undefined): void {
    if (!view && !this.#zoom) return;
    this.#zoom = view && { from: Math.round(view.from), to: Math.round(view.to) };
    this.#zoomChanged(view !== undefined);
    this.reload();
  }

  /** Forgets what is drawn and asks for all of it: another range, another way to sum up. */
  reload(): void {
    this.#asked.clear();
    for (const chart of this.#charts.values()) {
      chart.curves.clear();
      chart.asked = undefined;
    }
    this.#ask();
  }

  /** Something else is watched. */
  reset(): void {
    this.#last = undefined;
    this.#zoom = undefined;
    this.#paused = false;
    this.#zoomChanged(false);
    this.reload();
  }

  restyle(): void {
    for (const chart of this.#charts.values()) {
      chart.restyle();
      if (chart.visible) this.#queue.add(chart);
    }
  }

  /** The charts that are drawn, in order. */
  drawn(): readonly Chart[] {
    return [...this.#charts.values()].filter(({ canvas }) => canvas);
  }

  #build(infos: readonly ChartInfo[]): void {
    const known = infos.map(({ id }) => id).join(' ');
    if (known === this.#known) return;
    this.#known = known;
    this.#seen.disconnect();
    this.#charts = new Map();
    const host = {
      palette: this.#palette,
      view: () => this.view(),
      zoom: (view: View | undefined) => this.zoom(view),
      now: () => this.#last?.at ?? Number.POSITIVE_INFINITY,
      announce: this.#announce,
    };
    const sections = GROUPS.flatMap(([group, title]) => {
      const charts = infos.filter((info) => info.group === group).map((info) => new Chart(info, host));
      if (charts.length === 0) return [];
      for (const chart of charts) {
        this.#charts.set(chart.info.id, chart);
        this.#seen.observe(chart.element);
      }
      const grid = make('div', { class: 'chart-grid' }, ...charts.map(({ element }) => element));
      return [make('section', { class: `group group-${group}` }, make('h3', { text: title }), grid)];
    });
    this.element.replaceChildren(...sections);
    show(this.element, sections.length > 0);
  }

  #scrolled(entries: readonly IntersectionObserverEntry[]): void {
    const byElement = new Map([...this.#charts.values()].map((chart) => [chart.element as Element, chart]));
    for (const { target, isIntersecting } of entries) {
      const chart = byElement.get(target);
      if (!chart) continue;
      chart.visible = isIntersecting;
      if (isIntersecting && chart.dirty) this.#queue.add(chart);
    }
    this.#ask();
  }

  /** Asks for what the charts on the screen lack, those that lack the same together. */
  #ask(): void {
    const update = this.#last;
    for (const [id, end] of this.#asked) if (end < performance.now()) this.#asked.delete(id);
    if (!update || this.#asked.size > 0) return;
    const { from, to } = this.view();
    const { by } = this.#host.choices;
    const most = by === 'engine' && update.engines.length > 4 ? POINTS_OF_ENGINES : POINTS;
    const step = Math.max(update.intervalMs, (to - from) / most);
    const lacking = new Map<number, string[]>();
    for (const chart of this.#charts.values()) {
      const { visible, curves, info, asked } = chart;
      if (!visible) continue;
      // A little early is soon enough: pages do not come to the millisecond.
      const due = asked === undefined || (!this.#zoom && to - asked.to >= step * 0.9);
      if (!due) continue;
      // There may be more to look back on than there was: a demonstration and Prometheus bring their past along.
      const longer = asked !== undefined && from < asked.from - step;
      // What was out of sight for so long that its end is off the chart begins anew.
      if (longer || (curves.last ?? from) < from) curves.clear();
      chart.asked = { from: asked && !longer ? asked.from : from, to };
      const last = Math.max(curves.last ?? from, from);
      lacking.set(last, [...(lacking.get(last) ?? []), info.id]);
    }
    for (const [last, charts] of lacking) {
      const points = Math.max(1, Math.min(most, Math.round((to - last) / step)));
      const params: HistoryParams = { from: last, to, points, charts, by };
      const id = ++this.#ids;
      this.#asked.set(id, performance.now() + PATIENCE_MS);
      this.#host.send({ type: 'history', id, params });
    }
  }

  #paint(chart: Chart): void {
    chart.dirty = true;
    if (chart.visible) this.#queue.add(chart);
  }

  #summarize(at: number): void {
    this.#summarized = at;
    for (const chart of this.#charts.values()) if (chart.visible) chart.summarize();
  }
}
