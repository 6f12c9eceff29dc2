import type { SourceText } from '../source-text';
import type { ObjectNode } from '../tree';
import { TomlParser } from './parser';
import type { TomlProblem } from './problem';

export interface TomlResult {
  /** What can be read, mistakes or not. */
  readonly root: ObjectNode;
  /** In order. With any of them a reader of TOML 1.0 takes nothing from the file. */
  readonly problems: readonly TomlProblem[];
}

/**
 * Reads TOML 1.0, which is what NIXL's library (toml++ 3.4) takes, and goes on with the next line after mistakes. A value
 * with an unknown stretch is unknown as a whole. Never throws.
 */
export function parseToml(source: SourceText): TomlResult {
  const parser = new TomlParser(source, source.holes());
  return { root: parser.document(), problems: parser.problems };
}
