import { nestingDepth } from '../syntax';

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

/** Why this text is not parsed, or `undefined` when it is. */
export function tooDeep(text: string): string | undefined {
  return nestingDepth(text) > MAX_NESTING ? `nested more than ${MAX_NESTING} levels deep: over the limit` : undefined;
}
