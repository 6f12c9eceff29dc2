import type { Span } from '../span';
import type { TemplateAction } from './action';

/** A line of a text with templates. An action that spans lines makes one of them. */
export interface TemplateLine extends Span {
  readonly actions: readonly TemplateAction[];
  /** Nothing but actions, blanks and a comment stands on it. */
  readonly alone: boolean;
  readonly blank: boolean;
  /** Columns before its text. */
  readonly indent: number;
  /** The block scalar that the line is part of. */
  region: Region | undefined;
}

export interface Region {
  readonly folded: boolean;
}

/** The lines of a text, each with the block scalar of YAML that it belongs to. */
export function templateLines(text: string, actions: readonly TemplateAction[], scalars: boolean): TemplateLine[] {
  const lines = splitLines(text, actions);
  if (!scalars) {
    const region = { folded: false };
    for (const line of lines) line.region = region;
    return lines;
  }
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const header = blockHeader.exec(text.slice(line.start, line.end));
    if (header) index = markRegion(lines, index, line.indent, { folded: header[1] === '>' });
  }
  return lines;
}

const blockHeader = /(?:^|[\s:?-])(?:[!&]\S+[ \t]+)*([|>])[-+1-9]{0,2}(?:[ \t]+#.*)?\s*$/;

function splitLines(text: string, actions: readonly TemplateAction[]): TemplateLine[] {
  const lines: TemplateLine[] = [];
  let next = 0;
  for (let start = 0; start <= text.length; ) {
    const own: TemplateAction[] = [];
    let end = endOfLine(text, start);
    while (next < actions.length && actions[next]!.start < end) {
      own.push(actions[next]!);
      end = endOfLine(text, actions[next++]!.end);
    }
    let indent = start;
    while (indent < end && text[indent] === ' ') indent++;
    const blank = text.slice(start, end).trim() === '';
    lines.push({
      start,
      end,
      actions: own,
      alone: isAlone(text, start, end, own),
      blank,
      indent: indent - start,
      region: undefined,
    });
    start = end + 1;
  }
  return lines;
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 ? text.length : found;
}

function isAlone(text: string, start: number, end: number, actions: readonly TemplateAction[]): boolean {
  if (actions.length === 0) return false;
  let at = start;
  for (const action of actions) {
    if (!/^\uFEFF?[ \t]*$/.test(text.slice(at, action.start))) return false;
    at = action.end;
  }
  return /^(?:[ \t]*|[ \t]+#.*)\r?$/.test(text.slice(at, end));
}

/**
 * Marks the lines of the block scalar whose header is line `index`; where its first real line stands decides which
 * lines are its. Actions behind the last one belong to what follows, unless they close one of the scalar's own.
 * @returns the last line of the scalar
 */
function markRegion(lines: readonly TemplateLine[], index: number, parent: number, region: Region): number {
  let content = -1;
  let last = index;
  for (let at = index + 1; at < lines.length; at++) {
    const { blank, alone, indent } = lines[at]!;
    if (blank || alone) continue;
    if (content < 0) content = indent;
    if (indent < content || indent <= parent) break;
    last = at;
  }
  let depth = 0;
  let end = index;
  for (let at = index + 1; at < lines.length && (at <= last || depth > 0); at++) {
    const line = lines[at]!;
    if (at > last && !line.alone && !line.blank) break;
    for (const { role } of line.actions) depth += role === 'open' ? 1 : role === 'end' && depth > 0 ? -1 : 0;
    line.region = region;
    end = at;
  }
  return end;
}
