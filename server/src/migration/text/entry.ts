import { indentAt, isIdle, lineBreak, lineEnd, lineStart, nextLine } from './lines';

/** Where the name and the value of an assignment stand in a file. */
export interface Written {
  /** Of the name, without quotes. */
  readonly start: number;
  readonly end: number;
  /** The end of the value; of the name where there is no value to be seen. */
  readonly valueEnd: number;
}

/** The stretch of a file that sets one variable, with all that belongs to it alone. */
export type Entry =
  /** Whole lines; `item` for an item of a list of `name` and `value`. */
  | { readonly kind: 'lines' | 'item'; readonly start: number; readonly end: number }
  /** A word among others, with the blanks after it. */
  | { readonly kind: 'word'; readonly start: number; readonly end: number };

/** What may stand between the start of a line and a name that has the line to itself. */
const ALONE_BEFORE =
  /^[ \t]*(?:- +)?["']?(?:export[ \t]+|(?:ENV|env)[ \t]+|Environment=["']?|(?:-e|--env)(?:[ \t]+|=)["']?)?["']?$/;
const ALONE_AFTER = /^["']?[ \t]*(?:#.*)?$/;
/** A line that goes on in the next one: a word of it can go with its line, unless a keyword stands before it. */
const CONTINUED = /^["']?[ \t]*\\$/;
const KEYWORD = /(?:^|[^-\w])(?:export|ENV|env)[ \t]+["']?$/;

/** The entry of a variable; `undefined` where it is written in a way that we do not know. */
export function entryOf(text: string, written: Written, asItem: boolean): Entry | undefined {
  return (
    (asItem ? itemOf(text, written) : undefined) ??
    (asItem && !isKey(text, written) ? undefined : assignmentOf(text, written))
  );
}

/** The name is the key of a mapping: `NAME: value`. */
function isKey(text: string, { end }: Written): boolean {
  return /^["']?[ \t]*:(?=\s)/.test(text.slice(end, end + 80));
}

function assignmentOf(text: string, written: Written): Entry | undefined {
  const { start, valueEnd } = written;
  const first = lineStart(text, start);
  const last = lineEnd(text, valueEnd);
  const before = text.slice(first, start);
  const after = text.slice(valueEnd, last);
  const alone =
    ALONE_BEFORE.test(before) && (ALONE_AFTER.test(after) || (CONTINUED.test(after) && !KEYWORD.test(before)));
  if (alone) return { kind: 'lines', start: first, end: nextLine(text, valueEnd) };
  return isKey(text, written) ? undefined : wordOf(text, start, valueEnd, first, last);
}

function wordOf(text: string, nameStart: number, valueEnd: number, first: number, last: number): Entry | undefined {
  const opening = text[nameStart - 1];
  const quoted = opening === '"' || opening === "'";
  let start = quoted ? nameStart - 1 : nameStart;
  let end = valueEnd;
  const closing = text[end];
  if (closing === '"' || closing === "'") end += 1;
  const option = /(?:^|[ \t])((?:-e|--env)(?:[ \t]+|=))$/.exec(text.slice(first, start));
  if (option) start -= option[1]!.length;
  const blanks = /[ \t]*/y;
  blanks.lastIndex = end;
  const behind = blanks.exec(text)![0].length;
  // A keyword that is left without a word means something else.
  const follower = text.slice(end + behind, last);
  if (KEYWORD.test(text.slice(first, start)) && !/^(?:["']?\w+=|\\$)/.test(follower)) return undefined;
  if (KEYWORD.test(text.slice(first, start)) && /^\\$/.test(follower)) {
    // The next line takes its place behind the keyword.
    const next = nextLine(text, last);
    return { kind: 'word', start, end: next + indentAt(text, next) };
  }
  if (behind > 0) return { kind: 'word', start, end: end + behind };
  if (end < last && !/[;&|)"'`]/.test(text[end]!)) return undefined;
  const gap = /[ \t]*$/.exec(text.slice(first, start))![0].length;
  return { kind: 'word', start: start - gap, end };
}

const KEY = /^["']?(?:name|value|valueFrom)["']?[ \t]*:/;

/** The item of a list in which a name stands: `- name: X`, with its other lines. */
function itemOf(text: string, { start, valueEnd }: Written): Entry | undefined {
  let first = lineStart(text, start);
  let dash = dashAt(text, first);
  const column = indentAt(text, first);
  while (dash === undefined && first > 0) {
    first = lineStart(text, first - 1);
    if (isIdle(text.slice(first, lineEnd(text, first)))) return undefined;
    dash = dashAt(text, first);
    if (dash === undefined && indentAt(text, first) < column) return undefined;
  }
  if (!dash) return undefined;
  const content = text.slice(dash.content, lineEnd(text, dash.content));
  if (!KEY.test(content.replace(/^\{\s*/, ''))) return undefined;
  let end = nextLine(text, Math.max(start, valueEnd));
  for (let line = nextLine(text, first); line < text.length; line = nextLine(text, line)) {
    const idle = isIdle(text.slice(line, lineEnd(text, line)));
    const indent = indentAt(text, line);
    if (!idle && indent <= dash.indent) break;
    if (!idle && indent === dash.content - first && !KEY.test(text.slice(line + indent))) return undefined;
    if (!idle) end = Math.max(end, nextLine(text, line));
  }
  return { kind: 'item', start: first, end };
}

function dashAt(text: string, line: number): { readonly indent: number; readonly content: number } | undefined {
  const match = /^([ ]*)(-[ ]+)/.exec(text.slice(line, lineEnd(text, line)));
  return match ? { indent: match[1]!.length, content: line + match[0].length } : undefined;
}

/** The edit that takes an entry out, with the key above it when nothing else stands below that. */
export function removal(text: string, entry: Entry): { readonly start: number; readonly end: number } {
  if (entry.kind === 'word') return { start: entry.start, end: entry.end };
  const first = text.slice(entry.start, lineEnd(text, entry.start));
  const indent = indentAt(text, entry.start);
  const above = entry.start > 0 ? lineStart(text, entry.start - 1) : entry.start;
  const parent = /^([ ]*)(?:env|environment):[ \t]*$/.exec(text.slice(above, lineEnd(text, above)));
  const below = text.slice(entry.end, lineEnd(text, entry.end));
  const listed = /^ *- /.test(first);
  // The list or mapping goes on with a line of the same depth; an item may stand as deep as its key.
  const goesOn = listed ? new RegExp(`^ {${indent}}-( |$)`).test(below) : indentAt(text, entry.end) === indent;
  const alone = parent && parent[1]!.length <= indent && !(goesOn && below.trim() !== '');
  return { start: alone ? above : entry.start, end: entry.end };
}

/** How a new variable is written next to another one, in its notation; the new text and where it goes. */
export function besides(
  text: string,
  written: Written,
  entry: Entry,
  name: string,
  value: string,
): { readonly start: number; readonly newText: string } | undefined {
  if (entry.kind === 'item') {
    const dash = dashAt(text, entry.start)!;
    const margin = text.slice(entry.start, dash.content);
    const eol = lineBreak(text, entry.start);
    const inside = ' '.repeat(margin.length);
    return {
      start: entry.start,
      newText: `${margin}name: ${name}${eol}${inside}value: ${JSON.stringify(value)}${eol}`,
    };
  }
  const { start, end } = written;
  const quote = text[start - 1] === '"' || text[start - 1] === "'" ? text[start - 1]! : '';
  const ends = text[end];
  const assigns = ends === '=';
  if (!assigns && !/^["']?:[ \t]/.test(text.slice(end, end + 3))) return undefined;
  const word = assigns ? `${name}=${value}${quote}` : `${name}${quote}: ${JSON.stringify(value)}`;
  if (entry.kind === 'word') {
    const before = text.slice(entry.start, start);
    const lead = /^[ \t]*/.exec(before)![0];
    return { start: entry.start + lead.length, newText: `${before.slice(lead.length)}${word} ` };
  }
  const line = lineEnd(text, written.valueEnd);
  const continued = CONTINUED.test(text.slice(written.valueEnd, line)) ? ' \\' : '';
  return {
    start: entry.start,
    newText: `${text.slice(entry.start, start)}${word}${continued}${lineBreak(text, entry.start)}`,
  };
}
