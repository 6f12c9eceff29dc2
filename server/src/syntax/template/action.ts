import type { Span } from '../span';

/** What a template action does to the text around it. */
export type TemplateRole = 'open' | 'else' | 'end' | 'none' | 'output';

export interface TemplateAction extends Span {
  readonly role: TemplateRole;
}

/** The role of `{{ … }}`, `${{ … }}`, `{% … %}` or `{# … #}`. */
export function templateRole(action: string): TemplateRole {
  const [, word = ''] = /^\$?\{[{%#][-+~]?\s*(\w*)/.exec(action) ?? [];
  if (/^\{#/.test(action) || /^\{\{-?\s*\/\*/.test(action)) return 'none';
  if (/^\{%/.test(action)) {
    if (/^(?:if|for|macro|call|filter|with|block)$/.test(word)) return 'open';
    if (/^(?:else|elif)$/.test(word)) return 'else';
    if (/^end/.test(word)) return 'end';
    return word === 'include' ? 'output' : 'none';
  }
  if (/^(?:if|with|range|define|block)$/.test(word)) return 'open';
  if (word === 'else' || word === 'end') return word;
  return /^\{\{-?\s*\$\w*(?:\s*,\s*\$\w+)?\s*:?=/.test(action) ? 'none' : 'output';
}

/** The actions of Go templates, GitHub expressions and Jinja in a text, in order. */
export function findTemplateActions(text: string): TemplateAction[] {
  const found: TemplateAction[] = [];
  const opening = /\$?\{\{|\{%|\{#/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const start = match.index;
    const end = match[0].endsWith('{{') ? endOfGo(text, start + match[0].length) : endOfJinja(text, start);
    if (end === undefined) continue;
    found.push({ start, end, role: templateRole(text.slice(start, end)) });
    opening.lastIndex = end;
  }
  return found;
}

/**
 * `{%` and `{#` also occur in shell code (`${#name}`, `${name%{x}`): only what starts with a keyword, or with a blank,
 * and is closed on its line is Jinja.
 */
function endOfJinja(text: string, start: number): number | undefined {
  const statement = /\{%[-+]?\s*(?:if|elif|else|end|for|set|block|include|raw|macro|call|filter|with|import|from)/y;
  const opened = text[start + 1] === '%' ? matchesAt(statement, text, start) : /[\s-]/.test(text[start + 2] ?? '');
  const found = opened ? text.indexOf(text[start + 1] === '%' ? '%}' : '#}', start + 2) : -1;
  return found < 0 || text.slice(start, found).includes('\n') ? undefined : found + 2;
}

/** The offset behind `}}`. Strings and comments within are passed over. */
function endOfGo(text: string, from: number): number | undefined {
  if (matchesAt(/-?\s*\/\*/y, text, from)) {
    const close = text.indexOf('*/', from);
    const end = close < 0 ? -1 : text.indexOf('}}', close);
    return end < 0 ? undefined : end + 2;
  }
  const piece = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|\{\{|\n[ \t]*\n/g;
  piece.lastIndex = from;
  for (let match = piece.exec(text); match; match = piece.exec(text)) {
    if (match[0] === '}}') return match.index + 2;
    if (match[0] === '{{' || match[0].startsWith('\n')) break;
  }
  // A quote that is never closed may have hidden the end.
  const end = text.indexOf('}}', from);
  return end < 0 || /\n|\{\{/.test(text.slice(from, end)) ? undefined : end + 2;
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
