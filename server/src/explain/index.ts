/** Logs → what their messages mean, what to write, and which line of configuration is to blame. */
export { type Blame, BlameSearch } from './blame';
export { type Explanation, explanationOf } from './explanation';
export { LogReader, type LogReading, readLog } from './read-log';
export type { Recognition } from './tally';
