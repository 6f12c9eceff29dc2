import type { StandardInput } from './check';

/** What the program needs of the process around it. */
export interface Terminal {
  readonly input: StandardInput;
  /** Standard input as it comes, for what is too large to hold. */
  readonly inputPieces: () => AsyncIterable<Uint8Array>;
  /** Standard output: the report and nothing else. */
  out(text: string): Promise<void>;
  /** Standard error. */
  say(line: string): void;
  /** Standard output shows colours. */
  readonly colors: boolean;
}

export const EXIT = { fine: 0, found: 1, failed: 2 } as const;
