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
  const ahead = new Ahead(text);
  const opening = /\$?\{\{|\{%|\{#/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const start = match.index;
    const end = match[0].endsWith('{{') ? endOfGo(ahead, start + match[0].length) : endOfJinja(ahead, start);
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
function endOfJinja(ahead: Ahead, start: number): number | undefined {
  const { text } = ahead;
  const statement = /\{%[-+]?\s*(?:if|elif|else|end|for|set|block|include|raw|macro|call|filter|with|import|from)/y;
  const opened = text[start + 1] === '%' ? matchesAt(statement, text, start) : /[\s-]/.test(text[start + 2] ?? '');
  if (!opened) return undefined;
  const found = ahead.find(text[start + 1] === '%' ? '%}' : '#}', start + 2);
  return found < ahead.find('\n', start) ? found + 2 : undefined;
}

/** The offset behind `}}`. Strings and comments within are passed over. */
function endOfGo(ahead: Ahead, from: number): number | undefined {
  const { text } = ahead;
  if (matchesAt(/-?\s*\/\*/y, text, from)) {
    const end = ahead.find('}}', ahead.find('*/', from));
    return end < text.length ? end + 2 : undefined;
  }
  const piece = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}|\{\{|\n[ \t]*\n/g;
  piece.lastIndex = from;
  for (let match = piece.exec(text); match; match = piece.exec(text)) {
    if (match[0] === '}}') return match.index + 2;
    if (match[0] === '{{' || match[0].startsWith('\n')) break;
  }
  // A quote that is never closed may have hidden the end.
  const end = ahead.find('}}', from);
  return end < Math.min(ahead.find('\n', from), ahead.find('{{', from)) ? end + 2 : undefined;
}

/** Where something stands next. Each text is passed once only: many ends that are missing must not each read all of it. */
class Ahead {
  readonly text: string;
  private readonly found = new Map<string, { readonly from: number; readonly at: number }>();

  constructor(text: string) {
    this.text = text;
  }

  /** The first `part` that begins at `from` or behind it; the length of the text when there is none. */
  find(part: string, from: number): number {
    const last = this.found.get(part);
    if (last && last.from <= from && from <= last.at) return last.at;
    const index = this.text.indexOf(part, from);
    const at = index < 0 ? this.text.length : index;
    this.found.set(part, { from, at });
    return at;
  }
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
