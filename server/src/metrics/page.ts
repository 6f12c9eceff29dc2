/** What a line of a metrics page says of its family. `created`: a moment, never to be summed. */
export type Part = 'value' | 'bucket' | 'sum' | 'count' | 'created';

export type Labels = Readonly<Record<string, string>>;

/** Labels without `le`, shared by all series of a page that carry them: equal by identity within one reader. */
export interface LabelSet {
  /** Sorted and escaped: equal for equal labels, whoever read them. */
  readonly key: string;
  readonly labels: Labels;
}

/** One series. A reader makes it once and hands out the same object with every page. */
export interface Series {
  /**
   * The name as vLLM or NIXL registers it, without what client libraries add to it: `vllm:nixl_xfer_time_seconds`,
   * `vllm:nixl_num_failed_transfers`, however the page spells it (Ray writes `ray_vllm_…`).
   */
  readonly family: string;
  readonly part: Part;
  readonly set: LabelSet;
  /** Upper edge of a bucket, `Infinity` for the last. */
  readonly le?: number;
}

export interface Sample {
  readonly series: Series;
  /** May be `NaN` or infinite, as written. */
  readonly value: number;
}

/** What was wanted of one answer of one endpoint. */
export interface Page {
  /** When the answer was complete: milliseconds since the epoch. */
  readonly at: number;
  readonly format: 'text' | 'openmetrics';
  readonly bytes: number;
  /** False where the answer broke off: its last line is not in `samples`, and absence proves nothing. */
  readonly complete: boolean;
  /** It has more than is read of one page: series, or bytes of names and labels. */
  readonly beyond?: 'series' | 'labels';
  /** Its last line belongs to a histogram whose other lines are missing: it may have been cut between two lines. */
  readonly unfinished?: true;
  readonly samples: readonly Sample[];
  /** Families of vLLM and NIXL that the page declares, also those without a series and those that nobody wants. */
  readonly families: ReadonlySet<string>;
  /** Lines that could not be read; each costs itself only. */
  readonly faults?: number;
  /** `process_start_time_seconds`, where the page has it, and only one. */
  readonly processStart?: number;
}
