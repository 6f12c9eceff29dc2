import type { WordPart } from 'unbash';
import type { Encoder } from '../source-text';
import { singleQuoted } from './encoders';
import type { PartSpan } from './quoting';
import type { Script } from './script';

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

/** A stretch of a `<<-` body: text, or a line end with the tabs that lead the next line and are dropped. */
export interface TabbedRun extends PartSpan {
  readonly lineEnd: boolean;
}

/**
 * The body of `<<-` without the tabs that lead its lines; a line joined to the one before keeps its own.
 * @param joins a backslash joins lines: the delimiter is not quoted
 */
export function withoutTabs(text: string, part: PartSpan, joins: boolean): TabbedRun[] {
  const runs: TabbedRun[] = [];
  const add = (pos: number, end: number, lineEnd: boolean) => {
    if (end > pos) runs.push({ pos, end, lineEnd });
  };
  const skipTabs = (from: number): number => {
    let at = from;
    for (;;) {
      const dropped = text[at] === '\t' ? 1 : joins && text.startsWith('\\\n', at) ? 2 : 0;
      if (dropped === 0 || at + dropped > part.end) return at;
      at += dropped;
    }
  };
  const atLineStart = part.pos === 0 || (text[part.pos - 1] === '\n' && !isJoined(part.pos - 1));
  let from = atLineStart ? skipTabs(part.pos) : part.pos;
  for (let at = from; at < part.end; at++) {
    if (text[at] !== '\n' || isJoined(at)) continue;
    const next = skipTabs(at + 1);
    if (next === at + 1) continue;
    add(from, at, false);
    add(at, next, true);
    from = next;
    at = next - 1;
  }
  add(from, part.end, false);
  return runs;

  function isJoined(lineEnd: number): boolean {
    let backslashes = 0;
    while (text[lineEnd - 1 - backslashes] === '\\') backslashes++;
    return joins && backslashes % 2 === 1;
  }
}
