import type { Page, Sample } from '../page';
import { endsWithinHistogram } from './histogram-end';
import { MOST_NAMES } from './name-table';

/** What a page has said so far. */
export class Reading {
  readonly samples: Sample[] = [];
  readonly families = new Set<string>();
  readonly starts: number[] = [];
  openMetrics = false;
  /** `# EOF` was there. */
  ended = false;
  /** It ended in the middle of a line. */
  cut = false;
  /** It has more of these than the limits allow. */
  beyond: Page['beyond'];
  /** Where the line of the last sample ended in the piece at hand, and whether that was the last line so far. */
  sampleEnd = -1;
  endsWithSample = false;
  /** Lines that are none. */
  faults = 0;
  bytes = 0;

  declare(family: string): void {
    if (this.families.size < MOST_NAMES) this.families.add(family);
  }

  /** Ends the page with what stands after its last line end: nothing, or the end of OpenMetrics, which may stand so. */
  end(rest: Buffer): void {
    if (/^# EOF\r?$/.test(rest.toString('latin1'))) {
      this.openMetrics = true;
      this.ended = true;
    } else if (rest.length > 0) {
      this.cut = true;
    }
  }

  page(at: number): Page {
    const [start, ...others] = this.starts;
    return {
      at,
      format: this.openMetrics ? 'openmetrics' : 'text',
      bytes: this.bytes,
      complete: !this.cut && this.beyond === undefined && (this.ended || !this.openMetrics),
      samples: this.samples,
      families: this.families,
      faults: this.faults,
      ...(this.beyond !== undefined && { beyond: this.beyond }),
      // The end of OpenMetrics says that nothing is missing.
      ...(this.endsWithSample && !this.ended && endsWithinHistogram(this.samples) && { unfinished: true as const }),
      ...(start !== undefined && others.every((other) => other === start) && { processStart: start }),
    };
  }
}
