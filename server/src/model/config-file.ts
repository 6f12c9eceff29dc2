import type { Place } from '../syntax';
import type { Variable } from './environment';

/** A line that the reader of a configuration file takes for something else than it looks like, or for nothing. */
export interface ConfigFileProblem {
  /**
   * In a ucx.conf: `no-sign`, `no-bracket`, `indented`, `too-long`. In NIXL's file: `toml`, a mistake of notation, or
   * `newer`, which TOML has from 1.1 on.
   */
  readonly kind: 'no-sign' | 'no-bracket' | 'indented' | 'too-long' | 'toml' | 'newer';
  readonly place: Place;
  /** What is wrong, as a clause. */
  readonly message: string;
}

/** What a file of a library's own settings says beside the settings that count. */
export interface ConfigFile {
  readonly library: 'ucx' | 'nixl';
  readonly problems: readonly ConfigFileProblem[];
  /** Names that the library never looks up in this file. */
  readonly unread: readonly Variable[];
}
