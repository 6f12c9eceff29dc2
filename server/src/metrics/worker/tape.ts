import { lookupMetric } from '../../knowledge';
import type { Page, Sample, Series } from '../page';

/** Bytes of figures that are kept. */
const BUDGET = 16 * 1024 * 1024;
/** Bytes that a page takes beside its figures, about. */
const PAGE_OVERHEAD = 120;

interface TapedPage {
  readonly at: number;
  readonly processStart: number | undefined;
  readonly series: readonly Series[];
  readonly families: ReadonlySet<string>;
  readonly values: Float64Array;
}

/**
 * The pages that came, as far as anything of them was wanted. When they grow too many, every other one of the older half
 * is let go: figures are totals, so that only moments are lost.
 */
export class Tape {
  readonly #budget: number;
  readonly #pages = new Map<string, TapedPage[]>();
  #bytes = 0;

  constructor(budget = BUDGET) {
    this.#budget = budget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(endpoint: string, page: Page): void {
    const pages = this.#pages.get(endpoint) ?? [];
    this.#pages.set(endpoint, pages);
    const last = pages.at(-1);
    const taped = {
      at: page.at,
      processStart: page.processStart,
      series: sharedSeries(last?.series, page.samples),
      families: sharedFamilies(last?.families, page.families),
      values: Float64Array.from(page.samples, ({ value }) => value),
    };
    pages.push(taped);
    this.#bytes += sizeOf(taped);
    if (this.#bytes > this.#budget) this.#thin();
  }

  /** The pages between two moments as text, by endpoint and time. */
  *pages(from = 0, to = Number.POSITIVE_INFINITY): Generator<{ endpoint: string; at: number; text: string }> {
    for (const [endpoint, pages] of this.#pages) {
      for (const page of pages)
        if (page.at >= from && page.at <= to) yield { endpoint, at: page.at, text: textOf(page) };
    }
  }

  #thin(): void {
    for (const [endpoint, pages] of this.#pages) {
      const half = pages.length >> 1;
      // The first page stays: everything counts from there.
      const kept = pages.filter((_, index) => index >= half || index % 2 === 0);
      this.#pages.set(endpoint, kept);
    }
    this.#bytes = [...this.#pages.values()].flat().reduce((sum, page) => sum + sizeOf(page), 0);
  }
}

function sizeOf({ values }: TapedPage): number {
  return values.byteLength + PAGE_OVERHEAD;
}

function sharedSeries(last: readonly Series[] | undefined, samples: readonly Sample[]): readonly Series[] {
  const same = last?.length === samples.length && samples.every(({ series }, index) => series === last[index]);
  return same ? last : samples.map(({ series }) => series);
}

function sharedFamilies(last: ReadonlySet<string> | undefined, families: ReadonlySet<string>): ReadonlySet<string> {
  return last?.size === families.size && [...families].every((family) => last.has(family)) ? last : families;
}

/** A page in the text format, under the names of today. */
function textOf({ series, values, families, processStart }: TapedPage): string {
  const lines = new Map<string, string[]>();
  for (const family of families) lines.set(family, []);
  for (const [index, one] of series.entries()) {
    const own = lines.get(one.family) ?? [];
    lines.set(one.family, own);
    own.push(`${headOf(one)} ${numberText(values[index]!)}\n`);
  }
  let text = processStart === undefined ? '' : `process_start_time_seconds ${numberText(processStart)}\n`;
  for (const [family, own] of lines) {
    const type = typeOf(family);
    text += `# TYPE ${type === 'counter' ? totalName(family) : family} ${type}\n${own.join('')}`;
  }
  return text;
}

function headOf({ family, part, le, set }: Series): string {
  const labels = Object.entries(set.labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  if (le !== undefined) labels.push(`le="${numberText(le)}"`);
  const plain = part === 'value' && typeOf(family) === 'counter' ? totalName(family) : family;
  return `${part === 'value' ? plain : `${family}_${part}`}${labels.length === 0 ? '' : `{${labels.join(',')}}`}`;
}

function totalName(family: string): string {
  return family.endsWith('_total') ? family : `${family}_total`;
}

function typeOf(family: string): string {
  const type = (lookupMetric(family) ?? lookupMetric(`${family}_total`))?.type;
  return type === 'counter' || type === 'gauge' || type === 'histogram' ? type : 'untyped';
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
