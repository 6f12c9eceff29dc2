import { Lexer } from 'yaml';

/** Levels of nesting that the parsers are given; the `yaml` package ends the process at a few thousand. */
export const nestingLimit = 200;

/**
 * An upper bound of the levels of nesting that brackets and indentation can make, found in one pass: never too low,
 * often too high.
 */
function roughDepth(text: string): number {
  let brackets = 0;
  let deepest = 0;
  let margin = 0;
  let inMargin = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a) {
      if (margin > deepest) deepest = margin;
      margin = 0;
      inMargin = true;
    } else if (code === 0x5b || code === 0x7b) {
      brackets++;
      inMargin = false;
    } else if (inMargin) {
      // Spaces, and the indicators of compact nesting: `- - -`, `? ? ?`, `: : :`.
      if (code === 0x20 || code === 0x09 || code === 0x2d || code === 0x3f || code === 0x3a) margin++;
      else inMargin = false;
    }
  }
  // As many levels as columns, and one at the left edge.
  return Math.max(deepest, margin) + 1 + brackets;
}

/** Levels of a YAML text as its tokens make them, up to `limit` + 1. */
function tokenDepth(text: string, limit: number): number {
  let flow = 0;
  let deepest = 0;
  let offset = 0;
  let lineStart = 0;
  const columns: number[] = [];
  for (const token of new Lexer().lex(text)) {
    const first = token.charCodeAt(0);
    // The lexer's own marks for document, flow error and scalar have no width.
    const mark = token.length === 1 && (first === 0x02 || first === 0x18 || first === 0x1f);
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    else if (!mark && flow === 0 && token.trim() !== '') {
      // A list may stand in the column of the key that it belongs to, and is deeper.
      const column = offset - lineStart + (token === '-' ? 0.5 : 0);
      while (columns.length > 0 && columns.at(-1)! >= column) columns.pop();
      columns.push(column);
    }
    deepest = Math.max(deepest, flow + columns.length);
    if (deepest > limit) return deepest;
    if (mark) continue;
    const lineBreak = token.lastIndexOf('\n');
    if (lineBreak >= 0) lineStart = offset + lineBreak + 1;
    offset += token.length;
  }
  return deepest;
}

/** True when a YAML text nests deeper than `limit`. Cheap for the texts that do not come near it. */
export function yamlDepthExceeds(text: string, limit: number): boolean {
  return roughDepth(text) > limit && tokenDepth(text, limit) > limit;
}

/** How deep brackets and indentation nest in a text. Counting ends at `limit` + 1. */
export function nestingDepth(text: string, limit: number = nestingLimit): number {
  const rough = roughDepth(text);
  return rough <= limit ? rough : tokenDepth(text, limit);
}
