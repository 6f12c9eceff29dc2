/** The command line cannot be understood; the message says what and how to write it, and the program ends with 2. */
export class WrongUse extends Error {}

/** What `node:util` says about words that fit no option. */
export function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
