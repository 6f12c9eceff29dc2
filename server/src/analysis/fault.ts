/**
 * An error of ours for the log: its kind and where it was thrown. Not its message, which may quote what the user wrote
 * (`JSON.parse` does).
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 5).map((frame) => frame.trim())].join(' ');
}
