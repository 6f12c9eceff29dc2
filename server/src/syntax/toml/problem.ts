import type { Place } from '../source-text';

/** A mistake of notation: a reader that follows TOML 1.0 refuses the whole file for it. */
export interface TomlProblem {
  readonly kind: TomlProblemKind;
  readonly place: Place;
  /** What is wrong, as a clause: "a second value for `a`". */
  readonly message: string;
}

export type TomlProblemKind =
  | 'missing-key'
  | 'missing-sign'
  | 'missing-value'
  | 'missing-quote'
  | 'missing-bracket'
  | 'missing-comma'
  | 'bad-value' // a word, number, date or time that TOML does not know
  | 'bad-escape'
  | 'control-character'
  | 'trailing-text' // behind a value or a header
  | 'repeated-key'
  | 'redefined' // a table, list or value that was closed before
  | 'newer' // written as TOML 1.1 allows it
  | 'too-deep';
