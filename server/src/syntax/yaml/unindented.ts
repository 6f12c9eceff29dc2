import { type Document, isCollection, isScalar, type Node, visit } from 'yaml';
import type { Span } from '../span';

/** Values of one document that may stand too far left; with more of them the rest stays as the parser left it. */
const rounds = 32;

/** Characters that are parsed again for their sake. Each round parses all of the document. */
const repeated = 1024 * 1024;

/** With more errors than that the document is no YAML that some values stand too far left in. */
const hopeless = 1000;

/**
 * Parses a document whose quoted scalars and flow collections may go on in lines that are not indented deeply enough.
 * YAML 1.2.2 wants them deeper than their parent; libyaml, PyYAML and go-yaml, and with them Kubernetes, do not look.
 * The parser ends such a value at the first of these lines and takes the rest for something else. So the line breaks
 * of the first value that is cut short are blanked and the text, as long as before, is parsed again.
 */
export function parseUnindented<T extends Document.Parsed>(text: string, parse: (text: string) => T): T {
  let document = parse(text);
  let joined = text;
  const most = Math.min(rounds, Math.floor(repeated / Math.max(1, text.length)));
  for (let round = 0; round < most && document.errors.length > 0; round++) {
    if (document.errors.length > hopeless) break;
    const span = cutShort(document, joined);
    if (!span) break;
    const next = joinLines(joined, span);
    const again = parse(next);
    // A quote that is really missing pairs with one that opens another value, and what follows makes no sense.
    const lineEnd = next.indexOf('\n', span.end);
    const until = lineEnd < 0 ? next.length : lineEnd;
    if (again.errors.some(({ pos }) => pos[0] >= span.start && pos[0] <= until)) break;
    document = again;
    joined = next;
  }
  return document;
}

/** The first value without its closing quote or bracket, up to where that stands nevertheless. */
function cutShort(document: Document.Parsed, text: string): Span | undefined {
  let found: Span | undefined;
  visit(document, {
    Node(_, node) {
      const start = (node as Node).range?.[0];
      if (start === undefined || !isCutShort(node as Node, text)) return undefined;
      const end = isScalar(node) ? closingQuote(text, start) : closingBracket(text, start);
      if (end !== undefined) found = { start, end };
      return visit.BREAK;
    },
  });
  return found;
}

function isCutShort(node: Node, text: string): boolean {
  const [start, end] = node.range ?? [0, 0];
  if (isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')) {
    return end - start < 2 || text[end - 1] !== text[start] || closingQuote(text, start) !== end;
  }
  const token = isCollection(node) ? node.srcToken : undefined;
  return token?.type === 'flow-collection' && !token.end.some(({ type }) => /^flow-(?:map|seq)-end$/.test(type));
}

/** The offset behind the quote that ends a scalar. */
function closingQuote(text: string, start: number): number | undefined {
  const pattern = text[start] === '"' ? /"[^"\\]*(?:\\.[^"\\]*)*"/sy : /'[^']*(?:''[^']*)*'/y;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The offset behind the bracket that ends a flow collection. */
function closingBracket(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"' || character === "'") {
      // A quote within a plain scalar opens nothing.
      if (!/[\s,:[{]/.test(text[at - 1] ?? ' ')) continue;
      const end = closingQuote(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (isComment(text, at)) {
      const end = text.indexOf('\n', at);
      if (end < 0) return undefined;
      at = end;
    } else if (character === '[' || character === '{') {
      depth++;
    } else if (character === ']' || character === '}') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function isComment(text: string, at: number): boolean {
  return text[at] === '#' && /\s/.test(text[at - 1] ?? ' ');
}

/** The same text with one line where a value has several; comments within it are blanked with the line breaks. */
function joinLines(text: string, { start, end }: Span): string {
  const value = text.slice(start, end);
  const comments =
    value.startsWith('[') || value.startsWith('{')
      ? /("[^"\\]*(?:\\.[^"\\]*)*"|'[^']*(?:''[^']*)*')|\s#[^\n]*/gs
      : undefined;
  const bare = comments ? value.replace(comments, (all, quoted?: string) => quoted ?? ' '.repeat(all.length)) : value;
  return text.slice(0, start) + bare.replace(/[\r\n]/g, ' ') + text.slice(end);
}
