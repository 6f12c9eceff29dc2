import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import { PageReader } from '../exposition';
import { LineEnds, withLineEnd } from './line-ends';
import { readWholePage } from './page-check';
import { problemOf } from './problems';
import { type RecordedPage, RecordingProblem, readRecorded, recordedPages } from './recording';
import type { Sink, Source } from './source';

export interface RecordingOptions {
  readonly label: string;
  /** A folder, or one saved page. */
  readonly path: string;
  /** How many times as fast as it happened; nothing: as fast as it can be read. */
  readonly speed?: number;
}

/** A recording that is played again. */
export class RecordingSource implements Source {
  readonly label: string;
  readonly #options: RecordingOptions;
  #stopping = new AbortController();

  constructor(options: RecordingOptions) {
    this.label = options.label;
    this.#options = options;
  }

  start(sink: Sink): void {
    this.stop();
    this.#stopping = new AbortController();
    void this.#play(sink, this.#stopping.signal);
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #play(sink: Sink, signal: AbortSignal): Promise<void> {
    const { label, path, speed } = this.#options;
    try {
      const player = new RecordingPlayer(await recordedPages(path));
      const began = Date.now();
      for (const page of player.pages) {
        const due = speed === undefined ? 0 : (page.at - player.pages[0]!.at) / speed - (Date.now() - began);
        if (due > 0) await pause(due, undefined, { signal });
        else await breathe();
        if (signal.aborted) return;
        await player.play(page, sink);
      }
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof RecordingProblem ? error.message : 'The recording cannot be read.';
      sink.failure(label, path, { state: 'down', problem, at: Date.now(), nextAt: null });
    }
    if (!signal.aborted) sink.ended?.();
  }
}

/** Reads the pages of a recording, each endpoint's with one reader. A page that is none counts as a lost scrape. */
export class RecordingPlayer {
  readonly pages: readonly RecordedPage[];
  readonly #readers = new Map<string, PageReader>();
  readonly #lineEnds: LineEnds;

  constructor(pages: readonly RecordedPage[]) {
    this.pages = pages;
    this.#lineEnds = new LineEnds(pages);
  }

  async play({ endpoint, at, file }: RecordedPage, sink: Pick<Sink, 'page' | 'failure'>): Promise<void> {
    const reader = this.#readers.get(endpoint) ?? new PageReader();
    this.#readers.set(endpoint, reader);
    try {
      const bytes = readRecorded(file);
      const last = await this.#lineEnds.leftOut(endpoint);
      const whole = last === undefined ? bytes : withLineEnd(bytes, last);
      const page = await readWholePage(reader, whole, at);
      sink.page(endpoint, file, { page, latencyMs: null });
    } catch (error) {
      const known = error instanceof RecordingProblem;
      const { state, message } = known ? { state: 'down' as const, message: error.message } : problemOf(error);
      sink.failure(endpoint, file, { state, problem: message, at, nextAt: null });
    }
  }
}
