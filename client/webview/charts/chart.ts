import uPlot from 'uplot';
import type { ChartInfo } from '../../../protocol/metrics';
import { LiveText, make, mark, show } from '../dom';
import { clock, inUnit, onAxis, span } from '../format';
import type { Palette } from '../palette';
import { Curves, highest } from './curves';
import { bucketWords, drawHeat, heatAxis } from './heat';
import { closer, type View } from './view';

/** Steps of an axis in units of 2^10: a thousand MB is no GB. */
const BINARY_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512].concat(
  [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((gigabytes) => gigabytes * 1024),
);

/** What a chart takes from its surroundings. */
export interface ChartHost {
  readonly palette: Palette;
  view(): View;
  /** A stretch was selected; nothing: back to the whole. */
  zoom(view: View | undefined): void;
  /** The last moment that there can be figures of. */
  now(): number;
  /** Says something to those who do not see it. */
  announce(text: string): void;
}

const HEIGHT = 150;
/** Room for the longest words beside a chart, such as `1000 MB/s`. */
const AXIS = 70;
/** More lines than this are no longer told apart; the highest stay. */
const MOST_LINES = 10;
const RESTART_DASH = [3, 3];
/** Colours come again; then lines are dashed. */
const SECOND_ROUND = [6, 3];

/** One chart over time, with its heading, its legend and a summary in words. */
export class Chart {
  readonly info: ChartInfo;
  readonly element: HTMLElement;
  readonly curves = new Curves();
  /** On the screen. Others are not painted. */
  visible = false;
  dirty = true;
  /** The stretch that it was asked for. */
  asked: View | undefined;
  readonly #host: ChartHost;
  /** No stop for the tabulator key before there is something to read. */
  readonly #plot = make('div', { class: 'plot', role: 'img' });
  readonly #moment = new LiveText(make('span', { class: 'moment' }));
  readonly #legend = make('ul', { class: 'legend' });
  readonly #empty = make('p', { class: 'no-data', text: 'Nothing is known for this stretch of time.' });
  readonly #all = make('button', { class: 'link', attributes: { type: 'button' } });
  #entries: LiveText[] = [];
  #drawn: number[] = [];
  #signature = '';
  #showAll = false;
  #uplot: uPlot | undefined;

  constructor(info: ChartInfo, host: ChartHost) {
    this.info = info;
    this.#host = host;
    const help = `${info.help}\n${info.metrics.join(', ')}`;
    const title = make('span', { class: 'chart-title', text: info.title, title: help });
    const caption = make('figcaption', {}, title, this.#moment.element);
    this.element = make('figure', { class: 'chart' }, caption, this.#plot, this.#empty, this.#legend, this.#all);
    this.element.dataset.chart = info.id;
    mark(this.#plot, 'aria-label', info.title);
    this.#plot.addEventListener('keydown', (event) => this.#key(event));
    this.#plot.addEventListener('blur', () => this.#uplot?.setCursor({ left: -10, top: -10 }));
    this.#all.addEventListener('click', () => {
      this.#showAll = !this.#showAll;
      this.#signature = '';
      this.paint();
    });
    show(this.#all, false);
  }

  get heat(): boolean {
    return this.info.kind === 'heat';
  }

  get canvas(): HTMLCanvasElement | undefined {
    return this.#uplot?.ctx.canvas;
  }

  /** Draws what is known. Cheap where the lines are the ones of last time. */
  paint(): void {
    this.dirty = false;
    const known = this.curves.curves.length > 0 && this.curves.times.length > 0;
    show(this.#empty, !known);
    show(this.#plot, known);
    show(this.#legend, known && !this.heat);
    if (!known) return;
    this.#choose();
    const data = this.#data();
    const { from, to } = this.#host.view();
    if (this.#uplot) {
      const uplot = this.#uplot;
      uplot.batch(() => {
        uplot.setData(data, false);
        uplot.setScale('x', { min: from, max: to });
      });
    } else {
      this.#uplot = new uPlot(this.#options(), data, this.#plot);
      mark(this.#plot, 'tabindex', '0');
    }
    this.#read(this.#uplot.cursor.idx ?? undefined);
  }

  /** The theme or the width is another one. */
  restyle(): void {
    this.#drop();
    this.dirty = true;
  }

  resize(): void {
    const width = this.#width();
    if (this.#uplot && this.#uplot.width !== width) this.#uplot.setSize({ width, height: HEIGHT });
  }

  /** What those hear who do not see it. */
  summarize(): void {
    const parts = this.#drawn.slice(0, 4).map((index) => {
      const curve = this.curves.curves[index];
      const summary = curve && Curves.summary(curve.values);
      if (!summary || !curve) return `${curve?.label ?? ''}: unknown`;
      const { low, high, last } = summary;
      return `${curve.label}: now ${this.#words(last)}, between ${this.#words(low)} and ${this.#words(high)}`;
    });
    const { from, to } = this.#host.view();
    const lines = this.heat ? '' : ` ${parts.join('; ')}.`;
    mark(this.#plot, 'aria-label', `${this.info.title}, ${span(to - from)}.${lines} Arrow keys read values.`);
  }

  /** Which lines are drawn; a plot is made anew where they are others. */
  #choose(): void {
    const { curves } = this.curves;
    const signature = JSON.stringify([curves.map(({ key }) => key), this.#showAll]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.#drawn = this.heat || this.#showAll ? curves.map((_, index) => index) : highest(curves, MOST_LINES);
    this.#drop();
    const rest = curves.length - MOST_LINES;
    show(this.#all, !this.heat && rest > 0);
    this.#all.textContent = this.#showAll ? `Show the ${MOST_LINES} highest` : `Show all ${curves.length} lines`;
    this.#entries = this.heat ? [] : this.#drawn.map(() => new LiveText(make('span', { class: 'value' })));
    const items = this.#entries.map((value, at) => {
      const index = this.#drawn[at]!;
      const dot = make('span', { class: 'dot', attributes: { 'aria-hidden': 'true' } });
      dot.style.backgroundColor = this.#host.palette.line(at);
      const name = make('span', { class: 'name', text: curves[index]?.label ?? '' });
      return make('li', {}, dot, name, value.element);
    });
    this.#legend.replaceChildren(...items);
  }

  #drop(): void {
    this.#uplot?.destroy();
    this.#uplot = undefined;
  }

  #data(): uPlot.AlignedData {
    const { times, curves } = this.curves;
    if (this.heat) return [times, times.map(() => null)];
    return [times, ...this.#drawn.map((index) => curves[index]?.values ?? [])];
  }

  #width(): number {
    return Math.max(120, Math.floor(this.#plot.clientWidth || this.element.clientWidth));
  }

  #options(): uPlot.Options {
    const { palette } = this.#host;
    const { from, to } = this.#host.view();
    const axis: uPlot.Axis = {
      stroke: () => palette.muted,
      font: palette.font,
      grid: { stroke: () => palette.grid, width: 1 },
      ticks: { show: false },
    };
    const events = this.info.unit === 'events' || this.info.group === 'failures';
    return {
      width: this.#width(),
      height: HEIGHT,
      padding: [8, 22, 0, 0],
      ms: 1,
      legend: { show: false },
      cursor: {
        sync: { key: 'nixl' },
        drag: { x: true, y: false, setScale: false, dist: 5 },
        points: { show: !this.heat, size: 6 },
      },
      scales: {
        x: { time: true, min: from, max: to, auto: false },
        y: this.heat
          ? { auto: false, range: [0, this.curves.curves.length] }
          : { range: (_, __, high) => [0, this.#top(high)] },
      },
      series: [
        {},
        ...(this.heat
          ? [{ show: true }]
          : this.#drawn.map((_, at) => ({
              stroke: () => palette.line(at),
              ...(at >= palette.lines.length && { dash: SECOND_ROUND }),
              // Many thin lines are easier to tell apart, and drawn in a fraction of the time.
              width: this.#drawn.length > 3 ? 1 : 1.5,
              points: { show: false },
              ...(events && uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: -1 }) }),
            }))),
      ],
      axes: [
        { ...axis, size: 24, gap: 4, space: 64, values: (_, splits) => splits.map((at) => this.#tick(at)) },
        this.heat
          ? { ...axis, size: AXIS, ...heatAxis(this.curves, this.info.unit) }
          : {
              ...axis,
              size: AXIS,
              space: 28,
              ...(this.info.unit.startsWith('MB') && { incrs: BINARY_STEPS }),
              values: (_, splits) => splits.map((value) => onAxis(value, this.info.unit)),
            },
      ],
      hooks: {
        drawAxes: this.heat ? [(uplot) => drawHeat(uplot, this.curves, palette)] : [],
        draw: [(uplot) => this.#marks(uplot)],
        setSelect: [(uplot) => this.#selected(uplot)],
        setCursor: [({ cursor }) => this.#read(cursor.idx ?? undefined)],
        ready: [({ over }) => over.addEventListener('dblclick', () => this.#host.zoom(undefined))],
      },
    };
  }

  /** Room above the highest value; a flat line of failures at zero lies on the ground, where it can be seen. */
  #top(high: number | null): number {
    if (this.info.unit === 'percent') return 100;
    const least = this.info.unit === 'events' || this.info.unit === 'count' ? 1 : 0;
    return Math.max(least, (high ?? 0) * 1.1) || 1;
  }

  #tick(at: number): string {
    const { from, to } = this.#host.view();
    return to - from > 600_000 ? clock(at).slice(0, 5) : clock(at);
  }

  #words(value: number | null): string {
    return inUnit(value, this.info.unit);
  }

  /** A dashed line where an engine began anew, and the ground line under failures. */
  #marks({ ctx, bbox, valToPos }: uPlot): void {
    const { palette } = this.#host;
    ctx.save();
    ctx.lineWidth = devicePixelRatio || 1;
    if (this.info.group === 'failures') {
      ctx.strokeStyle = palette.muted;
      ctx.beginPath();
      ctx.moveTo(bbox.left, bbox.top + bbox.height);
      ctx.lineTo(bbox.left + bbox.width, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.strokeStyle = palette.bad;
    ctx.setLineDash(RESTART_DASH.map((length) => length * (devicePixelRatio || 1)));
    for (const { at } of this.curves.restarts) {
      const x = Math.round(valToPos(at, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  #selected(uplot: uPlot): void {
    const { left, width } = uplot.select;
    if (width < 5) return;
    const view = { from: uplot.posToVal(left, 'x'), to: uplot.posToVal(left + width, 'x') };
    uplot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#host.zoom(view);
  }

  /** Shows the values under the cursor, or the last ones. */
  #read(index: number | undefined): void {
    const { times, curves, restarts } = this.curves;
    const at = index ?? times.length - 1;
    const time = times[at];
    this.#moment.set(index === undefined || time === undefined ? '' : clock(time));
    if (this.heat) {
      this.#readHeat(at, index !== undefined);
      return;
    }
    for (const [entry, text] of this.#entries.entries()) {
      const curve = curves[this.#drawn[entry]!];
      text.set(this.#words(curve?.values[at] ?? null));
    }
    const near = restarts.find(
      (restart) => time !== undefined && index !== undefined && Math.abs(restart.at - time) < 5000,
    );
    if (near) this.#moment.set(`${clock(near.at)} · ${near.key} started anew`);
  }

  #readHeat(at: number, hovered: boolean): void {
    if (!hovered) return;
    const { curves, times } = this.curves;
    const row = this.#uplot ? Math.floor(this.#uplot.posToVal(this.#uplot.cursor.top ?? -1, 'y')) : -1;
    const curve = curves[row];
    const time = times[at];
    if (!curve || time === undefined) return;
    const bucket = bucketWords(curves[row - 1]?.key, curve.key, this.info.unit);
    this.#moment.set(`${clock(time)} · ${bucket}: ${curve.values[at] ?? '–'}`);
  }

  #key(event: KeyboardEvent): void {
    const uplot = this.#uplot;
    const { times } = this.curves;
    if (!uplot || times.length === 0) return;
    const at = uplot.cursor.idx ?? times.length - 1;
    const step = event.shiftKey ? 10 : 1;
    const { from, to } = this.#host.view();
    const middle = times[at] ?? to;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => this.#point(uplot, at - step),
      ArrowRight: () => this.#point(uplot, at + step),
      Home: () => this.#point(uplot, 0),
      End: () => this.#point(uplot, times.length - 1),
      '+': () => this.#host.zoom(closer({ from, to }, middle, this.#host.now())),
      '-': () => this.#host.zoom(undefined),
      Escape: () => this.#host.zoom(undefined),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #point(uplot: uPlot, wanted: number): void {
    const { times, curves } = this.curves;
    const index = Math.min(times.length - 1, Math.max(0, wanted));
    const time = times[index];
    if (time === undefined) return;
    uplot.setCursor({ left: uplot.valToPos(time, 'x'), top: 20 });
    const values = this.#drawn.map((at) => `${curves[at]?.label} ${this.#words(curves[at]?.values[index] ?? null)}`);
    this.#host.announce(`${clock(time)}: ${values.join(', ')}`);
  }
}
