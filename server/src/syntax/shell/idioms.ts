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

/** The lines of a `<<-` body without the tabs that lead them; a line joined to the one before keeps its own. */
export function withoutTabs(text: string, part: PartSpan, joins: boolean): PartSpan[] {
  const runs: PartSpan[] = [];
  let from = part.pos;
  let lineStart = startsLine(part.pos);
  for (let at = part.pos; at < part.end; at++) {
    const dropped = text[at] === '\t' ? 1 : joins && text.startsWith('\\\n', at) ? 2 : 0;
    if (lineStart && dropped > 0 && at + dropped <= part.end) {
      if (at > from) runs.push({ pos: from, end: at });
      from = at + dropped;
      at = from - 1;
      continue;
    }
    lineStart = startsLine(at + 1);
  }
  if (part.end > from) runs.push({ pos: from, end: part.end });
  return runs;

  function startsLine(at: number): boolean {
    if (at > 0 && text[at - 1] !== '\n') return false;
    let backslashes = 0;
    while (text[at - 2 - backslashes] === '\\') backslashes++;
    return !joins || backslashes % 2 === 0;
  }
}
