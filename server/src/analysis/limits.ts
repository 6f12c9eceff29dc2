import type { Deployment, Engine, Unchecked } from '../model';
import { countYamlPieces, grouped, nestingDepth } from '../syntax';

/** Characters that are parsed of one file. The files we read are written by hand; their parsers are not linear in time. */
export const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Levels of nesting that are parsed. The YAML library ends the whole process on a few thousand levels of flow style. */
export const MAX_NESTING = 200;

/** Why these parts of a file are not parsed together, or `undefined` when they are. Asked before any parser. */
export function tooLong(parts: readonly { readonly text: string }[]): string | undefined {
  const characters = parts.reduce((sum, { text }) => sum + text.length, 0);
  const limit = MAX_CHARACTERS / 1024 / 1024;
  return characters > MAX_CHARACTERS ? `more than ${limit} MB of text to check: over the limit` : undefined;
}

/**
 * Lines and values that are parsed of one YAML document, and of all documents of a file that concern us. The library
 * takes some 4 kB and 20 µs for each pair, however short: a document of `a: b` lines is too much long before it has
 * 8 MB, and manifests of hundreds of kilobytes stay far below.
 */
export const MAX_PIECES = { document: 120_000, file: 200_000 };

/** Watches over how much is parsed of one YAML file. */
export class PieceCount {
  private parsed = 0;

  /** Why this document is not parsed, or `undefined` when it is: then it counts. */
  refuses(text: string): string | undefined {
    const pieces = countYamlPieces(text);
    const { document, file } = MAX_PIECES;
    if (pieces > document)
      return `more than ${grouped(document)} lines and values in one YAML document: over the limit`;
    if (this.parsed + pieces > file) {
      return `more than ${grouped(file)} lines and values in the YAML documents of one file: over the limit`;
    }
    this.parsed += pieces;
    return undefined;
  }
}

const DEEP = `nested more than ${MAX_NESTING} levels deep: over the limit`;

/** Why this text is not parsed, or `undefined` when it is. */
export function tooDeep(text: string): string | undefined {
  return nestingDepth(text) > MAX_NESTING ? DEEP : undefined;
}

/**
 * The same for what stands in a quoted text, whose nesting only its own parser sees. That we stop there is no mistake of
 * the file: the configuration becomes one that is not known.
 */
export function withinLimits(deployment: Deployment): Deployment {
  const unchecked: Unchecked[] = [];
  const engines = deployment.engines.map((engine): Engine => {
    const { kvTransfer } = engine;
    const deep = kvTransfer?.problems.find(({ kind }) => kind === 'too-deep');
    if (!kvTransfer || !deep) return engine;
    unchecked.push({ place: kvTransfer.place, reason: DEEP });
    return { ...engine, kvTransfer: { ...kvTransfer, root: undefined, problems: [] } };
  });
  return unchecked.length > 0
    ? { ...deployment, engines, unchecked: [...deployment.unchecked, ...unchecked] }
    : deployment;
}
