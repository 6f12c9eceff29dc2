import { problemOf } from './problems';
import type { PrometheusApi, PromSeries } from './prometheus-api';

/** Seconds of one question at most. */
const LONGEST_PIECE = 300;
const SHORTEST_PIECE = 15;

/** Samples of one answer that are expected, and of all answers together: they are in memory at once. */
const PIECE_SAMPLES = 400_000;
const MOST_SAMPLES = 2_000_000;

/** Milliseconds after which no further question is asked: what is now matters more. */
const LONGEST_READING_MS = 30_000;

export interface Past {
  /** The oldest first; two neighbours may share what was at the moment between them. */
  readonly pieces: readonly (readonly PromSeries[])[];
  /** From when on it is complete, in seconds since the epoch. */
  readonly from: number;
  /** Why it does not go back as far as was wanted. */
  readonly problem?: string;
}

/**
 * What Prometheus scraped within a longer time: every sample at its own time, not values at the steps of a grid, between
 * which an engine may have started anew. It is asked piece by piece from now backwards, so that what is told has no hole.
 */
export class PrometheusPast {
  readonly #api: Pick<PrometheusApi, 'query'>;
  readonly #selector: string;

  constructor(api: Pick<PrometheusApi, 'query'>, selector: string) {
    this.#api = api;
    this.#selector = selector;
  }

  /**
   * @param rate samples a second, as far as is known
   * @throws when nobody wants it any more
   */
  async read(start: number, end: number, rate: number, signal: AbortSignal): Promise<Past> {
    const pieces: PromSeries[][] = [];
    const started = performance.now();
    let from = end;
    let total = 0;
    let perSecond = rate;
    const told = (problem?: string): Past => ({
      pieces: pieces.toReversed(),
      from,
      ...(problem !== undefined && { problem }),
    });
    while (from > start) {
      const expected = Math.floor(PIECE_SAMPLES / Math.max(perSecond, 1));
      const length = Math.min(from - start, LONGEST_PIECE, Math.max(SHORTEST_PIECE, expected));
      if (total + perSecond * length > MOST_SAMPLES) return told('it is too much.');
      if (performance.now() - started > LONGEST_READING_MS) return told('it takes too long.');
      let piece: PromSeries[];
      try {
        // A second more: releases differ in whether what was at the first moment belongs to it.
        piece = await this.#api.query(`${this.#selector}[${length + 1}s]`, signal, from);
      } catch (error) {
        if (signal.aborted) throw error;
        return told(problemOf(error).message);
      }
      const samples = samplesOf(piece);
      total += samples;
      perSecond = Math.max(samples / length, rate);
      pieces.push(piece);
      from -= length;
    }
    return told();
  }
}

export function samplesOf(series: readonly PromSeries[]): number {
  return series.reduce((sum, { samples }) => sum + samples.length, 0);
}
