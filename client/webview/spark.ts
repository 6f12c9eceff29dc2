import type { Palette } from './palette';

/** A small curve without axes: whether something rises, falls or stands still. */
export class Spark {
  readonly element = document.createElement('canvas');
  readonly #palette: Palette;
  #values: readonly (number | null)[] = [];

  constructor(palette: Palette) {
    this.#palette = palette;
    this.element.className = 'spark';
    this.element.setAttribute('aria-hidden', 'true');
  }

  draw(values: readonly (number | null)[]): void {
    this.#values = values;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [96 * ratio, 22 * ratio];
    if (this.element.width !== width) {
      this.element.width = width;
      this.element.height = height;
    }
    const context = this.element.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    const known = values.filter((value) => value !== null);
    if (known.length < 2) return;
    const high = Math.max(...known, 0) || 1;
    const x = (index: number) => ratio + (index / Math.max(1, values.length - 1)) * (width - 2 * ratio);
    const y = (value: number) => height - ratio - (value / high) * (height - 3 * ratio);
    context.strokeStyle = this.#palette.line(0);
    context.lineWidth = 1.5 * ratio;
    context.lineJoin = 'round';
    context.beginPath();
    let open = false;
    for (const [index, value] of values.entries()) {
      if (value !== null) context[open ? 'lineTo' : 'moveTo'](x(index), y(value));
      open = value !== null;
    }
    context.stroke();
  }

  redraw(): void {
    this.draw(this.#values);
  }
}
