import type { WordPart } from 'unbash';
import type { Encoder } from '../source-text';
import { singleQuoted } from './encoders';
import type { Script } from './script';

interface PartSpan {
  readonly pos: number;
  readonly end: number;
}

/**
 * `'it'\''s'` and `'it'"'"'s'`: how a quote is written inside single quotes. Seen as one character of one quoted text,
 * so that what stands around it can be edited as a whole. `index` is that of the part before.
 */
export function quoteInSingleQuotes(
  parts: readonly WordPart[],
  index: number,
  { text }: Script,
): { readonly start: number; readonly end: number; readonly text: string; readonly encoder: Encoder } | undefined {
  const before = parts[index - 1];
  const part = parts[index];
  const after = parts[index + 1];
  if (before?.type !== 'SingleQuoted' || after?.type !== 'SingleQuoted' || !part) return undefined;
  const raw = text.slice(part.pos, part.end);
  if (raw !== "\\'" && raw !== `"'"`) return undefined;
  return { start: before.end - 1, end: after.pos + 1, text: "'", encoder: singleQuoted };
}

/** Where `~` or `~name` at the start of a word ends; its start when it is not there. */
export function homePrefix(text: string, part: PartSpan): number {
  if (text[part.pos] !== '~') return part.pos;
  const match = /^~[A-Za-z0-9_.+-]*(?=[/:]|$)/.exec(text.slice(part.pos, part.end));
  return match ? part.pos + match[0].length : part.pos;
}

/** The lines of a `<<-` body without the tabs that lead them. */
export function withoutTabs(text: string, part: PartSpan): PartSpan[] {
  const runs: PartSpan[] = [];
  let from = part.pos;
  let lineStart = part.pos === 0 || text[part.pos - 1] === '\n';
  for (let at = part.pos; at < part.end; at++) {
    if (lineStart && text[at] === '\t') {
      if (at > from) runs.push({ pos: from, end: at });
      from = at + 1;
      continue;
    }
    lineStart = text[at] === '\n';
  }
  if (part.end > from) runs.push({ pos: from, end: part.end });
  return runs;
}
