import type { Place } from '../source-text';

/** A mistake of notation in a text that should be JSON. */
export interface JsonSyntaxProblem {
  readonly kind: JsonProblemKind;
  readonly place: Place;
  /** What is wrong, as a clause: "a comma before `}`". */
  readonly message: string;
  /** A replacement that mends it; where a mistake is repeated, all of its repeats. */
  readonly fix?: { readonly title: string; readonly place: Place; readonly newText: string } | undefined;
}

export type JsonProblemKind =
  | 'empty'
  | 'not-json' // neither object, list, string, number nor literal
  | 'quotes-lost' // keys and texts without any double quote
  | 'outer-quotes' // quotes around the whole JSON that are part of the value
  | 'escaped-quotes' // `{\"key\": …}` with the backslashes in the value
  | 'single-quotes'
  | 'curly-quotes'
  | 'python-literal' // True, False, None
  | 'unquoted-key'
  | 'unquoted-text'
  | 'number-suffix' // 1_000, 5GB, 1e9f
  | 'bad-number' // +1, 01, .5, 1., 0x10
  | 'bad-escape'
  | 'control-character' // a line break or tab inside a string
  | 'comment'
  | 'trailing-comma'
  | 'extra-comma'
  | 'missing-comma'
  | 'missing-colon'
  | 'missing-value'
  | 'missing-quote'
  | 'missing-bracket'
  | 'wrong-bracket'
  | 'unexpected-character'
  | 'trailing-text'
  | 'too-deep';

/** Mistakes that leave no doubt about what was meant; after any other nothing further is reported. */
export const plainMistakes: ReadonlySet<JsonProblemKind> = new Set<JsonProblemKind>([
  'outer-quotes',
  'escaped-quotes',
  'single-quotes',
  'curly-quotes',
  'python-literal',
  'unquoted-key',
  'unquoted-text',
  'number-suffix',
  'bad-number',
  'bad-escape',
  'control-character',
  'comment',
  'trailing-comma',
]);
