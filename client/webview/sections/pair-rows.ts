import type { PairRow } from '../../../protocol/metrics';
import { LiveText, make, mark, show } from '../dom';
import { shortened } from '../format';
import { type Item, KeyedList } from '../keyed-list';
import type { Palette } from '../palette';
import { Spark } from '../spark';
import { type Figure, figuresOf, sides } from './pair-figures';

const CAP = 4;

/** A summary of each pair: prefill → decode, and its figures. */
export class PairRows {
  readonly element = make('section', { class: 'pairs', attributes: { 'aria-label': 'Pairs of prefill and decode' } });
  readonly #list: KeyedList<PairRow>;
  readonly #rows = new Set<Pair>();

  constructor(palette: Palette) {
    const rows = make('div', {});
    const more = make('div', { class: 'more' });
    this.element.append(rows, more);
    this.#list = new KeyedList(rows, more, CAP, (pair) => {
      const row = new Pair(palette, pair);
      this.#rows.add(row);
      return row;
    });
  }

  update(pairs: readonly PairRow[]): void {
    this.#list.update(pairs.map((pair) => [pair.key, pair]));
    show(this.element, pairs.length > 0);
  }

  redraw(): void {
    for (const row of this.#rows) {
      if (row.element.isConnected) row.redraw();
      else this.#rows.delete(row);
    }
  }
}

class Pair implements Item<PairRow> {
  readonly element = make('section', { class: 'pair' });
  readonly #label = new LiveText(make('h3', { class: 'pair-label' }));
  readonly #sides = new LiveText(make('span', { class: 'pair-sides' }));
  readonly #tiles: readonly Tile[];

  constructor(palette: Palette, pair: PairRow) {
    this.#tiles = figuresOf(pair).map((figure) => new Tile(figure, palette));
    const list = make('dl', { class: 'tiles' }, ...this.#tiles.map(({ element }) => element));
    this.element.append(make('header', {}, this.#label.element, this.#sides.element), list);
  }

  update(pair: PairRow): void {
    const label = shortened(pair.label);
    this.#label.set(label, label === pair.label ? '' : pair.label);
    this.#sides.set(sides(pair));
    for (const [index, figure] of figuresOf(pair).entries()) this.#tiles[index]?.update(figure, pair);
  }

  redraw(): void {
    for (const tile of this.#tiles) tile.spark?.redraw();
  }
}

class Tile {
  readonly element: HTMLElement;
  readonly spark: Spark | undefined;
  readonly #value = new LiveText(make('span', { class: 'tile-value' }));
  readonly #detail = new LiveText(make('span', { class: 'tile-detail' }));

  constructor({ name, help, spark }: Figure, palette: Palette) {
    this.spark = spark && new Spark(palette);
    const value = make('dd', {}, this.#value.element, this.#detail.element);
    this.element = make('div', { class: 'tile', title: help }, make('dt', { text: name }), value);
    if (this.spark) value.append(this.spark.element);
  }

  update({ value, detail, bad, spark }: Figure, pair: PairRow): void {
    this.#value.set(bad ? `▲ ${value}` : value);
    this.#detail.set(detail);
    mark(this.element, 'data-bad', bad ? '' : null);
    if (this.spark && spark) this.spark.draw(pair.spark[spark]);
  }
}
