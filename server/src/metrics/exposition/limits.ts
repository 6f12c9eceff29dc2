/** What a page may ask of us at most. Whatever is beyond is left out, and the page is not complete. */
export interface ReadLimits {
  /** Samples of one page. */
  readonly series: number;
  /** Bytes of one line; a longer one is left out by itself. */
  readonly lineBytes: number;
  /** Bytes of all names and labels that a reader remembers. */
  readonly labelBytes: number;
}

export const DEFAULT_LIMITS: ReadLimits = { series: 100_000, lineBytes: 65_536, labelBytes: 33_554_432 };
