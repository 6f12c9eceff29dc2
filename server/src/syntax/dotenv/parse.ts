import type { Place, Reason, SourceText } from '../source-text';
import { parseComposeEnv } from './compose';
import { parseDockerEnv } from './docker';
import { parseShellEnv } from './shell';
import { parseSystemdEnv } from './systemd';

/**
 * Who reads the file, which decides what quotes, backslashes, `$` and `#` mean:
 * - `dotenv`: Compose (`.env`, `env_file`), and nearly the same the dotenv packages of most languages
 * - `docker`: `docker run --env-file`
 * - `systemd`: `EnvironmentFile=`
 * - `shell`: `source FILE`, `. FILE`
 */
export type DotenvDialect = 'dotenv' | 'docker' | 'systemd' | 'shell';

export interface DotenvEntry {
  readonly nameText: SourceText;
  /** `undefined` for a bare name, whose value comes from the process that reads the file. */
  readonly value: SourceText | undefined;
  readonly exported: boolean;
  /** From the name, or its `export`, to the end of the value. */
  readonly place: Place;
}

export interface DotenvProblem {
  readonly place: Place;
  /** What the reader of the file makes of it, as a clause. */
  readonly message: string;
  /** The reader refuses the whole file. */
  readonly fatal: boolean;
}

export interface DotenvResult {
  /** In the order written; of a repeated name the last one counts. */
  readonly entries: readonly DotenvEntry[];
  readonly problems: readonly DotenvProblem[];
  /** What else may have set variables: a sourced file that sources another. */
  readonly open: readonly Reason[];
  /** The limit that was reached, in words: what goes beyond it is not known. */
  readonly exhausted?: string | undefined;
}

/** Reads a file of `NAME=value` lines. Never throws. */
export function parseDotenv(source: SourceText, dialect: DotenvDialect): DotenvResult {
  switch (dialect) {
    case 'docker':
      return parseDockerEnv(source);
    case 'systemd':
      return parseSystemdEnv(source);
    case 'shell':
      return parseShellEnv(source);
    case 'dotenv':
      return parseComposeEnv(source);
  }
}
