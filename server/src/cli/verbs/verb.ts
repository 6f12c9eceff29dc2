import type { Terminal } from '../terminal';

/** One thing that the command line can do, named by its first word. */
export interface Verb {
  readonly name: string;
  /** What `nixl-lint VERB --help` prints, with a line break at its end. */
  readonly help: string;
  /**
   * @param words the command line behind the verb
   * @returns the exit code
   * @throws WrongUse which becomes a message and exit code 2
   */
  run(words: readonly string[], terminal: Terminal): Promise<number>;
}

/** A verb that is not loaded yet. */
export interface VerbEntry {
  readonly name: string;
  /** One line for the program's own help. */
  readonly summary: string;
  load(): Promise<Verb>;
}
