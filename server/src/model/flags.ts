import type { Place, Reason, SourceText, TreeNode } from '../syntax';
import type { Value } from './value';

/** One use of a command-line flag. */
export interface Flag {
  /** Canonical long name without dashes, underscores as dashes: `kv-transfer-config`. Short aliases are resolved. */
  readonly name: string;
  /** As written, with dashes and without value: `--kv_transfer_config.kv_role`. */
  readonly spelled: string;
  /** The flag's own characters (without `=value`), editable. */
  readonly text: SourceText;
  /** For dotted flags, the keys after the first dot as written. */
  readonly path: readonly string[];
  /** The dotted key ended in `+`: the value is appended to a list. */
  readonly append: boolean;
  /** The value given; none for a bare flag. Flags with several values have the first here and all in `values`. */
  readonly value: Value | undefined;
  readonly values: readonly Value[];
  /** Given as `--no-NAME`. */
  readonly negated: boolean;
  /** From a `--config` file rather than the command line. */
  readonly fromConfigFile: boolean;
  /** A value that is written as a mapping, in a `--config` file or another map of flags; `value` is then missing. */
  readonly tree?: TreeNode | undefined;
}

/** The flags of one launch, in the order in which the parser sees them; of a repeated one the last counts. */
export class Flags {
  readonly list: readonly Flag[];
  /** What else may add flags: `"$@"`, an unknown word, a wrapper, a `--config` file that is not there. */
  readonly open: readonly Reason[];
  readonly positionals: readonly Value[];

  constructor(list: readonly Flag[], open: readonly Reason[], positionals: readonly Value[] = []) {
    this.list = list;
    this.open = open;
    this.positionals = positionals;
  }

  all(name: string): Flag[] {
    return this.list.filter((flag) => flag.name === name);
  }

  /** The use that counts, dotted ones apart. */
  get(name: string): Flag | undefined {
    return this.list.findLast((flag) => flag.name === name && flag.path.length === 0);
  }

  absent(name: string): boolean {
    return this.open.length === 0 && !this.list.some((flag) => flag.name === name);
  }

  static readonly empty = new Flags([], []);
}

/** The place of a flag's value, or of the flag when it has none. */
export function flagPlace(flag: Flag): Place {
  return flag.text.place();
}
