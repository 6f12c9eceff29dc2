import type { Analysis } from '../analysis';
import { decodeBytes } from '../analysis';
import type { CheckOptions } from './arguments';
import { displayName } from './path-files';
import { EntryReader, readingOf } from './read-entry';
import type { Report } from './report';
import { Run } from './run';
import { walk } from './walk';

export interface Outcome {
  readonly report: Report;
  /** Paths that are not there. */
  readonly missing: readonly string[];
}

/** Where standard input comes from; a stream in the program, a text in a test. */
export type StandardInput = () => Promise<Uint8Array>;

/** What a run needs to know; the rest of the options says how its report looks. */
export type RunOptions = Pick<CheckOptions, 'paths' | 'assumptions' | 'rules' | 'stdinName' | 'quiet'>;

/**
 * Checks what the user named, one file after the other; keeps what was found and lets the texts go.
 * @param look sees the analysis of every file in which there is something of ours, before it is let go
 */
export async function check(
  options: RunOptions,
  input: StandardInput,
  log: (message: string) => void,
  look: (analysis: Analysis) => void = () => {},
): Promise<Outcome> {
  const run = new Run(options, log, look);
  const reader = new EntryReader();
  const missing: string[] = [];
  if (options.paths.includes('-')) {
    await run.add(
      options.stdinName === undefined ? 'stdin' : displayName(options.stdinName),
      readingOf(decodeBytes(await input())),
    );
  }
  for (const walked of walk(options.paths.filter((path) => path !== '-'))) {
    if ('missing' in walked) missing.push(walked.missing);
    else await run.add(displayName(walked.path), reader.read(walked));
  }
  await run.finish();
  return { report: run.report(), missing };
}
