import { PageReader } from '../exposition';
import type { Page } from '../page';
import type { PromSeries } from './prometheus-api';

/** Writes series as lines of a page, so that what reads pages reads them too. */
export function lineHead({ __name__: name = '', ...labels }: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return `${name}{${written.join(',')}}`;
}

/** One target of Prometheus: its answers become pages, one for every moment at which it was scraped. */
export class TargetPages {
  readonly #reader = new PageReader();
  /** The moment of the last page, in milliseconds. */
  lastAt = 0;

  /** The pages that are new in an answer, the oldest first. */
  read(series: readonly PromSeries[]): Page[] {
    const lines = new Map<number, string[]>();
    for (const { labels, samples } of series) {
      const head = lineHead(labels);
      for (const [seconds, value] of samples) {
        const at = Math.round(seconds * 1000);
        if (at <= this.lastAt) continue;
        const known = lines.get(at);
        if (known) known.push(`${head} ${value}\n`);
        else lines.set(at, [`${head} ${value}\n`]);
      }
    }
    return [...lines.entries()]
      .sort(([one], [other]) => one - other)
      .map(([at, page]) => {
        this.lastAt = at;
        return this.#reader.readBytes(Buffer.from(page.join('')), at);
      });
  }
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
