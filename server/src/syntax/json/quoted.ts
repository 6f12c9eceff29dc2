import { firstEndingAfter, refused } from '../segments';
import type { Hole, SourceText } from '../source-text';
import type { Span } from '../span';
import type { JsonCursor } from './cursor';
import { decodeJsonString, escapeJson, jsonEscapeLength } from './string';

/** A string with its quotes, and its text. */
export interface Quoted {
  readonly span: Span;
  readonly text: SourceText;
}

/** Opening quotes that word processors and chat programs make, and what closes them. */
const curlyQuotes: Readonly<Record<string, RegExp>> = {
  '\u201c': /[\u201c\u201d\u201f"]/,
  '\u201d': /[\u201c\u201d\u201f"]/,
  '\u201e': /[\u201c\u201d\u201f"]/,
  '\u2018': /[\u2018\u2019]/,
  '\u2019': /[\u2018\u2019]/,
};

/** A string in double quotes, or in what people take for them. */
export function readQuoted(cursor: JsonCursor): Quoted | undefined {
  const start = cursor.at;
  const character = cursor.text[start]!;
  if (character === '"') return readString(cursor);
  if (character === '\\' && cursor.text[start + 1] === '"') return readEscapedQuotes(cursor);
  const curly = curlyQuotes[character];
  if (!curly && character !== "'") return undefined;
  const end = closingQuote(cursor, start + 1, curly ?? /'/);
  cursor.at = end + (end < cursor.text.length ? 1 : 0);
  const span = { start, end: cursor.at };
  if (end >= cursor.text.length) {
    cursor.mistake('missing-quote', { start, end: start + 1 }, `a \`${character}\` that is never closed`);
  } else {
    const content = cursor.text.slice(start + 1, end);
    const known = !cursor.holeIn(span);
    const newText = `"${content.replace(/\\'/g, "'").replace(/(^|[^\\])"/g, '$1\\"')}"`;
    const edits = known
      ? [{ ...span, newText }]
      : [
          { start, end: start + 1, newText: '"' },
          { start: end, end: end + 1, newText: '"' },
        ];
    if (curly) cursor.mistake('curly-quotes', span, 'typographic quotes', 'Write double quotes', edits);
    else cursor.mistake('single-quotes', span, 'single quotes', 'Write double quotes', edits);
  }
  const text = cursor.source.slice(Math.min(start + 1, end), end, refused);
  return { span, text };
}

function readString(cursor: JsonCursor): Quoted {
  const start = cursor.at;
  const end = closingQuote(cursor, start + 1, /"/);
  const closed = end < cursor.text.length;
  cursor.at = end + (closed ? 1 : 0);
  const span = { start, end: cursor.at };
  const from = firstEndingAfter(cursor.holes, start);
  const holes = cursor.holes.slice(from, firstEndingAfter(cursor.holes, end));
  if (closed) checkString(cursor, start + 1, end, holes);
  else cursor.mistake('missing-quote', { start, end: start + 1 }, 'a string that is never closed');
  return { span, text: decodeJsonString(cursor.source, span, holes) };
}

/** What `json.loads` refuses within a string: unknown escapes and control characters. */
function checkString(cursor: JsonCursor, start: number, end: number, holes: readonly Hole[]): void {
  const pattern = /\\|\p{Cc}/gu;
  // Only this string: a search to the next match in all of the text would make many strings quadratic.
  const content = cursor.text.slice(start, end);
  for (let match = pattern.exec(content); match; match = pattern.exec(content)) {
    const at = start + match.index;
    const hole = holes[firstEndingAfter(holes, at)];
    if (hole && hole.start <= at) {
      pattern.lastIndex = hole.end - start;
      continue;
    }
    if (match[0] !== '\\') {
      if (match[0] >= ' ') continue;
      const name =
        match[0] === '\n' || match[0] === '\r' ? 'a line break' : match[0] === '\t' ? 'a tab' : 'a control character';
      cursor.mistake(
        'control-character',
        { start: at, end: at + 1 },
        `${name} inside a string`,
        'Write it as an escape',
        [{ start: at, end: at + 1, newText: escapeJson(match[0]) }],
      );
      continue;
    }
    const length = jsonEscapeLength(cursor.text, at);
    if (length === 0) {
      const span = { start: at, end: Math.min(at + 2, end) };
      cursor.mistake(
        'bad-escape',
        span,
        `\`${cursor.text.slice(span.start, span.end)}\`, which is no escape in JSON`,
        'Write the backslash twice',
        [{ start: at, end: at + 1, newText: '\\\\' }],
      );
    }
    pattern.lastIndex = match.index + Math.max(2, length);
  }
}

/** `\"text\"`: a layer that should have taken the backslashes off did not. */
function readEscapedQuotes(cursor: JsonCursor): Quoted {
  const start = cursor.at;
  let end = start + 2;
  while (end < cursor.text.length && !cursor.text.startsWith('\\"', end)) end++;
  const closed = end < cursor.text.length;
  cursor.at = Math.min(cursor.text.length, end + 2);
  cursor.mistake(
    'escaped-quotes',
    { start, end: start + 2 },
    'a backslash before a quote that is part of the value',
    'Remove the backslashes',
    [{ start, end: start + 1, newText: '' }, ...(closed ? [{ start: end, end: end + 1, newText: '' }] : [])],
  );
  return { span: { start, end: cursor.at }, text: cursor.source.slice(Math.min(start + 2, end), end, refused) };
}

/** The offset of the closing quote, or the end of the text. Escapes and unknown stretches are passed over. */
function closingQuote({ text, holes }: JsonCursor, from: number, quote: RegExp): number {
  let index = firstEndingAfter(holes, from);
  for (let at = from; at < text.length; at++) {
    while (index < holes.length && holes[index]!.end <= at) index++;
    const hole = holes[index];
    if (hole && hole.start <= at) at = hole.end - 1;
    else if (text[at] === '\\') at++;
    else if (quote.test(text[at]!)) return at;
  }
  return text.length;
}
