import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of this checkout. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** One line for the person who runs the script. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line about what went wrong; the script goes on, and ends with a failure. */
export function fail(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
