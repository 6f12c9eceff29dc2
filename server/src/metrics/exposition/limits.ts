/** What a page may ask of us at most. Whatever is beyond is left out, and the page is not complete. */
export interface ReadLimits {
  /** Samples of one page. */
  readonly series: number;
  /** Bytes of one line; a longer one is left out by itself. */
  readonly lineBytes: number;
  /** Bytes of the name and the labels of one series; a longer one is left out by itself. */
  readonly headBytes: number;
  /** Bytes of all names and labels that a reader remembers. */
  readonly labelBytes: number;
}

export const MOST_SERIES = 100_000;
export const MOST_LABEL_BYTES = 32 * 2 ** 20;

export const DEFAULT_LIMITS: ReadLimits = {
  series: MOST_SERIES,
  lineBytes: 65_536,
  headBytes: 4096,
  labelBytes: MOST_LABEL_BYTES,
};
