// Measures how fast pages of metrics are read, beside the parser that npm offers: `npm run bench:exposition`. See docs/performance.md.

import { createRequire } from 'node:module';
import { loadExposition } from '../load-engine.mts';
import { say } from '../support.mts';
import { metricsPage, type PageShape } from './metrics-page.mts';

const PEER = 'parse-prometheus-text-format';
const ROUNDS = 9;
const PAGES = 20;
/** As pages come out of a socket. */
const CHUNK = 65_536;

const SHAPES: Readonly<Record<string, PageShape>> = {
  'a twentieth wanted': { engines: 20, transferring: 2, handlers: 10 },
  'a common page': { engines: 4, transferring: 4, handlers: 8 },
};

/** Both parsers take turns over the same pages, whose figures move. */
export async function measureExposition(): Promise<void> {
  const { PageReader } = await loadExposition();
  const peer: (text: string) => unknown = createRequire(import.meta.url)(PEER);
  say('');
  say(`${ROUNDS} rounds of ${PAGES} pages in chunks of ${CHUNK / 1024} kB, Node ${process.versions.node}`);
  say(`| page | wanted | median | first page | ${PEER} | ratio of the medians |`);
  say('| --- | --- | --- | --- | --- | --- |');
  for (const [name, shape] of Object.entries(SHAPES)) {
    const texts = Array.from({ length: PAGES }, (_, step) => metricsPage(shape, step + 1));
    const pages = texts.map((text) => Buffer.from(text));
    const reader = new PageReader();
    const times = { ours: [] as number[], first: [] as number[], peer: [] as number[] };
    const one = { size: pages[0]!.length, share: wantedShare(texts[0]!, new PageReader().readBytes(pages[0]!, 0)) };
    for (let round = 0; round < ROUNDS; round += 1) {
      const first = performance.now();
      new PageReader().readBytes(pages[0]!, 0);
      times.first.push(performance.now() - first);
      const ours = performance.now();
      for (const page of pages) await reader.read(chunks(page), 0);
      times.ours.push((performance.now() - ours) / PAGES);
      const theirs = performance.now();
      // A round of the slow one over a few pages says as much.
      for (const text of texts.slice(0, 3)) peer(text);
      times.peer.push((performance.now() - theirs) / 3);
    }
    const [ours, first, theirs] = [times.ours, times.first, times.peer].map(median);
    const rate = (time: number): string => `${(one.size / 1e6 / (time / 1000)).toFixed(0)} MB/s`;
    say(
      `| ${name}, ${(one.size / 1e3).toFixed(0)} kB | ${(one.share * 100).toFixed(0)} % | ${ours!.toFixed(2)} ms, ${rate(ours!)} | ${rate(first!)} | ${theirs!.toFixed(1)} ms, ${rate(theirs!)} | ${(theirs! / ours!).toFixed(0)} |`,
    );
  }
}

/** The part of a page, by bytes, whose lines are kept: every kept sample is a line of the same form. */
function wantedShare(text: string, page: { readonly samples: readonly { readonly series: { family: string } }[] }) {
  const families = new Set(page.samples.map(({ series }) => series.family));
  const kept = text.split('\n').filter((line) => [...families].some((family) => line.startsWith(family)));
  return kept.reduce((sum, line) => sum + line.length + 1, 0) / text.length;
}

function* chunks(page: Buffer): Generator<Buffer> {
  for (let at = 0; at < page.length; at += CHUNK) yield page.subarray(at, at + CHUNK);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.main) await measureExposition();
