import type { Palette } from '../palette';
import type { Chart } from './chart';

const GAP = 16;
const TITLE = 24;

/** One picture of all charts that are drawn, in two columns under their titles: base64 of a PNG. */
export function picture(charts: readonly Chart[], palette: Palette, heading: string): string | undefined {
  const drawn = charts.flatMap(({ canvas, info }) => (canvas ? [{ canvas, title: info.title }] : []));
  if (drawn.length === 0) return undefined;
  const ratio = devicePixelRatio || 1;
  const width = Math.max(...drawn.map(({ canvas }) => canvas.width));
  const height = Math.max(...drawn.map(({ canvas }) => canvas.height));
  const columns = Math.min(2, drawn.length);
  const rows = Math.ceil(drawn.length / columns);
  const [gap, title] = [GAP * ratio, TITLE * ratio];
  const sheet = document.createElement('canvas');
  sheet.width = gap + columns * (width + gap);
  sheet.height = gap + title + rows * (height + title + gap);
  const context = sheet.getContext('2d');
  if (!context) return undefined;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = palette.foreground;
  context.textBaseline = 'top';
  const write = (text: string, x: number, y: number, size: number) => {
    context.font = palette.font.replace(/^\d+px/, `${size * ratio}px`);
    context.fillText(text, x, y);
  };
  write(heading, gap, gap, 14);
  for (const [index, { canvas, title: text }] of drawn.entries()) {
    const x = gap + (index % columns) * (width + gap);
    const y = gap + title + Math.floor(index / columns) * (height + title + gap);
    write(text, x, y, 12);
    context.drawImage(canvas, x, y + title);
  }
  return sheet.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
