import type { Place, Reason, SourceText } from '../source-text';

/** A variable that the script sets, and where it says so. */
export interface ShellVariable {
  readonly name: string;
  /** The name's characters at the assignment that counts. */
  readonly nameText: SourceText;
  /** With holes where it is unknown; for an array its first element. */
  readonly value: SourceText;
  /** The elements of an array, in order. */
  readonly elements?: readonly SourceText[] | undefined;
  readonly exported: boolean;
}

export interface ShellRedirect {
  /** `>`, `>>`, `<`, … */
  readonly operator: string;
  readonly target: SourceText;
}

/** One simple command, as the shell would start it. */
export interface ShellCommand {
  /** After expansion, quote removal and field splitting; each maps to its characters, also through variables. */
  readonly words: readonly SourceText[];
  /** As written, one per word of the source: tells that quotes were eaten. */
  readonly rawWords: readonly SourceText[];
  /** For each of `words` the index of the raw word that it came from. */
  readonly origins: readonly number[];
  /** Words may be missing, split or added here: `"$@"`, an unknown expansion without quotes. */
  readonly open: Reason | undefined;
  /** What this script exported up to here and the command's own prefix assignments, in effect order, one per name. */
  readonly environment: readonly ShellVariable[];
  /** Names that the surrounding environment may hold and this script certainly took away (`unset`, `export -n`). */
  readonly removed: readonly string[];
  /** What else may have changed the environment unseen: `source file`, `eval`, `export $(…)`. */
  readonly environmentOpen: readonly Reason[];
  /** The whole simple command. */
  readonly place: Place;
  /** Why it may not run: a branch, a loop, an unknown test, a function that is never called. */
  readonly conditional: Reason | undefined;
  /** May run more than once (in a loop). */
  readonly repeated: boolean;
  readonly background: boolean;
  /** What here-documents, here-strings and a plain `cat` or `echo` before the pipe give it to read. */
  readonly hereDocuments: readonly SourceText[];
  readonly redirects: readonly ShellRedirect[];
}

export interface ShellRun {
  /** In the order in which they would run. */
  readonly commands: readonly ShellCommand[];
  /** At the end, in order of assignment. */
  readonly variables: readonly ShellVariable[];
  /** What else may have changed variables unseen by the end. */
  readonly open: readonly Reason[];
  /** Files that the script writes whole, by the path as it is written (`cat > FILE <<EOF`). */
  readonly files: ReadonlyMap<string, SourceText>;
  readonly problems: readonly { readonly place: Place; readonly message: string }[];
  /** The limit that was reached, such as `more than 30,000 steps of shell`: the script does more than is told here. */
  readonly exhausted: string | undefined;
}

/** What surrounds a script. */
export interface ShellScope {
  /** Values that are known when it starts, such as the container's environment. */
  readonly variables?: ReadonlyMap<string, SourceText>;
  /** Which of them are exported; default: all. */
  readonly exported?: ReadonlySet<string>;
  /** Why other variables may be set when it starts. Default: it inherits from an unknown host; `[]`: certainly none. */
  readonly open?: readonly Reason[];
  /** `$1`, `$2`, …; default: unknown. */
  readonly positionals?: readonly SourceText[];
  /** The text of a file that the script reads (`source ./env.sh`), when it can be had. */
  readonly file?: (path: string) => SourceText | undefined;
}
