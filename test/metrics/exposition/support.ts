import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PageReader } from '../../../server/src/metrics/exposition';
import type { Page, Sample } from '../../../server/src/metrics/page';

export function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, '../../fixtures/metrics', `${name}.prom`), 'utf8');
}

/** A page that a new reader makes of a text. */
export function read(text: string, reader = new PageReader()): Page {
  return reader.readBytes(Buffer.from(text), 0);
}

/** A sample in words: `vllm:nixl_bytes_transferred bucket 2048 engine="0"`. */
export function words({ series: { family, part, le, set } }: Sample): string {
  return [family, part, ...(le === undefined ? [] : [le]), set.key].join(' ').trimEnd();
}

/** Everything that a page holds, by name. */
export function figures(page: Page): Record<string, number> {
  const entries = page.samples.map((sample): [string, number] => [words(sample), sample.value]);
  return Object.fromEntries(entries);
}
